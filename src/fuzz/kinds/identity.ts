import { table, utf8, type Around, type Kind, type Rows } from '../kind.ts'

/** Parts of an identity as it was written. */
const taken = (text: string): { readonly scheme: string; readonly user: string; readonly host: string } => {
  const [, scheme = 'sip', user = '', host = ''] = /^(\w+):(?:([^@]*)@)?(.*)$/.exec(text) ?? []
  return { scheme, user, host }
}
const withUser = (change: (user: string) => string) => (text: string) => {
  const { scheme, user, host } = taken(text)
  return `${scheme}:${change(user)}@${host}`
}
const withHost = (change: (host: string) => string) => (text: string) => {
  const { scheme, user, host } = taken(text)
  return `${scheme}:${user}@${change(host)}`
}

/** The first letter as it is among ideographs (U+FF01 and on): compatibility normalisation makes it an ordinary one. */
const wide = (user: string): string =>
  /^[!-~]/.test(user) ? utf8(String.fromCodePoint(user.charCodeAt(0) + 0xfee0)) + user.slice(1) : user
const escapedOctets = (user: string): string =>
  user.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`)

/** Whoever is meant, it is somebody else of the same kind. */
const ofAnother = (text: string, { user, other }: Around): string =>
  text.replaceAll(user.mcServiceId, other.mcServiceId).replaceAll(user.temporaryId, other.temporaryId)

const identities: Rows = {
  'other user': ofAnother,
  'temporary identity': (_text, { user }) => user.temporaryId,
  'MC service ID': (_text, { user }) => user.mcServiceId,
  'group identity': (_text, { user }) => user.groupId,
  'unknown user': withUser(() => 'nobody-at-all'),
  'user in upper case': withUser((user) => user.toUpperCase()),
  'first letter in upper case': withUser((user) => user.charAt(0).toUpperCase() + user.slice(1)),
  'escaped NUL and more': withUser((user) => `${user}%00x`),
  'escaped NUL': withUser((user) => `${user}%00`),
  'letter escaped': withUser((user) => `%${user.charCodeAt(0).toString(16)}${user.slice(1)}`),
  'letter escaped twice': withUser((user) => `%25${user.charCodeAt(0).toString(16)}${user.slice(1)}`),
  'letter of full width': withUser((user) => wide(user)),
  'zero-width space inside': withUser((user) => `${user.slice(0, 2)}${utf8('\u200b')}${user.slice(2)}`),
  'letter of full width, escaped': withUser((user) => escapedOctets(wide(user))),
  'escaped octet that is no UTF-8': withUser((user) => `${user}%FF`),
  'escaped, overlong': withUser((user) => `${user}%C0%AF`),
  'at sign escaped': withUser((user) => `${user}%40x`),
  'empty user': withUser(() => ''),
  'user of 255': withUser((user) => user.padEnd(255, 'a')),
  'user of 1024': withUser((user) => user.padEnd(1024, 'a')),
  'password alone': withUser(() => ':password'),
  'without user': (text) => `${taken(text).scheme}:${taken(text).host}`,
  'user with semicolons': withUser((user) => `${user};a=b;c`),
  'space in user': withUser((user) => `${user} x`),
  'domain in upper case': withHost((host) => host.toUpperCase()),
  'domain with trailing dot': withHost((host) => `${host}.`),
  'domain of home': withHost(() => 'a.reference.example'),
  'domain of partner': withHost(() => 'b.reference.example'),
  'unrelated domain': withHost(() => 'unrelated.example'),
  'sub-domain': withHost((host) => `sub.${host}`),
  'port added': withHost((host) => `${host}:5060`),
  'header added': (text) => `${text}?Replaces=1`,
  'parameter added': (text) => `${text};unknown=1`,
  'parameter called tag': (text) => `${text};tag=b`,
  'method parameter': (text) => `${text};method=BYE`,
  'sips in place of sip': (text) => text.replace(/^sip:/, 'sips:'),
  'scheme in upper case': (text) => text.replace(/^\w+/, (scheme) => scheme.toUpperCase()),
  tel: 'tel:+15551234567',
  urn: 'urn:uuid:7d1c0bd2-0f6c-5a5e-8a4b-000000000000',
  http: 'http://127.0.0.1/',
  'two schemes': (text) => `sip:${text}`,
  'no scheme': (text) => text.replace(/^\w+:/, ''),
  'brackets around': (text) => `<${text}>`,
  'comment inside': (text) => `${text.slice(0, 8)}<!-- -->${text.slice(8)}`,
}

const users: Rows = {
  'other user': ofAnother,
  empty: '',
  'upper case': (text) => text.toUpperCase(),
  'escaped letters': (text) => text.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'letter escaped twice': (text) => `%25${text.charCodeAt(0).toString(16)}${text.slice(1)}`,
  'escaped NUL': (text) => `${text}%00`,
  'escaped octet that is no UTF-8': (text) => `${text}%FF`,
  'escaped at sign': (text) => `${text}%40x`,
  'semicolons and slashes': (text) => `${text};a/b`,
  'phone context': '+15551234567;phone-context=example.com',
  'of 64': 'a'.repeat(64),
  'of 255': 'a'.repeat(255),
  'of 256': 'a'.repeat(256),
  'of 1024': 'a'.repeat(1024),
  'space inside': 'a b',
  'password added': (text) => `${text}:secret`,
}

const label = (length: number): string => 'a'.repeat(length)

/** 5.4: names and addresses. */
const hosts: Rows = {
  empty: '',
  'single label': 'host',
  'label of 63': `${label(63)}.example`,
  'label of 64': `${label(64)}.example`,
  'name of 253': `${`${label(60)}.`.repeat(4)}${label(9)}`,
  'name of 255': `${`${label(60)}.`.repeat(4)}${label(11)}`,
  'sub-domain': (text) => `sub.${text}`,
  'more in front': (text) => `not-${text}`,
  'more behind': (text) => `${text}.example`,
  'trailing dot': (text) => `${text}.`,
  'leading dot': (text) => `.${text}`,
  'double dot': (text) => text.replace('.', '..'),
  'leading hyphen': (text) => `-${text}`,
  'trailing hyphen': (text) => `${text}-`,
  underscore: 'a_b.example',
  'A-label': 'xn--bcher-kva.example',
  'digits alone': '12345',
  localhost: 'localhost',
  'does not resolve': 'nowhere.invalid',
  'octet of 256': '127.0.0.256',
  'leading zero': '127.0.0.01',
  'three parts': '127.0.1',
  'one number': '2130706433',
  hexadecimal: '0x7f000001',
  '0.0.0.0': '0.0.0.0',
  '127.0.0.1': '127.0.0.1',
  'zone index': '[fe80::1%25lo]',
  'IPv6 loopback': '[::1]',
  'IPv6 without brackets': '::1',
  'mapped IPv4': '[::ffff:127.0.0.1]',
  'two double colons': '[1::2::3]',
  'nine groups': '[1:2:3:4:5:6:7:8:9]',
  'bracket open': '[::1',
}

const uris: Rows = {
  ...identities,
  'without user part': (text) => text.replace(/^(\w+:)[^@]*@/, '$1'),
  'loose routing': (text) => `${text};lr`,
  'loose routing with value': (text) => `${text};lr=on`,
  'maddr of a third host': (text) => `${text};maddr=127.0.0.9`,
  'ttl 0': (text) => `${text};ttl=0`,
  'ttl 256': (text) => `${text};ttl=256`,
  'transport unknown': (text) => `${text};transport=carrier-pigeon`,
  'transport twice': (text) => `${text};transport=udp;transport=tcp`,
  'user=phone with letters': (text) => `${text};user=phone`,
  gruu: (text) => `${text};gr=urn:uuid:0`,
  'Replaces header': (text) => `${text}?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2`,
  'Route header': (text) => `${text}?Route=%3Csip%3Ax%3E`,
  'body header': (text) => `${text}?body=hello`,
}

/** Identities, URIs and hosts (5.3, 5.4). */
export const identityKinds: readonly Kind[] = [
  table('identity', ['uri-text'], identities),
  table('URI', ['uri'], uris),
  table('user part', ['user'], users),
  table('host', ['host', 'domain-text'], hosts),
  table('port form', ['port'], { 'no digits': 'http', 'IPv6 without brackets': ':1', 'two ports': '5060:5060' }),
]

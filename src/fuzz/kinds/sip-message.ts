import { compactName } from '#wire/sip'
import { lureOf, table, type Around, type Kind, type Rows } from '../kind.ts'

const methods: Rows = Object.fromEntries(
  [
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'OPTIONS',
    'REGISTER',
    'SUBSCRIBE',
    'NOTIFY',
    'PRACK',
    'UPDATE',
    'REFER',
    'INFO',
    'MESSAGE',
    'PUBLISH',
    'UNKNOWN',
  ].map((method) => [method, method]),
)

const versions: Rows = {
  'SIP/1.0': 'SIP/1.0',
  'SIP/3.0': 'SIP/3.0',
  'SIP/2.1': 'SIP/2.1',
  'lower case': 'sip/2.0',
  'HTTP/1.1': 'HTTP/1.1',
  'more behind': 'SIP/2.0 more',
  'space before': ' SIP/2.0',
}

const lines: Rows = {
  'compact name': (text) => text.replace(/^[^:]+/, (name) => compactName(name.toLowerCase()) ?? name),
  'lower case name': (text) => text.replace(/^[^:]+/, (name) => name.toLowerCase()),
  'space before colon': (text) => text.replace(':', ' :'),
  'tab after colon': (text) => text.replace(': ', ':\t'),
  'no space after colon': (text) => text.replace(': ', ':'),
  'folded value': (text) => text.replace(': ', ':\r\n '),
  'LF alone': (text) => text.replace('\r\n', '\n'),
  'CR alone': (text) => text.replace('\r\n', '\r'),
  'no line end': (text) => text.replace('\r\n', ''),
  'empty line after it': (text) => `${text}\r\n`,
  'space in front': (text) => ` ${text}`,
  'duplicate with another value': (text) => text + text.replace(/: .*/, ': another'),
  // Whoever believes what another one says of itself asks for no proof (RFC 3325 4).
  'asserted identity in the place of credentials': (text, { user }) =>
    text.replace(/^(?:Proxy-)?Authorization:.*/i, `P-Asserted-Identity: <${user.mcServiceId}>`),
  'asserted identity of a server in the place of credentials': (text, { sender: { host } }) =>
    text.replace(/^(?:Proxy-)?Authorization:.*/i, `P-Asserted-Identity: <sip:mc-server@${host}>`),
  'another value in front': (text) => text.replace(/: .*/, ': another') + text,
}

/** What is added to a head: fields that mean something, in ways that they must not or may. */
const added: Rows = {
  'unknown field': 'X-Unknown: 1\r\n',
  'Require of an unknown extension': 'Require: unknown-extension\r\n',
  'Require of a known and an unknown extension': 'Require: timer, unknown-extension\r\n',
  'Require of an unknown extension behind that of a known one': 'Require: timer\r\nRequire: unknown-extension\r\n',
  'Proxy-Require of an unknown extension': 'Proxy-Require: unknown-extension\r\n',
  'Supported of nothing': 'Supported:\r\n',
  'Supported of what is unknown': 'Supported: unknown-extension\r\n',
  'Expires -1': 'Expires: -1\r\n',
  'Expires 0': 'Expires: 0\r\n',
  'Expires 2147483': 'Expires: 2147483\r\n',
  'Expires 2147484': 'Expires: 2147484\r\n',
  'Expires 4294967295': 'Expires: 4294967295\r\n',
  'Expires 4294967296': 'Expires: 4294967296\r\n',
  'Session-Expires 1': 'Session-Expires: 1\r\nSupported: timer\r\n',
  'Session-Expires 89': 'Session-Expires: 89\r\nSupported: timer\r\n',
  'Session-Expires 4294967295': 'Session-Expires: 4294967295\r\nSupported: timer\r\n',
  'Min-SE 4294967295': 'Min-SE: 4294967295\r\n',
  'Record-Route of a third host': 'Record-Route: <sip:third.invalid;lr>\r\n',
  'Route to a third host': 'Route: <sip:third.invalid;lr>\r\n',
  'Contact of everybody': 'Contact: *\r\n',
  'second Contact': 'Contact: <sip:second@third.invalid>\r\n',
  'second Content-Length': 'Content-Length: 0\r\n',
  'compact Content-Length': 'l: 1\r\n',
  'second Via': 'Via: SIP/2.0/UDP third.invalid:5060;branch=z9hG4bKthird\r\n',
  Date: 'Date: Sat, 21 Nov 2026 06:00:00 GMT\r\n',
  'Date that is none': 'Date: today\r\n',
  'Accept of nothing that fits': 'Accept: text/plain\r\n',
  'Content-Encoding unknown': 'Content-Encoding: unknown\r\n',
  'Content-Disposition required': 'Content-Disposition: unknown;handling=required\r\n',
  'Warning malformed': 'Warning: 399\r\n',
  'Authorization malformed': 'Authorization: Digest\r\n',
  Priority: 'Priority: emergency\r\n',
  'Resource-Priority unknown': 'Resource-Priority: unknown.9\r\n',
  'Resource-Priority of MC': 'Resource-Priority: mcpttp.15\r\n',
  'Answer-Mode contradicted': 'Answer-Mode: Manual\r\nPriv-Answer-Mode: Auto\r\n',
  'Replaces of nobody': 'Replaces: a@b;to-tag=1;from-tag=2\r\n',
  'Target-Dialog of nobody': 'Target-Dialog: a@b;local-tag=1;remote-tag=2\r\n',
  'Alert-Info of a page': (_text, around) => `Alert-Info: <${lureOf(around)}>\r\n`,
  'Call-Info of a page': (_text, around) => `Call-Info: <${lureOf(around)}>;purpose=icon\r\n`,
  'Identity-Info of a page': (_text, around) => `Identity-Info: <${lureOf(around)}>\r\n`,
  'Refer-To': 'Refer-To: <sip:third@third.invalid>\r\n',
  'Alert-Info': 'Alert-Info: <http://third.invalid/ring>\r\n',
  'Identity of somebody else': 'P-Asserted-Identity: <sip:boss@primary.example>\r\n',
  'In-Reply-To of nobody': 'In-Reply-To: nobody@nowhere.invalid\r\n',
  'SIP-If-Match of nobody': 'SIP-If-Match: nothing\r\n',
  'Join of nobody': 'Join: a@b;to-tag=1;from-tag=2\r\n',
  'field without colon': 'No colon here\r\n',
  'colon alone': ': value\r\n',
  'field of 65 kB': `X-Long: ${'a'.repeat(50_000)}\r\n`,
  '1000 fields': 'X-Many: 1\r\n'.repeat(1000),
  '70 Vias': 'Via: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKmany\r\n'.repeat(70),
  '500 Vias': 'Via: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bKmany\r\n'.repeat(500),
}

/** Header fields in which the sender names itself, though the flow has no use for it (RFC 3261 20, and those of IMS). */
const telling = [
  'Alert-Info',
  'Call-Info',
  'Error-Info',
  'Refer-To',
  'Referred-By',
  'Reply-To',
  'Warning',
  'Reason',
  'Server',
  'User-Agent',
  'Record-Route',
  'Path',
  'Service-Route',
  'P-Preferred-Identity',
  'P-Asserted-Service',
  'P-Called-Party-ID',
  'P-Associated-URI',
  'Content-Location',
  'Feature-Caps',
  'In-Reply-To',
  'Organization',
  'Subject',
  'Diversion',
  'History-Info',
  'Geolocation',
  'P-Visited-Network-ID',
  'P-Charging-Vector',
  'P-Access-Network-Info',
  'X-Unknown',
]

const named: Rows = Object.fromEntries(
  telling.map((name) => [
    name,
    (_text: string, { sender: { sentBy, host } }: Around) =>
      name === 'Warning'
        ? `Warning: 399 ${host} "from ${sentBy}"\r\n`
        : name === 'Server' || name === 'User-Agent'
          ? `${name}: mc/1.0 (${host} at ${sentBy})\r\n`
          : `${name}: <sip:somebody@${host}>;from="${sentBy}"\r\n`,
  ]),
)

/** White space before the colon is none of the name (RFC 3261 7.3.1), for who takes fields out by their names too. */
const spaced: Rows = Object.fromEntries(
  ['User-Agent', 'Server', 'Subject', 'History-Info', 'P-Preferred-Identity', 'X-Unknown'].map((name) => [
    `${name} with a space before the colon`,
    (_text: string, { sender: { sentBy, host } }: Around) => `${name} : <sip:somebody@${host}>;from="${sentBy}"\r\n`,
  ]),
)

/** A message whose multipart has another boundary wherever it stands (RFC 2046 5.1.1), with the length of what it has then. */
function bounded(text: string, boundary: string, isQuoted: boolean): string {
  const [, mark, was] = /boundary=("?)([^";\r]+)/i.exec(text) ?? []
  const at = text.indexOf('\r\n\r\n')
  if (was === undefined || at === -1) return text
  const body = text.slice(at + 4).replaceAll(`--${was}`, () => `--${boundary}`)
  const quote = isQuoted ? '"' : ''
  const head = text
    .slice(0, at + 4)
    .replace(`boundary=${mark}${was}${mark}`, () => `boundary=${quote}${boundary}${quote}`)
    .replace(/^(Content-Length: *)\d+/im, `$1${body.length}`)
  return head + body
}

/** The whole of a message: what comes before it, and behind. */
const framings: Rows = {
  'CRLF in front': (text) => `\r\n${text}`,
  '1000 CRLF in front': (text) => '\r\n'.repeat(1000) + text,
  'LF for all line ends': (text) => text.replaceAll('\r\n', '\n'),
  'cut after the start line': (text) => text.slice(0, text.indexOf('\r\n') + 2),
  'cut in the head': (text) => text.slice(0, text.indexOf('\r\n\r\n') >> 1),
  'no empty line': (text) => text.slice(0, text.indexOf('\r\n\r\n') + 2),
  'cut before the body': (text) => text.slice(0, text.indexOf('\r\n\r\n') + 4),
  'cut in the body': (text) => text.slice(0, -10),
  'another boundary throughout': (text) => bounded(text, 'another-boundary', false),
  'boundary with marks throughout': (text) => bounded(text, "a'()+_,-./:=?b", true),
  'boundary with a space throughout': (text) => bounded(text, 'a b', true),
  'boundary of 70 throughout': (text) => bounded(text, 'b'.repeat(70), false),
  'octets behind': (text) => `${text}more`,
  'keep-alive': '\r\n\r\n',
  nothing: '',
  'NUL octets': '\0'.repeat(100),
}

const vias: Rows = {
  'cookie alone': (text) => text.replace(/branch=[^;]*/, 'branch=z9hG4bK'),
  'no cookie': (text) => text.replace('z9hG4bK', 'xyz'),
  'received of a third host': (text) => `${text};received=192.0.2.1`,
  'rport of a third port': (text) => text.replace('rport', 'rport=9'),
  'maddr of a third host': (text) => `${text};maddr=127.0.0.9`,
  'ttl 256': (text) => `${text};ttl=256`,
  'TCP in place of UDP': (text) => text.replace('UDP', 'TCP'),
  'two in one field': (text) => `${text}, SIP/2.0/UDP third.invalid;branch=z9hG4bKsecond`,
  'spaces around slashes': (text) => text.replace('SIP/2.0/UDP', 'SIP / 2.0 / UDP'),
}

const contents: Rows = {
  wildcard: '*/*',
  'text/plain': 'text/plain',
  'application/sdp': 'application/sdp',
  'type alone': 'multipart',
  'charset added': (text) => `${text};charset=utf-16`,
  'letter case': (text) => text.replace('multipart', 'MULTIPART'),
  'multipart/alternative': (text) => text.replace('mixed', 'alternative'),
  'multipart/unknown': (text) => text.replace('mixed', 'unknown'),
  'unknown parameter': (text) => `${text};unknown=1`,
  'unknown parameter in front': (text) => text.replace(';', ';unknown=1;'),
  // Names of parameters have no letter case (RFC 2045 5.1), and white space may stand around what separates (RFC 3261 25.1).
  'parameter name in another case': (text) => text.replace(/(?<=;\s*)[a-z]/, (letter) => letter.toUpperCase()),
  'parameter name in upper case': (text) => text.replace(/(?<=;\s*)[a-z]+(?==)/, (name) => name.toUpperCase()),
  'white space around the semicolon': (text) => text.replace(';', ' ; '),
  'white space around the equals sign': (text) => text.replace('=', ' = '),
}

/** Fields that may stand more than once (RFC 3261 7.3.1), each with a value that is right, so many times. */
const many = 65
const repeatable: Readonly<Record<string, string>> = {
  Accept: 'application/sdp',
  'Accept-Encoding': 'identity',
  'Accept-Language': 'en',
  'Accept-Contact': '*;audio',
  'Alert-Info': '<http://third.invalid/ring>',
  Allow: 'INVITE',
  'Allow-Events': 'presence',
  'Call-Info': '<http://third.invalid/icon>',
  'Content-Language': 'en',
  'Error-Info': '<http://third.invalid/error>',
  'History-Info': '<sip:third@third.invalid>;index=1',
  'In-Reply-To': 'nobody@nowhere.invalid',
  'Record-Route': '<sip:third.invalid;lr>',
  Reason: 'SIP;cause=200',
  Supported: 'unknown-extension',
  Unsupported: 'unknown-extension',
  Warning: '399 third.invalid "text"',
}
const repeated: Rows = Object.fromEntries(
  Object.entries(repeatable).map(([name, value]) => [name, `${name}: ${value}\r\n`.repeat(many)]),
)

/** The message of SIP as a whole (5.7). */
export const sipMessageKinds: readonly Kind[] = [
  table('method', ['method'], methods),
  table('version', ['version'], versions),
  table('line', ['header-line'], lines),
  table('add', ['end-of-head'], added),
  table('add what names the sender', ['end-of-head'], { ...named, ...spaced }),
  table('add 65 times', ['end-of-head'], repeated),
  table('framing', ['message'], framings, { layer: 'f' }),
  table('via', ['via'], vias),
  table('content type', ['media-type'], contents),
]

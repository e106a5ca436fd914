import { parametersOf, password, writeCredentials, type Challenge, type Holder } from '../credentials.ts'
import { table, type Around, type Kind, type Rows } from '../kind.ts'

/** Made anew for the same challenge, with something else in it. */
const made =
  (change: (holder: Holder, around: Around) => Partial<Holder>, other: Partial<Challenge> = {}) =>
  (text: string, around: Around): string => {
    const said = parametersOf(text)
    const challenge: Challenge = {
      realm: said['realm'] ?? '',
      nonce: said['nonce'] ?? '',
      algorithm: said['algorithm'] ?? 'MD5',
      qop: said['qop'] !== undefined,
      opaque: said['opaque'],
      ...other,
    }
    const holder: Holder = { username: said['username'] ?? '', password, method: 'INVITE', uri: said['uri'] ?? '' }
    return writeCredentials(challenge, { ...holder, ...change(holder, around) })
  }

const parameter = (name: string, value: string) => (text: string) =>
  text.replace(new RegExp(`(\\b${name}=)(?:"[^"]*"|[^\\s,"]+)`), (_all, key: string) => `${key}${value}`)
const without = (name: string) => (text: string) =>
  text.replace(new RegExp(`,? *\\b${name}=(?:"[^"]*"|[^\\s,"]+)`), '').replace('Digest,', 'Digest')

/** Made before they are signed, so to speak: the response is that of what stands there. */
const computed: Rows = {
  'another Request-URI': made(() => ({ uri: 'sip:other@elsewhere.example' })),
  'another method': made(() => ({ method: 'REGISTER' })),
  'another user': made((_holder, { other }) => ({ username: `client-${String(other.index).padStart(6, '0')}` })),
  'a user whom nobody knows': made(() => ({ username: 'nobody' })),
  'no user': made(() => ({ username: '' })),
  'another password': made(() => ({ password: 'other' })),
  'empty password': made(() => ({ password: '' })),
  'another realm': made(() => ({}), { realm: 'elsewhere.example' }),
  'a nonce of nobody': made(() => ({}), { nonce: 'f'.repeat(32) }),
  'an empty nonce': made(() => ({}), { nonce: '' }),
  'count 0': made(() => ({ count: '00000000' })),
  'count 2': made(() => ({ count: '00000002' })),
  'count ffffffff': made(() => ({ count: 'ffffffff' })),
  'without qop': made(() => ({}), { qop: false }),
  'another algorithm': made(() => ({}), { algorithm: 'SHA-256' }),
}

/** As they are, with one part that no longer fits. */
const spoilt: Rows = {
  'response of zeros': parameter('response', `"${'0'.repeat(32)}"`),
  'response empty': parameter('response', '""'),
  'response cut off': (text) => text.replace(/(response="[0-9a-f]{16})[0-9a-f]*/, '$1'),
  'response in upper case': (text) =>
    text.replace(/response="([^"]*)"/, (all) => all.toUpperCase().replace('RESPONSE', 'response')),
  'response missing': without('response'),
  'user missing': without('username'),
  'realm missing': without('realm'),
  'nonce missing': without('nonce'),
  'Request-URI missing': without('uri'),
  'count missing': without('nc'),
  'cnonce missing': without('cnonce'),
  'quality unknown': parameter('qop', 'unknown'),
  'algorithm unknown': parameter('algorithm', 'none'),
  'scheme Basic': 'Basic Y2xpZW50OnNlY3JldA==',
  'scheme alone': 'Digest',
  'scheme in lower case': (text) => text.replace('Digest', 'digest'),
  'names cut off': 'Digest user="a", rea="b"',
  'quotation mark that stays open': (text) => text.replace(/"$/, ''),
  '1000 parameters': (text) => text + ', a=b'.repeat(1000),
  'username of 4096': parameter('username', `"${'a'.repeat(4096)}"`),
}

/** Credentials (RFC 7616). */
export const credentialKinds: readonly Kind[] = [
  table('credentials for', ['credentials'], computed, { layer: 'm' }),
  table('credentials', ['credentials'], spoilt),
]

import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { publicKeySet } from '#harness'
import { lureOf, table, type Around, type Kind, type Rows } from '../kind.ts'
import { claimsOf, signed, tokenHeader } from '../world.ts'

type Claims = Readonly<Record<string, unknown>>

/** The parts of the token of the user. */
const read = (text: string): { readonly header: string; readonly payload: string; readonly signature: string } => {
  const [header = '', payload = '', signature = ''] = text.split('.')
  return { header, payload, signature }
}
const claims = (text: string): Claims => {
  try {
    return JSON.parse(Buffer.from(read(text).payload, 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signed again by the identity management server, with other claims (layer m: before it is signed). */
const saying = (change: (was: Claims, around: Around) => Claims) => (text: string, around: Around) =>
  signed(tokenHeader, change(claims(text), around))

const without = (claim: string) =>
  saying((was) => Object.fromEntries(Object.entries(was).filter(([name]) => name !== claim)))

/** Other header, the signature as it was. */
const headed = (header: object) => (text: string) => `${encoded(header)}.${read(text).payload}.${read(text).signature}`

/** RFC 8725 2.1: what is public taken for a secret. */
function keyed(text: string, secret: string): string {
  const content = `${encoded({ alg: 'HS256', kid: tokenHeader.kid })}.${read(text).payload}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}
const publicPem = (): string =>
  createPublicKey({ key: { ...publicKeySet.keys[0] }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString()

let ownKeys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined
/** RFC 8725 2.5, 3.5 (CVE-2018-0114): a key of who made the token, in its header. */
function signedWithOwn(text: string): string {
  ownKeys ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
  const content = `${encoded({ alg: 'RS256', jwk: ownKeys.publicKey.export({ format: 'jwk' }) })}.${read(text).payload}`
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), ownKeys.privateKey).toString('base64url')}`
}

const minute = 60
const now = (): number => Math.floor(Date.now() / 1000)

/** 5.15: what a token can say that it must not be taken for. */
const resigned: Rows = {
  'other user': (_text, { other }) => other.token,
  'subject of another user': saying((was, { other }) => ({ ...was, sub: other.mcServiceId })),
  'served as another user': saying((was, { other }) => ({ ...was, mcptt_id: other.temporaryId })),
  'expired a minute ago': saying((was) => ({ ...was, exp: now() - minute })),
  'expired an hour ago': saying((was) => ({ ...was, exp: now() - 60 * minute })),
  'expired long ago': saying((was) => ({ ...was, exp: 1_577_836_800 })),
  'expiry as text': saying((was) => ({ ...was, exp: '4102444800' })),
  'expiry missing': without('exp'),
  'expiry negative': saying((was) => ({ ...was, exp: -1 })),
  'not before tomorrow': saying((was) => ({ ...was, nbf: now() + 86_400 })),
  'other issuer': saying((was) => ({ ...was, iss: 'https://idms.elsewhere.example' })),
  'issuer with trailing slash': saying((was) => ({ ...was, iss: `${String(was['iss'])}/` })),
  'other audience': saying((was) => ({ ...was, aud: 'mc-server.elsewhere.example' })),
  'audience missing': without('aud'),
  'other service': saying((was) => ({ ...was, scope: '3gpp:mc:video_service' })),
  'scope missing': without('scope'),
  'subject missing': without('sub'),
  'service identity missing': without('mcptt_id'),
  'no claims': saying(() => ({})),
}

const forged: Rows = {
  'algorithm none': (text) => `${encoded({ alg: 'none' })}.${read(text).payload}.`,
  'algorithm None': (text) => `${encoded({ alg: 'None' })}.${read(text).payload}.`,
  'algorithm none, signature kept': headed({ alg: 'none' }),
  'algorithm empty': headed({ alg: '' }),
  'algorithm HS256': headed({ alg: 'HS256', kid: 'idms-1' }),
  'algorithm HS256 with the public key': (text) => keyed(text, JSON.stringify(publicKeySet.keys[0])),
  'algorithm HS256 with the public key as PEM': (text) => keyed(text, publicPem()),
  'signed with the key that it names': (text) => signedWithOwn(text),
  'key unknown': headed({ ...tokenHeader, kid: 'unknown' }),
  'key of a path': headed({ ...tokenHeader, kid: '../../../dev/null' }),
  'key by URL': headed({ ...tokenHeader, jku: 'http://127.0.0.1:9/keys' }),
  'key of a page': (text, around) => headed({ ...tokenHeader, jku: lureOf(around) })(text),
  'certificate of a page': (text, around) => headed({ ...tokenHeader, x5u: lureOf(around) })(text),
  'critical unknown': headed({ ...tokenHeader, crit: ['unknown'] }),
  'signature empty': (text) => `${read(text).header}.${read(text).payload}.`,
  'signature cut off': (text) => text.slice(0, -8),
  'signature of another token': (text, { other }) =>
    `${read(text).header}.${read(text).payload}.${read(other.token).signature}`,
  'payload of another user': (text, { other }) =>
    `${read(text).header}.${read(other.token).payload}.${read(text).signature}`,
  'claims changed': (text, { user, other }) =>
    `${read(text).header}.${encoded(claimsOf(user.mcServiceId, other.temporaryId, 'partner.example'))}.${read(text).signature}`,
  'two parts': (text) => text.slice(0, text.lastIndexOf('.')),
  'four parts': (text) => `${text}.x`,
  padded: (text) => `${text}==`,
  '100 kB': (text) => text + 'A'.repeat(50_000),
}

/** Access tokens (5.15). */
export const accessTokenKinds: readonly Kind[] = [
  table('token says', ['token-text'], resigned, { layer: 'm' }),
  table('token forged', ['token-text'], forged),
]

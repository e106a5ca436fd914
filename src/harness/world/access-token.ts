import { importJWK, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose'
import { identityManagementKey, strangersKey } from './test-keys.ts'

/** What an access token of the partner MC system says (TS 33.180 B.2.2). */
export interface TokenContent {
  /** Domain of the partner MC system. */
  readonly system: string
  /** The MC service ID in the primary MC system, as `sub`. */
  readonly mcServiceId: string
  /** The identity for use in the partner MC system, as `mcptt_id`. */
  readonly servedAs: string
  readonly issuer: string
  readonly audience: string
  readonly scope: string
}

export const issuerOf = (partnerSystem: string): string => `https://idms.${partnerSystem}`
export const audienceOf = (partnerSystem: string): string => `mc-server.${partnerSystem}`

/** Fixed instants, so that the same seed makes the same token. */
const longFromNow = Date.UTC(2100, 0, 1) / 1000
const longAgo = Date.UTC(2020, 0, 1) / 1000

const keys = new Map<string, Promise<CryptoKey | Uint8Array>>()
const keyOf = (jwk: typeof identityManagementKey | typeof strangersKey): Promise<CryptoKey | Uint8Array> => {
  const known = keys.get(jwk.n) ?? importJWK({ ...jwk }, 'RS256')
  keys.set(jwk.n, known)
  return known
}

const claims = ({ mcServiceId, servedAs, issuer, audience, scope }: TokenContent, expires: number): JWTPayload => ({
  iss: issuer,
  sub: mcServiceId,
  aud: audience,
  exp: expires,
  scope,
  client_id: 'mc-client',
  mcptt_id: servedAs,
})

const signed = async (payload: JWTPayload, jwk: typeof identityManagementKey | typeof strangersKey): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: jwk.kid, typ: 'JWT' }).sign(await keyOf(jwk))

const issued = new Map<string, Promise<string>>()
const mostIssued = 8192

/** A token the partner MC system's identity management server would issue; to sign is much of what a flow costs, and the same content makes the same token. */
export function issueToken(content: TokenContent): Promise<string> {
  const payload = claims(content, longFromNow)
  const name = JSON.stringify(payload)
  const token = issued.get(name) ?? signed(payload, identityManagementKey)
  if (issued.size === mostIssued) issued.clear()
  issued.set(name, token)
  return token
}

/** Scopes of two MC services (TS 33.180 B.4.2.2): one of them is another than any. */
const serviceScopes = ['3gpp:mc:video_service', '3gpp:mc:data_service']

/** The ways in which a token can be wrong, by the flaws the vocabulary declares for credentials. */
export const flawedTokens = {
  garbled: () => Promise.resolve('this.is-no.token'),
  otherAudience: (content) => issueToken({ ...content, audience: 'mc-server.elsewhere.example' }),
  otherIssuer: (content) => issueToken({ ...content, issuer: 'https://idms.elsewhere.example' }),
  otherService: (content) =>
    issueToken({ ...content, scope: serviceScopes.find((scope) => scope !== content.scope) ?? '' }),
  expired: (content) => signed(claims(content, longAgo), identityManagementKey),
  forged: (content) => signed(claims(content, longFromNow), strangersKey),
  unsigned: (content) => Promise.resolve(new UnsecuredJWT(claims(content, longFromNow)).encode()),
} as const satisfies Readonly<Record<string, (content: TokenContent) => Promise<string>>>

/** The public half, for provisioning. */
export const publicKeySet = {
  keys: [
    {
      kty: 'RSA' as const,
      n: identityManagementKey.n,
      e: identityManagementKey.e,
      kid: identityManagementKey.kid,
      alg: 'RS256',
      use: 'sig',
    },
  ],
}

import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { profileRefusals, services, type ProfileRefusal, type Service } from '#bindings'
import type { DefectName } from './defects.ts'
import type { McServiceId } from './mc-service-id.ts'
import { readMcServiceId } from './mc-service-id.ts'
import type { ServiceMessages } from './service-messages.ts'

/** The identity management server of the own MC system, as far as its access tokens go (TS 33.180 B.2.2). */
export interface TokenIssuer {
  readonly issuer: string
  readonly audience: string
  readonly jwks: JSONWebKeySet
}

/** What a valid access token says: the identity the partner MC system allocated, if it is not the primary one. */
export type TokenVerdict = { readonly fault: string } | { readonly temporaryId: string | undefined }

/** TS 33.180 B.8. */
const leewaySeconds = 30
const longestToken = 16_384

/** TS 33.180 B.2.2: a token is signed, and never with a secret that the client could share. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** Validates the access tokens of configuration management (TS 33.180 B.11): they are of the user whose profile is asked for. */
export function profileTokenCheck(idm: TokenIssuer, now: () => Date, defective: (name: DefectName) => boolean) {
  const keys = createLocalJWKSet(idm.jwks)
  const refused = (text: string, refusal: ProfileRefusal = profileRefusals.notAuthenticated) => ({ text, refusal })

  async function claimsOf(token: string): Promise<JWTPayload | undefined> {
    if (token.length > longestToken) return undefined
    try {
      if (!defective('profile-token-signature-unchecked')) await compactVerify(token, keys, { algorithms })
      return decodeJwt(token)
    } catch {
      return undefined
    }
  }

  return async (
    token: string | undefined,
    user: McServiceId | undefined,
    service: Service,
  ): Promise<{ readonly text: string; readonly refusal: ProfileRefusal } | undefined> => {
    if (token === undefined) return defective('profile-served-without-token') ? undefined : refused('there is none')
    const claims = await claimsOf(token)
    if (claims === undefined) return refused('it is not signed by the identity management server')
    const seconds = now().getTime() / 1000
    const { iss, aud, exp } = claims
    const inTime = typeof exp === 'number' && seconds < exp + leewaySeconds
    if (iss !== idm.issuer) return refused('it comes from another issuer')
    if (![aud].flat().includes(idm.audience)) return refused('it is for another audience')
    if (!inTime && !defective('profile-token-expiry-unchecked')) return refused('it has expired')
    const scopes = typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : []
    const { configurationScope } = services[service]
    if (!scopes.includes(configurationScope) && !defective('profile-token-scope-unchecked'))
      return refused(`its scope lacks ${configurationScope}`, profileRefusals.notAuthorized)
    const named = claims[`${service}_id`] ?? claims['mcptt_id']
    const same = typeof named === 'string' && user !== undefined && readMcServiceId(named)?.key === user.key
    if (!same && !defective('profile-token-of-another-user-accepted'))
      return refused('it was issued to another user', profileRefusals.notAuthorized)
    return undefined
  }
}

/** Validates access tokens (TS 33.180 B.11). */
export function accessTokenCheck(
  idm: TokenIssuer,
  now: () => Date,
  defective: (name: DefectName) => boolean,
): (token: string, user: McServiceId, messages: ServiceMessages) => Promise<TokenVerdict> {
  const keys = createLocalJWKSet(idm.jwks)

  async function claimsOf(token: string): Promise<JWTPayload | undefined> {
    if (token.length > longestToken) return undefined
    try {
      if (defective('token-signature-unchecked')) return decodeJwt(token)
      if (defective('unsigned-token-accepted') && decodeProtectedHeader(token).alg === 'none') return decodeJwt(token)
      await compactVerify(token, keys, { algorithms })
      return decodeJwt(token)
    } catch {
      return undefined
    }
  }

  function faultIn(claims: JWTPayload, user: McServiceId, scope: string): string | undefined {
    const { iss, aud, exp, nbf, sub } = claims
    const seconds = now().getTime() / 1000
    const audiences = typeof aud === 'string' ? [aud] : (aud ?? [])
    const scopes = typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : []
    const unit = defective('expiry-in-other-unit') ? 1000 : 1
    const inTime = typeof exp === 'number' && seconds < exp * unit + leewaySeconds
    const sameUser = typeof sub === 'string' && readMcServiceId(sub)?.key === user.key
    if (iss !== idm.issuer && !defective('token-issuer-unchecked')) return 'it comes from another issuer'
    if (!audiences.includes(idm.audience) && !defective('token-audience-unchecked')) return 'it is for another audience'
    if (!inTime && !defective('token-expiry-unchecked')) return 'it has expired'
    if (typeof nbf === 'number' && seconds < nbf - leewaySeconds) return 'it is not valid yet'
    if (!scopes.includes(scope) && !defective('token-scope-unchecked')) return `its scope lacks ${scope}`
    if (!sameUser && !defective('token-of-another-user-accepted')) return 'it was issued to another user'
    return undefined
  }

  return async (token, user, { service, values }) => {
    const claims = await claimsOf(token)
    if (claims === undefined) return { fault: 'it is not signed by the identity management server' }
    const fault = faultIn(claims, user, values.accessTokenScope)
    if (fault !== undefined) return { fault }
    const named = claims[`${service}_id`] ?? claims['mcptt_id']
    const allocated = typeof named === 'string' ? readMcServiceId(named) : undefined
    if (allocated === undefined) return { fault: 'it names no MC service ID' }
    const ownIdentity = allocated.key === user.key || allocated.uri === claims.sub
    return { temporaryId: ownIdentity ? undefined : allocated.uri }
  }
}

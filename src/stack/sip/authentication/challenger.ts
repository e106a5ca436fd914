import { headers, type SipMessage } from '#wire/sip'
import type { OutgoingResponse } from '../stack.ts'
import { type DigestParameters, readDigest } from './digest-parameters.ts'

/** Why a request is challenged, or challenged again. */
export type ChallengeReason =
  | 'no-credentials'
  | 'algorithm-not-offered'
  | 'qop-not-offered'
  | 'opaque-differs'
  | 'nonce-foreign'
  | 'nonce-stale'
  | 'nonce-count-used'
  | 'response-wrong'
  | 'synchronisation-failure'
  | 'user-rejected-challenge'

/** What the credentials of a request are worth. */
export type Judgement =
  | {
      readonly kind: 'authenticated'
      readonly username: string
      readonly realm: string
      /** The Authentication-Info (RFC 7616 3.5) for a response with that body; `undefined` without qop. */
      authenticationInfo(body?: Uint8Array): readonly [name: string, value: string] | undefined
    }
  /** 401, or 407 of a proxy, with its challenges. */
  | { readonly kind: 'challenged'; readonly reason: ChallengeReason; readonly response: OutgoingResponse }
  /** 400 or 403: another challenge would not help. */
  | { readonly kind: 'refused'; readonly response: OutgoingResponse }

/** The challenging side of Digest: a registrar, a user agent server or a proxy (RFC 3261 22.1). */
export interface Challenger {
  judge(request: SipMessage): Judgement
}

export const refused = (status: number, reason: string): Judgement => ({
  kind: 'refused',
  response: { status, reason, headers: [] },
})

/** The fields of a user agent server and of a proxy (RFC 3261 22.2, 22.3). */
export const challengeFields = {
  server: { status: 401, reason: 'Unauthorized', challenge: 'WWW-Authenticate', credentials: 'Authorization' },
  proxy: {
    status: 407,
    reason: 'Proxy Authentication Required',
    challenge: 'Proxy-Authenticate',
    credentials: 'Proxy-Authorization',
  },
} as const

export type ChallengeFields = (typeof challengeFields)[keyof typeof challengeFields]

export const challenged = (
  { status, reason, challenge }: ChallengeFields,
  why: ChallengeReason,
  challenges: readonly string[],
): Judgement => ({
  kind: 'challenged',
  reason: why,
  response: { status, reason, headers: challenges.map((value) => [challenge, value] as const) },
})

/** No request needs more: one for every proxy on the way. */
const mostCredentials = 16

/** The Digest credentials of a request for that realm (RFC 3261 22.3: those for other realms are of no concern). */
export function credentialsFor(
  request: SipMessage,
  field: string,
  realm: string,
): DigestParameters | { readonly malformed: string } | undefined {
  for (const value of headers(request, field).slice(0, mostCredentials)) {
    const digest = readDigest(value)
    if (digest.kind === 'malformed') return { malformed: digest.text }
    if (digest.kind === 'digest' && digest.parameters.get('realm') === realm) return digest.parameters
  }
  return undefined
}

/** What of a request its credentials cover; `undefined` when its start line is none of a request. */
export function coveredBy(
  request: SipMessage,
): { readonly method: string; readonly requestUri: string; readonly body: Uint8Array } | undefined {
  const { startLine, body } = request
  if (startLine.kind !== 'request') return undefined
  // An ACK cannot be challenged, and carries the credentials of its INVITE (RFC 3261 22.1).
  const method = startLine.method === 'ACK' ? 'INVITE' : startLine.method
  return { method, requestUri: startLine.requestUri, body }
}

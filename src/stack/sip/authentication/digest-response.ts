import { timingSafeEqual } from 'node:crypto'
import { type DigestAlgorithm, digestAlgorithms, digestOf } from './digest-algorithm.ts'

/** Quality of protection (RFC 7616 3.3): absent in the manner of RFC 2069. */
export type QualityOfProtection = 'auth' | 'auth-int'

/** What a response is computed from (RFC 7616 3.4.1). */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm
  readonly username: string
  readonly realm: string
  /** Raw octets for AKA: RES (RFC 3310 3.3). */
  readonly password: string | Uint8Array
  readonly nonce: string
  readonly method: string
  /** `digest-uri-value`: the Request-URI as it is written in the credentials. */
  readonly uri: string
  readonly qop: QualityOfProtection | undefined
  /** Eight hexadecimal digits; with qop only. */
  readonly nonceCount: string
  /** With qop, and for algorithms that end in -sess. */
  readonly cnonce: string
  /** The whole body: with auth-int only. */
  readonly body: Uint8Array
}

/** H(A1) of RFC 7616 3.4.2. */
export function hashOfSecret({
  algorithm,
  username,
  realm,
  password,
  nonce,
  cnonce,
}: Omit<DigestInput, 'method'>): string {
  const first = digestOf(algorithm, `${username}:${realm}:`, password)
  return digestAlgorithms[algorithm].session ? digestOf(algorithm, `${first}:${nonce}:${cnonce}`) : first
}

/** The `response` parameter, hexadecimal digits (RFC 7616 3.4.1 to 3.4.3; without qop RFC 2617 3.2.2.1). */
export function digestResponse(input: DigestInput): string {
  return respond(input, input.method)
}

/** The `rspauth` parameter of Authentication-Info: the same with an empty method (RFC 7616 3.5). */
export function digestOfAnswer(input: DigestInput): string {
  return respond(input, '')
}

function respond(input: DigestInput, method: string): string {
  const { algorithm, nonce, uri, qop, nonceCount, cnonce, body } = input
  const entity = qop === 'auth-int' ? `:${digestOf(algorithm, body)}` : ''
  const request = digestOf(algorithm, `${method}:${uri}${entity}`)
  const protection = qop === undefined ? '' : `${nonceCount}:${cnonce}:${qop}:`
  return digestOf(algorithm, `${hashOfSecret(input)}:${nonce}:${protection}${request}`)
}

/** Whether two octet strings are equal, in a time that says nothing of where they differ. */
export function sameInConstantTime(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

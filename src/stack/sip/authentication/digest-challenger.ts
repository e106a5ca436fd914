import { createHmac } from 'node:crypto'
import { sameUri, type SipMessage } from '#wire/sip'
import type { Clock } from '../clock.ts'
import {
  challenged,
  challengeFields,
  type Challenger,
  type ChallengeReason,
  coveredBy,
  credentialsFor,
  type Judgement,
  refused,
} from './challenger.ts'
import { algorithmNamed, type DigestAlgorithm } from './digest-algorithm.ts'
import { writeDigest } from './digest-parameters.ts'
import {
  type DigestInput,
  digestOfAnswer,
  digestResponse,
  type QualityOfProtection,
  sameInConstantTime,
} from './digest-response.ts'
import { createNonceIssuer } from './nonce-issuer.ts'

export interface DigestChallengerOptions {
  readonly realm: string
  /** Makes nonces: octets that nobody else knows. */
  readonly secret: string | Uint8Array
  readonly clock: Clock
  readonly passwordOf: (username: string) => string | undefined
  /** Offered in this order, the preferred one first (RFC 8760 2.3); SHA-256 and MD5 unless said. */
  readonly algorithms?: readonly Exclude<DigestAlgorithm, 'AKAv1-MD5'>[] | undefined
  /** Offered; auth and auth-int unless said. */
  readonly qop?: readonly QualityOfProtection[] | undefined
  /** Whether credentials without qop, of RFC 2069, are taken: each nonce once. They are, unless said. */
  readonly allowWithoutQop?: boolean | undefined
  /** Milliseconds; 300 000 unless said. */
  readonly nonceLifetime?: number | undefined
  /** Nonces whose counts are remembered; 65 536 unless said. */
  readonly maxRemembered?: number | undefined
  /** Challenges with 407 as a proxy (RFC 3261 22.3). */
  readonly asProxy?: boolean | undefined
}

/** Challenges with Digest and judges what comes back (RFC 3261 22.4, RFC 7616 3.4, RFC 8760). Never throws on what a peer sent. */
export function createDigestChallenger(options: DigestChallengerOptions): Challenger {
  const { realm, secret, clock, passwordOf, algorithms = ['SHA-256', 'MD5'], qop = ['auth', 'auth-int'] } = options
  const { allowWithoutQop = true, nonceLifetime = 300_000, maxRemembered = 65_536 } = options
  const fields = options.asProxy === true ? challengeFields.proxy : challengeFields.server
  const nonces = createNonceIssuer({ secret, clock, lifetime: nonceLifetime, maxRemembered })
  const derived = (of: string): string => createHmac('sha256', secret).update(of).digest('hex').slice(0, 32)
  const opaque = derived(`opaque:${realm}`)

  const challenge = (why: ChallengeReason, stale = false): Judgement =>
    challenged(
      fields,
      why,
      algorithms.map((algorithm) =>
        writeDigest('challenge', [
          ['realm', realm],
          ['nonce', nonces.issue()],
          ['opaque', opaque],
          ['stale', stale ? 'true' : undefined],
          ['algorithm', algorithm],
          ['qop', qop.length === 0 ? undefined : qop.join(',')],
        ]),
      ),
    )

  return {
    judge(request: SipMessage): Judgement {
      const covered = coveredBy(request)
      if (covered === undefined) return refused(400, 'Bad Request: expected a request')
      const given = credentialsFor(request, fields.credentials, realm)
      if (given === undefined) return challenge('no-credentials')
      if ('malformed' in given) return refused(400, `Bad Request: ${given.malformed} (RFC 3261 25.1 credentials)`)
      const [username, nonce, uri, response] = ['username', 'nonce', 'uri', 'response'].map((name) => given.get(name))
      if (username === undefined || nonce === undefined || uri === undefined || response === undefined) {
        return refused(400, 'Bad Request: credentials have username, nonce, uri and response (RFC 7616 3.4)')
      }
      // "the server SHOULD return a 400" (RFC 7616 3.4.6): else credentials for one resource would open another.
      if (!sameUri(uri, covered.requestUri))
        return refused(400, 'Bad Request: uri differs from the Request-URI (RFC 7616 3.4.6)')
      const algorithm = algorithms.find((offered) => offered === algorithmNamed(given.get('algorithm')))
      if (algorithm === undefined) return challenge('algorithm-not-offered')
      const protection = given.get('qop')
      const chosen = qop.find((offered) => offered === protection)
      if (chosen === undefined && (protection !== undefined || !allowWithoutQop)) return challenge('qop-not-offered')
      const [nonceCount, cnonce] = [given.get('nc') ?? '', given.get('cnonce') ?? '']
      if (chosen !== undefined && (!/^[0-9a-f]{8}$/i.test(nonceCount) || cnonce === ''))
        return refused(400, 'Bad Request: qop asks for cnonce and an nc of eight hexadecimal digits (RFC 7616 3.4)')
      if (given.get('opaque') !== opaque) return challenge('opaque-differs')

      // For a user nobody knows the work is the same: the time of the answer names no users.
      const known = passwordOf(username)
      const password = known ?? derived(`nobody:${username}`)
      const { method, body } = covered
      const input: DigestInput = {
        ...{ algorithm, username, realm, password, nonce, method, uri, qop: chosen, nonceCount, cnonce, body },
      }
      const right = sameInConstantTime(digestResponse(input), response.toLowerCase())
      if (!right || known === undefined) return challenge('response-wrong')
      // Stale says: the secret was right, try again without asking the user (RFC 7616 3.3).
      switch (nonces.use(nonce, chosen === undefined ? 1 : Number.parseInt(nonceCount, 16))) {
        case 'foreign':
          return challenge('nonce-foreign', true)
        case 'stale':
          return challenge('nonce-stale', true)
        case 'replayed':
          return challenge('nonce-count-used', true)
        case 'fresh':
          return { kind: 'authenticated', username, realm, authenticationInfo: (answer) => infoOf(input, answer) }
      }
    },
  }
}

/** Authentication-Info (RFC 7616 3.5): proves that the server, too, knows the secret. */
export function infoOf(input: DigestInput, body: Uint8Array = new Uint8Array()): readonly [string, string] | undefined {
  const { qop, cnonce, nonceCount } = input
  if (qop === undefined) return undefined
  const proof = digestOfAnswer({ ...input, body })
  return ['Authentication-Info', `qop=${qop}, rspauth="${proof}", cnonce="${cnonce}", nc=${nonceCount}`]
}

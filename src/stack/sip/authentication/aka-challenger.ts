import { createHmac } from 'node:crypto'
import { sameUri } from '#wire/sip'
import type { Clock } from '../clock.ts'
import { akaNonce, type AkaVector, akaVector, readSynchronisationToken } from './aka-vector.ts'
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
import { infoOf } from './digest-challenger.ts'
import { writeDigest } from './digest-parameters.ts'
import { type DigestInput, digestResponse, sameInConstantTime } from './digest-response.ts'
import type { MilenageKeys } from './milenage.ts'
import { nextSequence } from './usim.ts'

/** What the home network keeps of a subscriber. */
export interface AkaSubscriber extends MilenageKeys {
  /** AMF, 2 octets; 8000 unless said: the separation bit is for E-UTRAN alone, any value does here (TS 33.102 annex H). */
  readonly managementField?: Uint8Array | undefined
  /** SQN to start after; 0 unless said. */
  readonly sequence?: number | undefined
}

export interface AkaChallengerOptions {
  readonly realm: string
  /** Makes RAND: octets that nobody else knows. */
  readonly secret: string | Uint8Array
  readonly clock: Clock
  readonly subscriberOf: (username: string) => AkaSubscriber | undefined
  /** Milliseconds an answer is waited for; 60 000 unless said. */
  readonly challengeLifetime?: number | undefined
  /** Challenges that wait for their answer at once; the oldest are given up. 16 384 unless said. */
  readonly maxOutstanding?: number | undefined
  /** Adds `ck` and `ik` for the P-CSCF (TS 24.229 5.4.1.2.1): only where it takes them out again. */
  readonly withKeys?: boolean | undefined
}

interface Outstanding {
  readonly username: string
  readonly vector: AkaVector
  readonly due: number
}

/** Challenges with AKAv1-MD5 and MILENAGE, resynchronises, and judges what comes back (RFC 3310, TS 33.203 6.1). */
export function createAkaChallenger(options: AkaChallengerOptions): Challenger {
  const { realm, secret, clock, subscriberOf, challengeLifetime = 60_000, maxOutstanding = 16_384 } = options
  const fields = challengeFields.server
  /** By nonce, the oldest first. */
  const outstanding = new Map<string, Outstanding>()
  /** SQN of those that were challenged: as many as there are subscribers at most. */
  const sequences = new Map<string, number>()
  let issued = 0

  const challenge = (username: string, subscriber: AkaSubscriber, why: ChallengeReason): Judgement => {
    const sequence = nextSequence(sequences.get(username) ?? subscriber.sequence ?? 0)
    sequences.set(username, sequence)
    issued += 1
    const rand = createHmac('sha256', secret).update(`${issued}:${clock.now()}:${username}`).digest().subarray(0, 16)
    const vector = akaVector(subscriber, rand, sequence, subscriber.managementField ?? Buffer.from('8000', 'hex'))
    const nonce = akaNonce(vector)
    for (const [oldest] of outstanding) {
      if (outstanding.size < maxOutstanding) break
      outstanding.delete(oldest)
    }
    outstanding.set(nonce, { username, vector, due: clock.now() + challengeLifetime })
    const keys = options.withKeys === true ? vector : undefined
    return challenged(fields, why, [
      writeDigest('challenge', [
        ['realm', realm],
        ['nonce', nonce],
        ['algorithm', 'AKAv1-MD5'],
        ['qop', 'auth,auth-int'],
        ['ck', keys && Buffer.from(keys.ck).toString('hex')],
        ['ik', keys && Buffer.from(keys.ik).toString('hex')],
      ]),
    ])
  }

  return {
    judge(request) {
      const covered = coveredBy(request)
      if (covered === undefined) return refused(400, 'Bad Request: expected a request')
      const given = credentialsFor(request, fields.credentials, realm)
      if (given !== undefined && 'malformed' in given)
        return refused(400, `Bad Request: ${given.malformed} (RFC 3261 25.1 credentials)`)
      // AKA needs to know whom it challenges: the private identity stands in the first REGISTER already (TS 24.229 5.1.1.2.2).
      const username = given?.get('username')
      if (given === undefined || username === undefined)
        return refused(403, `Forbidden: expected Authorization with username and realm ${realm} (TS 24.229 5.4.1.2.1)`)
      const subscriber = subscriberOf(username)
      if (subscriber === undefined) return refused(403, 'Forbidden: no such private identity')
      const nonce = given.get('nonce') ?? ''
      const waiting = outstanding.get(nonce)
      if (nonce === '') return challenge(username, subscriber, 'no-credentials')
      if (waiting === undefined || waiting.username !== username)
        return challenge(username, subscriber, 'nonce-foreign')
      // Whatever comes of it, a challenge is answered once.
      outstanding.delete(nonce)
      if (clock.now() > waiting.due) return challenge(username, subscriber, 'nonce-stale')
      const uri = given.get('uri') ?? ''
      if (!sameUri(uri, covered.requestUri))
        return refused(400, 'Bad Request: uri differs from the Request-URI (RFC 7616 3.4.6)')
      const response = given.get('response') ?? ''
      const auts = given.get('auts')
      // Neither response nor auts: the challenge was not of its network (TS 24.229 5.1.1.5.3).
      if (response === '' && auts === undefined) return challenge(username, subscriber, 'user-rejected-challenge')

      const protection = given.get('qop')
      const qop = protection === 'auth' || protection === 'auth-int' ? protection : undefined
      if (qop !== protection) return challenge(username, subscriber, 'qop-not-offered')
      const { method, body } = covered
      const input: DigestInput = {
        ...{ algorithm: 'AKAv1-MD5', username, realm, nonce, method, uri, qop, body },
        nonceCount: given.get('nc') ?? '',
        cnonce: given.get('cnonce') ?? '',
        // "an empty password" after a synchronisation failure (RFC 3310 3.4).
        password: auts === undefined ? waiting.vector.xres : '',
      }
      const right = sameInConstantTime(digestResponse(input), response.toLowerCase())
      if (!right) return challenge(username, subscriber, 'response-wrong')
      if (auts === undefined)
        return { kind: 'authenticated', username, realm, authenticationInfo: (answer) => infoOf(input, answer) }
      const stands = readSynchronisationToken(subscriber, waiting.vector.rand, Buffer.from(auts, 'base64'))
      if (stands === undefined) return refused(403, 'Forbidden: auts has a wrong MAC-S (TS 33.102 6.3.5)')
      sequences.set(username, stands)
      return challenge(username, subscriber, 'synchronisation-failure')
    },
  }
}

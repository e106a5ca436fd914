import { header, headers, type SipMessage, statusOf } from '#wire/sip'
import { readAkaNonce } from './aka-vector.ts'
import { challengeFields } from './challenger.ts'
import { algorithmNamed, type DigestAlgorithm } from './digest-algorithm.ts'
import { type DigestParameters, readDigest, writeDigest } from './digest-parameters.ts'
import {
  type DigestInput,
  digestOfAnswer,
  digestResponse,
  type QualityOfProtection,
  sameInConstantTime,
} from './digest-response.ts'
import type { Usim } from './usim.ts'

/** Who a user agent is: a user with a password, or a private identity with a USIM. */
export type UserCredentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | {
      readonly kind: 'aka'
      readonly username: string
      readonly usim: Usim
      /** The home network's realm, told in the first REGISTER already (TS 24.229 5.1.1.2.2). */
      readonly realm: string
    }

export interface DigestClientOptions {
  readonly credentials: UserCredentials
  /** A fresh cnonce each time, that nobody can foresee (RFC 7616 5.3). */
  readonly makeCnonce: () => string
  /** Takes auth-int where both are offered; auth unless said. */
  readonly preferIntegrity?: boolean | undefined
}

/** What a final response asks for. */
export type ChallengeTaken =
  /** No challenge. */
  | { readonly kind: 'accepted' }
  /** Send the request again, with `authorize`, a CSeq one higher and a new branch (RFC 3261 22.2). */
  | { readonly kind: 'try-again' }
  | { readonly kind: 'give-up'; readonly reason: string }

export interface DigestClient {
  /** Takes the challenges of a response; give it every final one, so that it knows which credentials were good. */
  receive(response: SipMessage): ChallengeTaken
  /** The Authorization and Proxy-Authorization fields for a request: none before the first challenge, but for AKA. */
  authorize(method: string, uri: string, body?: Uint8Array): readonly (readonly [name: string, value: string])[]
  /** Whether the Authentication-Info of a response proves that the server knows the secret (RFC 7616 3.5); `undefined` without one. */
  isProven(response: SipMessage): boolean | undefined
}

type Secret =
  | { readonly kind: 'password'; readonly password: string | Uint8Array }
  | { readonly kind: 'synchronisation-failure'; readonly auts: string }
  | { readonly kind: 'mac-failure' }

interface Session {
  readonly field: 'Authorization' | 'Proxy-Authorization'
  readonly realm: string
  readonly algorithm: DigestAlgorithm
  /** As the challenge wrote it, `undefined` when it did not. */
  readonly algorithmText: string | undefined
  readonly nonce: string
  readonly opaque: string | undefined
  readonly qop: QualityOfProtection | undefined
  readonly secret: Secret
  /** Requests sent with this nonce. */
  count: number
  /** Challenges answered in a row without a request being accepted. */
  readonly attempts: number
  accepted: boolean
  last: DigestInput | undefined
}

/** One for every proxy on the way. */
const mostRealms = 8
/** Stale nonces, or resynchronisations, in a row. */
const mostAttempts = 4

/** The answering side of Digest and AKA (RFC 3261 22.2, 22.3; RFC 7616 3.4; RFC 8760 2.4; RFC 3310). */
export function createDigestClient(options: DigestClientOptions): DigestClient {
  const { credentials, makeCnonce, preferIntegrity = false } = options
  const { username } = credentials
  const sessions = new Map<string, Session>()

  const secretFor = (algorithm: DigestAlgorithm, nonce: string): Secret | undefined => {
    if (credentials.kind === 'password')
      return algorithm === 'AKAv1-MD5' ? undefined : { kind: 'password', password: credentials.password }
    const challenge = algorithm === 'AKAv1-MD5' ? readAkaNonce(nonce) : undefined
    if (challenge === undefined) return undefined
    const answer = credentials.usim.authenticate(challenge.rand, challenge.autn)
    switch (answer.kind) {
      case 'response':
        return { kind: 'password', password: answer.res }
      case 'synchronisation-failure':
        return { kind: answer.kind, auts: Buffer.from(answer.auts).toString('base64') }
      case 'mac-failure':
        return { kind: answer.kind }
    }
  }

  /** Takes one challenge; says why it cannot be answered, if so. */
  const take = (field: Session['field'], challenge: DigestParameters): string | undefined => {
    const [realm, nonce] = [challenge.get('realm'), challenge.get('nonce')]
    const algorithmText = challenge.get('algorithm')
    const algorithm = algorithmNamed(algorithmText)
    if (realm === undefined || nonce === undefined) return 'the challenge has no realm or no nonce'
    if (algorithm === undefined) return `the algorithm ${algorithmText} is unknown`
    const offered = (challenge.get('qop') ?? '')
      .toLowerCase()
      .split(',')
      .map((one) => one.trim())
    const known = (preferIntegrity ? (['auth-int', 'auth'] as const) : (['auth', 'auth-int'] as const)).filter((one) =>
      offered.includes(one),
    )
    if (challenge.has('qop') && known.length === 0) return `no qop of ${challenge.get('qop')} is known`
    const key = `${field} ${realm}`
    const before = sessions.get(key)
    if (before === undefined && sessions.size >= mostRealms) return `more than ${mostRealms} realms challenge`
    const attempts = before === undefined || before.accepted || before.count === 0 ? 0 : before.attempts + 1
    const stale = challenge.get('stale')?.toLowerCase() === 'true'
    // A new challenge to credentials never accepted, and no word of a stale nonce: the secret is wrong (RFC 7616 3.3).
    if (attempts > 0 && !stale && before?.secret.kind === 'password') return 'the credentials were refused'
    if (attempts > 0 && before?.secret.kind === 'mac-failure') return 'the network failed to authenticate itself'
    if (attempts >= mostAttempts) return `${attempts} challenges in a row`
    const secret = secretFor(algorithm, nonce)
    if (secret === undefined) return `${algorithm} cannot be answered with ${credentials.kind} credentials`
    sessions.set(key, {
      ...{ field, realm, algorithm, algorithmText, nonce, secret, attempts },
      opaque: challenge.get('opaque'),
      qop: known[0],
      ...{ count: 0, accepted: false, last: undefined },
    })
    return undefined
  }

  const authorization = (session: Session, method: string, uri: string, body: Uint8Array): string => {
    const { realm, nonce, algorithm, algorithmText, opaque, secret } = session
    session.count += 1
    const named = [
      ['username', username],
      ['realm', realm],
      ['nonce', nonce],
      ['uri', uri],
    ] as const
    // "the UE shall ... not include auts and an empty response" where MAC-A is wrong (TS 24.229 5.1.1.5.3).
    if (secret.kind === 'mac-failure')
      return writeDigest('credentials', [...named, ['response', ''], ['algorithm', algorithmText]])
    const qop = session.qop
    const nonceCount = session.count.toString(16).padStart(8, '0')
    const cnonce = qop === undefined && !algorithm.endsWith('-sess') ? '' : makeCnonce()
    const password = secret.kind === 'password' ? secret.password : ''
    const input: DigestInput = {
      ...{ algorithm, username, realm, password, nonce, method, uri, qop, nonceCount, cnonce, body },
    }
    session.last = input
    return writeDigest('credentials', [
      ...named,
      ['response', digestResponse(input)],
      ['algorithm', algorithmText],
      ['cnonce', cnonce === '' ? undefined : cnonce],
      ['opaque', opaque],
      ['qop', qop],
      ['nc', qop && nonceCount],
      ['auts', secret.kind === 'synchronisation-failure' ? secret.auts : undefined],
    ])
  }

  return {
    receive(response) {
      const status = statusOf(response)
      const fields = [challengeFields.server, challengeFields.proxy].find((one) => one.status === status)
      if (fields === undefined) {
        for (const session of sessions.values()) session.accepted = session.count > 0
        return { kind: 'accepted' }
      }
      const taken = new Set<string>()
      let reason = `a ${status} without a challenge of scheme Digest (RFC 3261 20.44)`
      for (const value of headers(response, fields.challenge).slice(0, 4 * mostRealms)) {
        const digest = readDigest(value)
        if (digest.kind === 'malformed') reason = digest.text
        if (digest.kind !== 'digest') continue
        // "the topmost header field that it supports" of each realm (RFC 8760 2.4).
        const realm = digest.parameters.get('realm') ?? ''
        if (taken.has(realm)) continue
        const problem = take(fields.credentials, digest.parameters)
        if (problem === undefined) taken.add(realm)
        else reason = problem
      }
      return taken.size > 0 ? { kind: 'try-again' } : { kind: 'give-up', reason }
    },
    authorize(method, uri, body = new Uint8Array()) {
      const answers = [...sessions.values()].map(
        (session) => [session.field, authorization(session, method, uri, body)] as const,
      )
      if (credentials.kind !== 'aka' || answers.some(([field]) => field === 'Authorization')) return answers
      const first = [
        ['username', username],
        ['realm', credentials.realm],
        ['uri', uri],
        ['nonce', ''],
        ['response', ''],
      ] as const
      return [['Authorization', writeDigest('credentials', first)], ...answers]
    },
    isProven(response) {
      const info = header(response, 'authentication-info')
      if (info === undefined) return undefined
      const digest = readDigest(`Digest ${info}`)
      const proof = digest.kind === 'digest' ? digest.parameters.get('rspauth') : undefined
      if (proof === undefined) return undefined
      return [...sessions.values()].some(
        ({ last }) => last !== undefined && sameInConstantTime(digestOfAnswer({ ...last, body: response.body }), proof),
      )
    },
  }
}

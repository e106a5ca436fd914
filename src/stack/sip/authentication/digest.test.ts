import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { header, headers, type SipMessage } from '#wire/sip'
import { createManualClock } from '../manual-clock.ts'
import type { Challenger } from './challenger.ts'
import { createDigestChallenger, type DigestChallengerOptions } from './digest-challenger.ts'
import { createDigestClient, type DigestClient } from './digest-client.ts'
import { readDigest } from './digest-parameters.ts'
import { answerTo, type Asked, asked, requestWith, responseOf, summary } from './exchange.testing.ts'

const pair = (
  changes: Partial<DigestChallengerOptions> = {},
  password = 'secret of alice',
  preferIntegrity = false,
): { clock: ReturnType<typeof createManualClock>; challenger: Challenger; client: DigestClient } => {
  const clock = createManualClock()
  const challenger = createDigestChallenger({
    realm: 'example.org',
    secret: 'secret of the server',
    clock,
    passwordOf: (username) => (username === 'alice' ? 'secret of alice' : undefined),
    ...changes,
  })
  let cnonces = 0
  const client = createDigestClient({
    credentials: { kind: 'password', username: 'alice', password },
    makeCnonce: () => `cnonce-${(cnonces += 1)}`,
    preferIntegrity,
  })
  return { clock, challenger, client }
}

const send = (client: DigestClient, changes: Asked = {}): SipMessage =>
  requestWith(client.authorize(changes.method ?? asked.method, changes.uri ?? asked.uri, changes.body), changes)

/** Lets a client go through its first challenge. */
const admit = ({ challenger, client }: ReturnType<typeof pair>): void => {
  expect(client.receive(answerTo(challenger.judge(send(client))))).toEqual({ kind: 'try-again' })
}

const credential = (request: SipMessage, name: string): string | undefined => {
  const digest = readDigest(header(request, 'authorization') ?? '')
  return digest.kind === 'digest' ? digest.parameters.get(name) : undefined
}

/** The same request with one parameter of its credentials written otherwise. */
const altered = (request: SipMessage, change: (credentials: string) => string): SipMessage =>
  requestWith([['Authorization', change(header(request, 'authorization') ?? '')]])

describe('Digest, both ends', () => {
  test.each(['MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess'] as const)(
    '%s with auth, auth-int and without qop',
    (algorithm) => {
      for (const qop of [['auth'], ['auth-int'], []] as const) {
        const both = pair({ algorithms: [algorithm], qop })
        admit(both)
        const body = Buffer.from('a body')
        const request = send(both.client, { body })
        expect(summary(both.challenger.judge(request))).toBe('authenticated alice')
        expect(credential(request, 'qop')).toBe(qop[0])
      }
    },
  )

  test('the topmost challenge that the client supports is answered (RFC 8760 2.4)', () => {
    const both = pair({ algorithms: ['SHA-256', 'MD5'] })
    expect(headers(answerTo(both.challenger.judge(requestWith([]))), 'www-authenticate')).toHaveLength(2)
    admit(both)
    expect(credential(send(both.client), 'algorithm')).toBe('SHA-256')
    const foreign = responseOf({
      status: 401,
      reason: 'Unauthorized',
      headers: [
        ['WWW-Authenticate', 'Digest realm="r", nonce="n", algorithm=NEW-1'],
        ['WWW-Authenticate', 'Digest realm="r", nonce="n", algorithm=MD5'],
      ],
    })
    const { client } = pair()
    expect(client.receive(foreign)).toEqual({ kind: 'try-again' })
    expect(credential(send(client), 'algorithm')).toBe('MD5')
  })

  test('auth-int covers the body, auth does not', () => {
    for (const [preferIntegrity, verdict] of [
      [true, '401 response-wrong'],
      [false, 'authenticated alice'],
    ] as const) {
      const both = pair({}, undefined, preferIntegrity)
      admit(both)
      const fields = both.client.authorize('REGISTER', asked.uri, Buffer.from('what was meant'))
      expect(summary(both.challenger.judge(requestWith(fields, { body: Buffer.from('what came') })))).toBe(verdict)
    }
  })

  test('a nonce serves many requests, each count once, in whatever order they come', () => {
    const both = pair()
    admit(both)
    const requests = Array.from({ length: 40 }, () => send(both.client))
    expect(requests.map((request) => credential(request, 'nc')).slice(0, 2)).toEqual(['00000001', '00000002'])
    const [first, second, third] = requests
    for (const request of [second!, first!, third!]) expect(both.challenger.judge(request).kind).toBe('authenticated')
    for (const request of [second!, first!, third!])
      expect(summary(both.challenger.judge(request))).toBe('401 nonce-count-used')
    expect(both.challenger.judge(requests[39]!).kind).toBe('authenticated')
    expect(summary(both.challenger.judge(requests[4]!))).toBe('401 nonce-count-used')
    expect(both.challenger.judge(requests[30]!).kind).toBe('authenticated')
  })

  test('without qop a nonce serves once (RFC 2069)', () => {
    const both = pair({ qop: [] })
    admit(both)
    const request = send(both.client)
    expect(both.challenger.judge(request).kind).toBe('authenticated')
    expect(summary(both.challenger.judge(request))).toBe('401 nonce-count-used')
    expect(summary(pair({ allowWithoutQop: false }).challenger.judge(request))).toBe('401 qop-not-offered')
  })

  test('a stale nonce is replaced without asking the user again; a wrong password is not tried twice', () => {
    const both = pair({ nonceLifetime: 1000 })
    admit(both)
    expect(both.client.receive(answerTo(both.challenger.judge(send(both.client))))).toEqual({ kind: 'accepted' })
    both.clock.advance(1001)
    const stale = both.challenger.judge(send(both.client))
    expect(summary(stale)).toBe('401 nonce-stale')
    expect(header(answerTo(stale), 'www-authenticate')).toContain('stale=true')
    expect(both.client.receive(answerTo(stale))).toEqual({ kind: 'try-again' })
    expect(both.challenger.judge(send(both.client)).kind).toBe('authenticated')

    const wrong = pair({}, 'guessed')
    admit(wrong)
    const refused = wrong.challenger.judge(send(wrong.client))
    expect(summary(refused)).toBe('401 response-wrong')
    expect(header(answerTo(refused), 'www-authenticate')).not.toContain('stale')
    expect(wrong.client.receive(answerTo(refused))).toEqual({ kind: 'give-up', reason: 'the credentials were refused' })
  })

  test('a challenger that calls every nonce stale is not followed for ever', () => {
    const { client } = pair()
    const stale = responseOf({
      status: 401,
      reason: 'Unauthorized',
      headers: [['WWW-Authenticate', 'Digest realm="r", nonce="n", stale=true']],
    })
    let rounds = 0
    while (client.receive(stale).kind === 'try-again' && rounds < 100) {
      client.authorize('REGISTER', asked.uri)
      rounds += 1
    }
    expect(rounds).toBe(4)
  })

  test('a proxy and a server on the way, each with its own realm', () => {
    const server = pair()
    const proxy = pair({ asProxy: true, realm: 'proxy.example.org' })
    const { client } = server
    const atProxy = proxy.challenger.judge(send(client))
    expect(summary(atProxy)).toBe('407 no-credentials')
    client.receive(answerTo(atProxy))
    expect(proxy.challenger.judge(send(client)).kind).toBe('authenticated')
    client.receive(answerTo(server.challenger.judge(send(client))))
    const request = send(client)
    expect(proxy.challenger.judge(request).kind).toBe('authenticated')
    expect(server.challenger.judge(request).kind).toBe('authenticated')
  })

  test('Authentication-Info proves the server, and only one that knows the secret (RFC 7616 3.5)', () => {
    for (const preferIntegrity of [false, true]) {
      const both = pair({}, undefined, preferIntegrity)
      admit(both)
      const judged = both.challenger.judge(send(both.client))
      const body = Buffer.from('the answer')
      const info = judged.kind === 'authenticated' ? judged.authenticationInfo(body) : undefined
      const answer = (value: string): SipMessage =>
        responseOf({ status: 200, reason: 'OK', headers: [['Authentication-Info', value]], body })
      expect(both.client.isProven(answer(info![1]))).toBe(true)
      expect(both.client.isProven(answer(info![1].replace(/rspauth="./, 'rspauth="g')))).toBe(false)
      expect(both.client.isProven(responseOf({ status: 200, reason: 'OK', headers: [] }))).toBeUndefined()
    }
  })
})

describe('a challenger and credentials that are wrong', () => {
  const cases: readonly (readonly [string, (credentials: string) => string, RegExp])[] = [
    ['another realm', (text) => text.replace('realm="example.org"', 'realm="elsewhere"'), /^401 no-credentials/],
    ['another scheme', () => 'Bearer abc', /^401 no-credentials/],
    ['a parameter twice', (text) => `${text}, nc=00000002`, /^400 .*nc stands twice/],
    ['no response', (text) => text.replace(/response="[^"]*", /, ''), /^400 .*username, nonce, uri and response/],
    ['another uri', (text) => text.replace('uri="sip:example.org"', 'uri="sip:b@example.org"'), /^400 .*7616 3\.4\.6/],
    ['an unknown algorithm', (text) => text.replace('algorithm=SHA-256', 'algorithm=X'), /^401 algorithm-not-offered/],
    ['an unknown qop', (text) => text.replace('qop=auth', 'qop=auth-x'), /^401 qop-not-offered/],
    ['a count that is none', (text) => text.replace('nc=00000001', 'nc=1'), /^400 .*eight hexadecimal/],
    ['a count nobody signed', (text) => text.replace('nc=00000001', 'nc=00000009'), /^401 response-wrong/],
    ['another opaque', (text) => text.replace(/opaque="./, 'opaque="x'), /^401 opaque-differs/],
    ['a nonce of somebody else', (text) => text.replace(/nonce="./, 'nonce="x'), /^401 response-wrong/],
    ['another user', (text) => text.replace('"alice"', '"bob"'), /^401 response-wrong/],
    ['a response cut short', (text) => text.replace(/response="../, 'response="'), /^401 response-wrong/],
    ['something far too long', (text) => `${text}, x="${'y'.repeat(20_000)}"`, /^400 .*at most 16384/],
  ]
  test.each(cases)('%s', (_name, change, expected) => {
    const both = pair()
    admit(both)
    const request = altered(send(both.client), change)
    expect(summary(both.challenger.judge(request))).toMatch(expected)
  })

  test('a nonce of another secret, rightly signed, is replaced as stale', () => {
    const elsewhere = pair({ secret: 'another server' })
    const here = pair()
    elsewhere.client.receive(answerTo(elsewhere.challenger.judge(requestWith([]))))
    const [, value] = elsewhere.client.authorize('REGISTER', asked.uri)[0]!
    const opaque = readDigest(header(answerTo(here.challenger.judge(requestWith([]))), 'www-authenticate')!)
    const ours = opaque.kind === 'digest' ? opaque.parameters.get('opaque') : ''
    const request = requestWith([['Authorization', value.replace(/opaque="[^"]*"/, `opaque="${ours}"`)]])
    expect(summary(here.challenger.judge(request))).toBe('401 nonce-foreign')
  })

  test('nonces that are given up for room become stale, never usable again', () => {
    const both = pair({ maxRemembered: 2, algorithms: ['MD5'] })
    admit(both)
    const first = send(both.client)
    expect(both.challenger.judge(first).kind).toBe('authenticated')
    for (let round = 0; round < 3; round += 1) {
      const other = createDigestClient({
        credentials: { kind: 'password', username: 'alice', password: 'secret of alice' },
        makeCnonce: () => 'c',
      })
      other.receive(answerTo(both.challenger.judge(requestWith([]))))
      expect(both.challenger.judge(send(other)).kind).toBe('authenticated')
    }
    expect(summary(both.challenger.judge(first))).toBe('401 nonce-stale')
  })

  test('whatever is written as credentials: an answer, never an exception', () => {
    const both = pair()
    admit(both)
    const right = header(send(both.client), 'authorization')!
    fc.assert(
      fc.property(fc.nat(right.length), fc.nat(20), fc.string({ maxLength: 12 }), (at, length, text) => {
        const wrong = right.slice(0, at) + text + right.slice(at + length)
        const judged = both.challenger.judge(requestWith([['Authorization', wrong.replaceAll(/[\r\n]/g, '')]]))
        expect(['authenticated', 'challenged', 'refused']).toContain(judged.kind)
        both.client.receive(
          responseOf({ status: 401, reason: 'x', headers: [['WWW-Authenticate', wrong.replaceAll(/[\r\n]/g, '')]] }),
        )
      }),
      { numRuns: 500 },
    )
  })
})

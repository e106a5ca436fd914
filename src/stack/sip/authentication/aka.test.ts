import { describe, expect, test } from 'vitest'
import { header, type SipMessage } from '#wire/sip'
import { createManualClock } from '../manual-clock.ts'
import { type AkaChallengerOptions, createAkaChallenger } from './aka-challenger.ts'
import { akaVector } from './aka-vector.ts'
import type { Challenger } from './challenger.ts'
import { createDigestClient, type DigestClient } from './digest-client.ts'
import { answerTo, asked, requestWith, summary } from './exchange.testing.ts'
import { operatorConstant } from './milenage.ts'
import { createUsim, nextSequence, type Usim } from './usim.ts'

const k = Buffer.from('465b5ce8b199b49faa5f0a2ee238a6bc', 'hex')
const opc = operatorConstant(k, Buffer.from('cdc202d5123e20f62b6d676ac72cb318', 'hex'))
const username = 'user1@example.org'
const realm = 'example.org'

function pair(
  usimSequence = 0,
  networkSequence = 0,
  options: Partial<AkaChallengerOptions> = {},
): { clock: ReturnType<typeof createManualClock>; challenger: Challenger; client: DigestClient; usim: Usim } {
  const clock = createManualClock()
  const challenger = createAkaChallenger({
    realm,
    secret: 'secret of the network',
    clock,
    subscriberOf: (name) => (name === username ? { k, opc, sequence: networkSequence } : undefined),
    ...options,
  })
  const usim = createUsim({ k, opc, sequence: usimSequence })
  return { clock, challenger, usim, client: clientOf(usim) }
}

const clientOf = (usim: Usim): DigestClient =>
  createDigestClient({ credentials: { kind: 'aka', username, usim, realm }, makeCnonce: () => '0a4f113b' })

const send = (client: DigestClient): SipMessage => requestWith(client.authorize('REGISTER', asked.uri))

/** Registers until accepted or given up; what the challenger said on the way. */
function register({ challenger, client }: { challenger: Challenger; client: DigestClient }): string[] {
  const said: string[] = []
  for (let round = 0; round < 10; round += 1) {
    const judged = challenger.judge(send(client))
    said.push(summary(judged))
    const taken = client.receive(answerTo(judged))
    if (taken.kind === 'give-up') said.push(taken.reason)
    if (taken.kind !== 'try-again') return said
  }
  throw new Error('ten rounds were not enough')
}

describe('AKAv1-MD5, both ends', () => {
  test('the first REGISTER names the private identity, the second answers with RES', () => {
    const both = pair()
    expect(header(send(both.client), 'authorization')).toBe(
      `Digest username="${username}", realm="${realm}", uri="${asked.uri}", nonce="", response=""`,
    )
    expect(register(both)).toEqual(['401 no-credentials', `authenticated ${username}`])
    expect(both.usim.sequence).toBe(nextSequence(0))
  })

  test('SQN counts SEQ and IND on', () => {
    expect(nextSequence(0)).toBe(33)
    expect(nextSequence(31)).toBe(32)
    expect(nextSequence(2 ** 48 - 1)).toBe(0)
  })

  test('a network behind the USIM resynchronises and goes on from there', () => {
    const both = pair(10_000)
    expect(register(both)).toEqual(['401 no-credentials', '401 synchronisation-failure', `authenticated ${username}`])
    expect(both.usim.sequence).toBe(nextSequence(10_000))
  })

  test('auts of another subscriber is refused', () => {
    const both = pair(10_000)
    both.client.receive(answerTo(both.challenger.judge(send(both.client))))
    const wrong = header(send(both.client), 'authorization')!.replace(/auts="..../, 'auts="AAAA')
    expect(summary(both.challenger.judge(requestWith([['Authorization', wrong]])))).toBe(
      '403 Forbidden: auts has a wrong MAC-S (TS 33.102 6.3.5)',
    )
  })

  test('a network without the key is told so once, without auts (TS 24.229 5.1.1.5.3)', () => {
    const both = pair(0, 0, { subscriberOf: () => ({ k: Buffer.alloc(16, 1), opc }) })
    both.client.receive(answerTo(both.challenger.judge(send(both.client))))
    expect(header(send(both.client), 'authorization')).toMatch(/response="", algorithm=AKAv1-MD5$/)
    const other = { ...both, client: clientOf(createUsim({ k, opc })) }
    expect(register(other)).toEqual([
      '401 no-credentials',
      '401 user-rejected-challenge',
      'the network failed to authenticate itself',
    ])
  })

  test('a USIM without the key is challenged again and gives up', () => {
    const both = pair()
    const stranger = createDigestClient({
      credentials: { kind: 'aka', username, realm, usim: { sequence: 0, authenticate: () => wrongAnswer } },
      makeCnonce: () => 'c',
    })
    const wrongAnswer = {
      kind: 'response',
      res: Buffer.alloc(8),
      ck: Buffer.alloc(16),
      ik: Buffer.alloc(16),
    } as const
    expect(register({ ...both, client: stranger })).toEqual([
      '401 no-credentials',
      '401 response-wrong',
      'the credentials were refused',
    ])
  })

  test('each challenge is answered once, in time, by whom it was made for', () => {
    const both = pair(0, 0, { challengeLifetime: 1000 })
    both.client.receive(answerTo(both.challenger.judge(send(both.client))))
    const answer = send(both.client)
    both.clock.advance(1001)
    expect(summary(both.challenger.judge(answer))).toBe('401 nonce-stale')
    expect(summary(both.challenger.judge(answer))).toBe('401 nonce-foreign')

    const fresh = pair(0, 0, { subscriberOf: () => ({ k, opc }) })
    fresh.client.receive(answerTo(fresh.challenger.judge(send(fresh.client))))
    const stolen = header(send(fresh.client), 'authorization')!.replace(username, 'other@example.org')
    expect(summary(fresh.challenger.judge(requestWith([['Authorization', stolen]])))).toBe('401 nonce-foreign')
  })

  test('only so many challenges wait: the oldest is given up', () => {
    const both = pair(0, 0, { maxOutstanding: 1 })
    both.client.receive(answerTo(both.challenger.judge(send(both.client))))
    both.challenger.judge(send(clientOf(createUsim({ k, opc }))))
    expect(summary(both.challenger.judge(send(both.client)))).toBe('401 nonce-foreign')
  })

  test('no identity, or one of nobody: 403', () => {
    const { challenger } = pair()
    expect(summary(challenger.judge(requestWith([])))).toMatch(/^403 Forbidden: expected Authorization/)
    const nobody = 'Digest username="x", realm="example.org", uri="sip:example.org", nonce="", response=""'
    expect(summary(challenger.judge(requestWith([['Authorization', nobody]])))).toBe(
      '403 Forbidden: no such private identity',
    )
  })

  test('CK and IK go to a P-CSCF that asks for them', () => {
    const keys = (withKeys: boolean): string =>
      header(answerTo(pair(0, 0, { withKeys }).challenger.judge(send(pair().client))), 'www-authenticate') ?? ''
    expect(keys(true)).toMatch(/ck="[0-9a-f]{32}", ik="[0-9a-f]{32}"/)
    expect(keys(false)).not.toMatch(/ck=|ik=/)
  })
})

describe('a USIM (TS 33.102 6.3.3, annex C)', () => {
  const rand = Buffer.alloc(16, 7)
  const offer = (usim: Usim, sequence: number): string =>
    usim.authenticate(rand, akaVector({ k, opc }, rand, sequence, Buffer.from('8000', 'hex')).autn).kind

  test('takes vectors out of order, each SQN once', () => {
    const usim = createUsim({ k, opc })
    const [first, second, third] = [33, 66, 99] as const
    expect([first, third, second, second, third, first].map((sequence) => offer(usim, sequence))).toEqual([
      ...['response', 'response', 'response'],
      ...['synchronisation-failure', 'synchronisation-failure', 'synchronisation-failure'],
    ])
  })
  test('refuses a jump too far ahead', () => {
    const usim = createUsim({ k, opc, largestJump: 10 })
    expect(offer(usim, 11 * 32)).toBe('synchronisation-failure')
    expect(offer(usim, 10 * 32)).toBe('response')
  })
  test('octets of another length are no challenge of its network', () => {
    expect(createUsim({ k, opc }).authenticate(rand, rand.subarray(1)).kind).toBe('mac-failure')
  })
})

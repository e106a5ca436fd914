import { afterEach, describe, expect, test } from 'vitest'
import { header, readMessage } from '#wire/sip'
import { rawPeer, type RawPeer, testAgent } from './dialog/agents.testing.ts'
import { address, closeAll, element, type Observed, until } from './element.testing.ts'
import { createManualClock } from './manual-clock.ts'
import type { SipStackOptions } from './stack.ts'
import { hashOfText } from './transaction-index.ts'
import { createTransactionMemory, none, type Remembrance } from './transaction-memory.ts'

afterEach(closeAll)

// Who traces keeps finished transactions as they are: these elements do not.
const untraced = { onTrace: undefined } as const

const remembrance = (branch: string, more: Partial<Remembrance> = {}): Remembrance => ({
  branch,
  sentBy: '127.0.0.1:5060',
  method: 'OPTIONS',
  hash: hashOfText(branch),
  octets: Buffer.from(`answer to ${branch}`),
  place: 'udp|5060',
  mark: 10_121,
  size: 100,
  origin: Number.NaN,
  ...more,
})
const branchOf = (at: number): string => `z9hG4bK${'x'.repeat(at % 50)}${at}`

describe('the memory', () => {
  test('keeps thousands, each as long as was said, and gives them back as they were', () => {
    const clock = createManualClock()
    const memory = createTransactionMemory(clock)
    const find = (at: number): number =>
      memory.find(hashOfText(branchOf(at)), branchOf(at), '127.0.0.1:5060', 'OPTIONS')
    for (let at = 0; at < 6000; at += 1) memory.remember(remembrance(branchOf(at)), at % 2 === 0 ? 5000 : 32_000)
    expect([memory.count, memory.size]).toEqual([6000, 600_000])
    for (let at = 0; at < 6000; at += 3) memory.forget(find(at))
    clock.advance(5000)
    expect(memory.count).toBe(2000)
    for (let at = 0; at < 6000; at += 1) {
      const entry = find(at)
      if (at % 2 === 0 || at % 3 === 0) expect(entry).toBe(none)
      else expect(memory.read(entry)).toEqual(remembrance(branchOf(at)))
    }
    for (let at = 6000; at < 12_000; at += 1) memory.remember(remembrance(branchOf(at)), 5000)
    expect(memory.read(find(11_999)).octets.toString()).toBe(`answer to ${branchOf(11_999)}`)
    expect(memory.read(find(5999)).branch).toBe(branchOf(5999))
    clock.advance(32_000)
    expect([memory.count, memory.size, memory.oldest]).toEqual([0, 0, Infinity])
  })

  test('forgets the oldest first, of whatever time', () => {
    const clock = createManualClock()
    const memory = createTransactionMemory(clock)
    for (const [branch, ms] of [
      ['z9hG4bKa', 32_000],
      ['z9hG4bKb', 5000],
      ['z9hG4bKc', 32_000],
    ] as const) {
      memory.remember(remembrance(branch), ms)
      clock.advance(10)
    }
    const left = (): readonly string[] =>
      ['z9hG4bKa', 'z9hG4bKb', 'z9hG4bKc'].filter((branch) => memory.first(hashOfText(branch)) !== none)
    memory.forgetOldest()
    expect(left()).toEqual(['z9hG4bKb', 'z9hG4bKc'])
    memory.forgetOldest()
    expect(left()).toEqual(['z9hG4bKc'])
    expect([memory.forgetOldest(), memory.forgetOldest()]).toEqual([true, false])
  })

  test('knows origins, and takes no text that is not ASCII', () => {
    const memory = createTransactionMemory(createManualClock())
    expect(memory.remember(remembrance('z9hG4bKé'), 5000)).toBe(false)
    memory.remember(remembrance('z9hG4bKa', { origin: 7 * 2 ** 40 + 1 }), 5000)
    expect([memory.count, memory.knowsOrigin(7 * 2 ** 40 + 1), memory.knowsOrigin(7 * 2 ** 40)]).toEqual([
      1,
      true,
      false,
    ])
    memory.clear()
    expect([memory.count, memory.knowsOrigin(7 * 2 ** 40 + 1)]).toEqual([0, false])
  })

  test('holds an answer larger than the rest of its octets together', () => {
    const memory = createTransactionMemory(createManualClock())
    const large = Buffer.alloc(400_000, 0x61)
    memory.remember(remembrance('z9hG4bKa'), 5000)
    memory.remember(remembrance('z9hG4bKb', { octets: large }), 5000)
    memory.remember(remembrance('z9hG4bKc'), 5000)
    for (const [branch, length] of [
      ['z9hG4bKa', 18],
      ['z9hG4bKb', 400_000],
      ['z9hG4bKc', 18],
    ] as const)
      expect(memory.read(memory.first(hashOfText(branch))).octets.length).toBe(length)
  })
})

describe('a server that remembers', () => {
  const clock = createManualClock()
  async function served(options: Partial<SipStackOptions> = {}): Promise<{ server: Observed; peer: RawPeer }> {
    const server = await element({ ...untraced, clock, ...options })
    return { server, peer: await rawPeer() }
  }
  const say = (peer: RawPeer, server: Observed, method: string, branch: string, from = 'a'): void =>
    peer.send(
      [
        `${method} sip:b@${address} SIP/2.0`,
        `Via: SIP/2.0/UDP ${address}:${peer.port};branch=${branch}`,
        `From: <sip:a@${address}>;tag=${from}`,
        `To: <sip:b@${address}>`,
        'Call-ID: c',
        `CSeq: 1 ${method}`,
        '\r\n',
      ].join('\r\n'),
      server.stack.local.port,
    )

  test('answers a repeated request with the same octets, until Timer J', async () => {
    let asked = 0
    const onRequest: SipStackOptions['onRequest'] = (transaction) => {
      asked += 1
      transaction.respond({ status: 200, reason: 'OK', headers: [['Subject', String(asked)]] })
    }
    const { server, peer } = await served({ onRequest })
    say(peer, server, 'MESSAGE', 'z9hG4bKj')
    say(peer, server, 'MESSAGE', 'z9hG4bKj')
    const first = await peer.take('200 MESSAGE')
    expect(Buffer.compare((await peer.take('200 MESSAGE', 2)).octets, first.octets)).toBe(0)
    expect(server.stack.count).toEqual({ clients: 0, servers: 1, retransmissions: 1 })
    clock.advance(32_001)
    expect(server.stack.count.servers).toBe(0)
    say(peer, server, 'MESSAGE', 'z9hG4bKj')
    expect(header(await peer.take('200 MESSAGE', 3), 'subject')).toBe('2')
  })

  test('absorbs a repeated INVITE after its 2xx, passes the ACK on, answers a late CANCEL', async () => {
    const acknowledged: string[] = []
    let asked = 0
    const { server, peer } = await served({
      onRequest: (transaction) => {
        asked += 1
        transaction.respond({ status: 200, reason: 'OK', headers: [] })
      },
      onAcknowledgement: (message) => acknowledged.push(header(message, 'cseq') ?? ''),
    })
    say(peer, server, 'INVITE', 'z9hG4bKl')
    await peer.take('200 INVITE')
    say(peer, server, 'INVITE', 'z9hG4bKl')
    say(peer, server, 'ACK', 'z9hG4bKl')
    await until(() => acknowledged.length === 1)
    say(peer, server, 'CANCEL', 'z9hG4bKl')
    await peer.take('200 CANCEL')
    expect([asked, peer.got.length, server.troubles.length]).toEqual([1, 2, 0])
  })

  test('refuses a request that was answered when it came by another way (RFC 3261 8.2.2.2)', async () => {
    const { server, peer } = await served({ refuseMerged: true })
    say(peer, server, 'MESSAGE', 'z9hG4bKone')
    await peer.take('200 MESSAGE')
    say(peer, server, 'MESSAGE', 'z9hG4bKother')
    await peer.take('482 MESSAGE')
    say(peer, server, 'MESSAGE', 'z9hG4bKthird', 'b')
    await peer.take('200 MESSAGE', 2)
  })

  test('forgets the oldest for want of room', async () => {
    const { server, peer } = await served({ limits: { maxTransactions: 2 } })
    for (const branch of ['z9hG4bK1', 'z9hG4bK2', 'z9hG4bK3']) say(peer, server, 'MESSAGE', branch)
    await peer.take('200 MESSAGE', 3)
    expect(server.stack.count.servers).toBe(2)
  })
})

describe('a client that remembers', () => {
  async function answered(tag: string) {
    const { agent, stack, troubles } = await testAgent({}, untraced)
    const peer = await rawPeer()
    const call = agent.invite(peer.uri, { target: peer.target })
    const invite = await peer.take('INVITE')
    peer.answer(invite, '200 OK', { tag })
    const acknowledgement = await peer.take('ACK')
    return { agent, stack, troubles, peer, call, invite, acknowledgement }
  }
  type Answered = Awaited<ReturnType<typeof answered>>
  const leave = async ({ call, peer }: Answered): Promise<void> => {
    call.hangUp()
    peer.answer(await peer.take('BYE'), '200 OK')
    await call.ended
  }

  test('acknowledges a repeated 2xx with the very same octets, after the call too', async () => {
    const { peer, invite, acknowledgement, ...rest } = await answered('one')
    peer.answer(invite, '200 OK', { tag: 'one' })
    await leave({ peer, invite, acknowledgement, ...rest })
    peer.answer(invite, '200 OK', { tag: 'one' })
    for (const nth of [2, 3])
      expect(Buffer.compare((await peer.take('ACK', nth)).octets, acknowledgement.octets)).toBe(0)
    expect(rest.troubles).toEqual([])
  })

  test.each(['during', 'after'] as const)('acknowledges and leaves another fork %s the call', async (when) => {
    const all = await answered('one')
    const { peer, invite, agent } = all
    if (when === 'after') await leave(all)
    peer.answer(invite, '200 OK', { tag: 'two' })
    const acknowledgement = await peer.take('ACK', 2)
    expect(header(acknowledgement, 'to')).toContain('tag=two')
    const bye = await peer.take('BYE', when === 'after' ? 2 : 1)
    expect(header(bye, 'to')).toContain('tag=two')
    // Each fork has its own ACK again.
    peer.answer(invite, '200 OK', { tag: 'two' })
    expect(Buffer.compare((await peer.take('ACK', 3)).octets, acknowledgement.octets)).toBe(0)
    peer.answer(bye, '200 OK')
    await until(() => agent.count === (when === 'after' ? 0 : 1))
  })

  test('absorbs a repeated answer; a 1xx after it is a stray', async () => {
    const { agent, stack, troubles } = await testAgent({}, untraced)
    const peer = await rawPeer()
    const transaction = agent.request('OPTIONS', peer.uri, { target: peer.target })
    const request = await peer.take('OPTIONS')
    peer.answer(request, '200 OK')
    expect(await transaction.final).toMatchObject({ message: { startLine: { status: 200 } } })
    peer.answer(request, '200 OK')
    peer.answer(request, '180 Ringing')
    await until(() => troubles.length > 0)
    expect(troubles.map(({ kind }) => kind)).toEqual(['stray-response'])
    expect(stack.count.clients).toBe(1)
    transaction.abandon()
    expect(stack.count.clients).toBe(0)
    expect(readMessage(transaction.octets).startLine).toMatchObject({ method: 'OPTIONS' })
  })
})

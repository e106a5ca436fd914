import { afterEach, describe, expect, test } from 'vitest'
import { header } from '#wire/sip'
import type { Call } from '../index.ts'
import { createManualClock } from '../manual-clock.ts'
import { closeAll, description, insideText, rawPeer, requestText, testAgent, until } from './agents.testing.ts'

afterEach(closeAll)

describe('a call between two agents', () => {
  test.each(['udp', 'tcp'] as const)('over %s: INVITE, 180, 200, ACK, BYE, 200', async (transport) => {
    const callee = await testAgent({ transport })
    const caller = await testAgent({ transport })
    const order: string[] = []
    callee.agent.onInvite = (call) => {
      call.onConfirmed = () => order.push('confirmed')
      call.onEnded = ({ by }) => order.push(`callee: ${by}`)
      call.ring()
      call.accept({ body: description() })
    }
    const call = caller.agent.invite(callee.uri, { target: callee[transport], body: description() })
    call.onProgress = () => order.push('ringing')
    expect(await call.answered).toMatchObject({ startLine: { status: 200 } })
    expect(call).toMatchObject({ state: 'confirmed', offerAnswer: 'agreed' })
    await until(() => order.includes('confirmed'))
    call.hangUp()
    expect(await call.ended).toMatchObject({ by: 'us', message: { startLine: { status: 200 } } })
    expect(order).toEqual(['ringing', 'confirmed', 'callee: peer'])
    expect(caller.log()).toEqual(['> INVITE', '< 180 INVITE', '< 200 INVITE', '> ACK', '> BYE', '< 200 BYE'])
    expect([caller.agent.count, callee.agent.count]).toEqual([0, 0])
    expect([...caller.troubles, ...callee.troubles]).toEqual([])
  })

  test('the callee leaves; its CSeq is its own', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.onConfirmed = () => call.hangUp()
      call.accept({ body: description() })
    }
    const call = caller.agent.invite(callee.uri, { body: description() })
    expect(await call.ended).toMatchObject({ by: 'peer', message: { startLine: { method: 'BYE' } } })
    expect(await taken!.ended).toMatchObject({ by: 'us' })
    const bye = caller.traces.find(({ message }) => header(message, 'cseq')?.endsWith('BYE'))
    expect(header(bye!.message, 'cseq')).toBe('1 BYE')
  })

  test('addresses without brackets: what stands behind them is none of the URI (RFC 3261 20.10)', async () => {
    const callee = await testAgent()
    const peer = await rawPeer()
    callee.agent.onInvite = (call) => {
      call.onConfirmed = () => call.hangUp()
      call.accept()
    }
    const asking = { from: `${peer.uri} ;tag=raw;kind=plain`, to: `${callee.uri};kind=plain` }
    peer.send(requestText(peer, 'INVITE', callee.uri, asking), callee.stack.local.port)
    peer.send(insideText(peer, 'ACK', callee.uri, await peer.take('200 INVITE')), callee.stack.local.port)
    const bye = await peer.take('BYE')
    expect(header(bye, 'to')).toBe(`<${peer.uri}>;tag=raw;kind=plain`)
    expect(header(bye, 'from')).toMatch(`<${callee.uri}>;kind=plain;tag=`)
  })

  test('a refusal is acknowledged by the transaction and told', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    callee.agent.onInvite = (call) => call.refuse(486, 'Busy Here')
    const call = caller.agent.invite(callee.uri)
    expect(await call.ended).toMatchObject({ by: 'refusal', message: { startLine: { status: 486 } } })
    await until(() => callee.log().includes('< ACK'))
    expect(callee.agent.count + caller.agent.count).toBe(0)
  })

  test('an INVITE without an offer: the offer in the 2xx, the answer in the ACK (RFC 3261 13.2.1)', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.accept({ body: description() })
    }
    const call = caller.agent.invite(callee.uri)
    call.onAnswered = () => ({ body: description(2) })
    await call.answered
    await until(() => taken?.state === 'confirmed')
    expect([call.offerAnswer, taken!.offerAnswer]).toEqual(['agreed', 'agreed'])
  })

  test('beyond the cap an INVITE is answered 503, and one of ours fails', async () => {
    const callee = await testAgent({ limits: { maxDialogs: 1 } })
    const caller = await testAgent()
    callee.agent.onInvite = (call) => call.accept()
    const first = caller.agent.invite(callee.uri)
    await first.answered
    const second = caller.agent.invite(callee.uri)
    expect(await second.ended).toMatchObject({ by: 'refusal', message: { startLine: { status: 503 } } })
    expect(await callee.agent.invite(caller.uri).ended).toMatchObject({ by: 'failure' })
  })

  test('requests nobody listens for are refused as their RFC says', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    const status = async (method: string, headers: [string, string][] = []): Promise<number> => {
      const outcome = await caller.agent.request(method, callee.uri, { headers }).final
      return outcome.kind === 'response' && outcome.message.startLine.kind === 'response'
        ? outcome.message.startLine.status
        : 0
    }
    expect(await status('INVITE')).toBe(480)
    expect(await status('MESSAGE')).toBe(405)
    expect(await status('OPTIONS')).toBe(200)
    expect(await status('BYE')).toBe(481)
    expect(await status('CANCEL')).toBe(481)
    expect(await status('NOTIFY')).toBe(481)
    expect(await status('SUBSCRIBE', [['Event', 'x']])).toBe(489)
    expect(await status('OPTIONS', [['Require', '100rel, foo']])).toBe(420)
  })
})

describe('CANCEL (RFC 3261 9)', () => {
  test('waits for a provisional response, then 200, 487 and ACK', async () => {
    const callee = await testAgent({}, { automaticTrying: false })
    const caller = await testAgent()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => void (taken = call)
    const call = caller.agent.invite(callee.uri)
    call.hangUp()
    await until(() => taken !== undefined)
    expect(caller.log()).toEqual(['> INVITE'])
    taken!.ring()
    expect(await call.ended).toMatchObject({ by: 'refusal', message: { startLine: { status: 487 } } })
    expect(await taken!.ended).toMatchObject({ by: 'peer', message: { startLine: { method: 'CANCEL' } } })
    await until(() => callee.log().includes('< ACK'))
    expect(callee.log()).toEqual(['< INVITE', '> 180 INVITE', '< CANCEL', '> 200 CANCEL', '> 487 INVITE', '< ACK'])
  })

  test('RFC 5407 3.1.1: the 2xx crosses the CANCEL: ACK, then BYE', async () => {
    const peer = await rawPeer()
    const caller = await testAgent()
    const call = caller.agent.invite(peer.uri)
    const invite = await peer.take('INVITE')
    peer.answer(invite, '180 Ringing')
    await until(() => call.state === 'ringing')
    call.hangUp()
    const cancel = await peer.take('CANCEL')
    expect(header(cancel, 'via')).toBe(header(invite, 'via'))
    expect(header(cancel, 'cseq')).toBe('1 CANCEL')
    peer.answer(invite, '200 OK')
    await peer.take('ACK')
    const bye = await peer.take('BYE')
    expect(header(bye, 'cseq')).toBe('2 BYE')
    peer.answer(cancel, '200 OK')
    peer.answer(bye, '200 OK')
    expect(await call.ended).toMatchObject({ by: 'us' })
  })

  test('for an INVITE that is answered it has no effect: 200 to CANCEL, the session stands (9.2)', async () => {
    const callee = await testAgent()
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.accept()
    }
    const branch = 'z9hG4bKcancelled'
    const one = requestText(peer, 'INVITE', callee.uri, { branch, callId: 'late-cancel' })
    peer.send(one, callee.stack.local.port)
    await peer.take('200 INVITE')
    peer.send(one.replaceAll('INVITE', 'CANCEL'), callee.stack.local.port)
    await until(() => peer.got.some((message) => header(message, 'cseq') === '1 CANCEL'))
    expect(taken!.state).toBe('accepted')
  })

  test('without any final response the INVITE ends 64*T1 after it (9.1)', async () => {
    const clock = createManualClock()
    const peer = await rawPeer()
    const caller = await testAgent({}, { clock })
    const call = caller.agent.invite(peer.uri)
    peer.answer(await peer.take('INVITE'), '180 Ringing')
    await until(() => call.state === 'ringing')
    call.hangUp()
    peer.answer(await peer.take('CANCEL'), '200 OK')
    await until(() => caller.log().includes('< 200 CANCEL'))
    clock.advance(31_999)
    expect(call.state).toBe('cancelling')
    clock.advance(1)
    expect(await call.ended).toMatchObject({ by: 'failure' })
  })
})

describe('an INVITE nobody answers', () => {
  test('100 after 200 ms, not before, and none when something else was said (RFC 3261 17.2.1)', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    const calls: Call[] = []
    callee.agent.onInvite = (call) => calls.push(call)
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    await until(() => calls.length === 1)
    clock.advance(199)
    expect(callee.log()).toEqual(['< INVITE'])
    clock.advance(1)
    const trying = await peer.take('100 INVITE')
    expect(header(trying, 'to')).not.toContain('tag')
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    await until(() => calls.length === 2)
    calls[1]!.ring()
    clock.advance(1000)
    expect(callee.log().filter((line) => line === '> 100 INVITE')).toHaveLength(1)
  })

  test('Expires: 487 at the server (13.3.1), CANCEL at the client (13.2.1)', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => void (taken = call)
    peer.send(requestText(peer, 'INVITE', callee.uri, { lines: ['Expires: 3'] }), callee.stack.local.port)
    await until(() => taken !== undefined)
    clock.advance(3000)
    await peer.take('487 INVITE')

    const call = callee.agent.invite(peer.uri, { expires: 5000 })
    const invite = await peer.take('INVITE')
    expect(header(invite, 'expires')).toBe('5')
    peer.answer(invite, '180 Ringing')
    await until(() => call.state === 'ringing')
    clock.advance(5000)
    await peer.take('CANCEL')
  })
})

describe('a 2xx to INVITE (RFC 3261 13.3.1.4)', () => {
  test('is repeated from T1 to T2 until its ACK', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.accept()
    }
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    const answer = await peer.take('200 INVITE')
    clock.advance(500 + 1000 + 2000 + 4000 + 4000)
    await peer.take('200 INVITE', 6)
    peer.send(insideText(peer, 'ACK', callee.uri, answer), callee.stack.local.port)
    await until(() => taken?.state === 'confirmed')
    clock.advance(60_000)
    expect(callee.log().filter((line) => line === '> 200 INVITE')).toHaveLength(6)
  })

  test('without an ACK the session is left by BYE after 64*T1', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    callee.agent.onInvite = (call) => call.accept()
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    await peer.take('200 INVITE')
    clock.advance(32_000)
    peer.answer(await peer.take('BYE'), '200 OK')
    await until(() => callee.agent.count === 0)
  })

  test('the callee does not leave before the ACK (15)', async () => {
    const callee = await testAgent()
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.accept()
      call.hangUp()
    }
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    const answer = await peer.take('200 INVITE')
    expect(taken!.state).toBe('leaving-unacknowledged')
    expect(callee.log()).not.toContain('> BYE')
    peer.send(insideText(peer, 'ACK', callee.uri, answer), callee.stack.local.port)
    await peer.take('BYE')
  })

  test('repeated by the peer it is acknowledged again with the very same octets, after the call too', async () => {
    const peer = await rawPeer()
    const caller = await testAgent()
    const call = caller.agent.invite(peer.uri)
    const invite = await peer.take('INVITE')
    peer.answer(invite, '200 OK')
    peer.answer(invite, '200 OK')
    const [first, second] = [await peer.take('ACK'), await peer.take('ACK', 2)]
    expect(Buffer.compare(first.octets, second.octets)).toBe(0)
    call.hangUp()
    peer.answer(await peer.take('BYE'), '200 OK')
    await call.ended
    peer.answer(invite, '200 OK')
    expect(Buffer.compare((await peer.take('ACK', 3)).octets, first.octets)).toBe(0)
  })
})

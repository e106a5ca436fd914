import { afterEach, describe, expect, test } from 'vitest'
import { header } from '#wire/sip'
import type { Call } from '../index.ts'
import { createManualClock } from '../manual-clock.ts'
import { closeAll, description, insideText, rawPeer, requestText, testAgent, until } from './agents.testing.ts'

afterEach(closeAll)

describe('reliable provisional responses (RFC 3262)', () => {
  test('between two agents: each PRACKed in order, the 2xx after the last', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    callee.agent.onInvite = (call) => {
      call.ring({ status: 183, reason: 'Session Progress', reliable: true, body: description() })
      call.ring({ reliable: true })
      call.accept()
    }
    const call = caller.agent.invite(callee.uri, { body: description() })
    await call.answered
    expect(caller.log()).toEqual([
      '> INVITE',
      '< 183 INVITE',
      '> PRACK',
      '< 200 PRACK',
      '< 180 INVITE',
      '> PRACK',
      '< 200 PRACK',
      '< 200 INVITE',
      '> ACK',
    ])
    const sequences = caller.traces.flatMap(({ message }) => header(message, 'rseq') ?? []).map(Number)
    expect(sequences[1]).toBe(sequences[0]! + 1)
    const acknowledged = caller.traces.flatMap(({ message }) => header(message, 'rack') ?? [])
    expect(acknowledged).toEqual(sequences.map((sequence) => `${sequence} 1 INVITE`))
    expect(call.offerAnswer).toBe('agreed')
  })

  test('without PRACK: repeated at T1 doubled, 504 after 64*T1; a wrong RAck is 481', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.ring({ reliable: true })
    }
    peer.send(requestText(peer, 'INVITE', callee.uri, { lines: ['Supported: 100rel'] }), callee.stack.local.port)
    const ringing = await peer.take('180 INVITE')
    clock.advance(500 + 1000 + 2000)
    await peer.take('180 INVITE', 4)
    const lines = [`RAck: ${Number(header(ringing, 'rseq')) + 1} 1 INVITE`]
    peer.send(insideText(peer, 'PRACK', callee.uri, ringing, { cseq: 2, lines }), callee.stack.local.port)
    await peer.take('481 PRACK')
    clock.advance(32_000)
    await peer.take('504 INVITE')
    expect(await taken!.ended).toMatchObject({ by: 'failure' })
  })

  test('one that comes twice or too early is not acknowledged (4)', async () => {
    const peer = await rawPeer()
    const { agent } = await testAgent()
    const call = agent.invite(peer.uri)
    const seen: number[] = []
    call.onProgress = (response) => seen.push(Number(header(response, 'rseq')))
    const invite = await peer.take('INVITE')
    const reliable = (sequence: number): void =>
      peer.answer(invite, '183 Session Progress', { lines: ['Require: 100rel', `RSeq: ${sequence}`] })
    for (const sequence of [10, 10, 12, 11, 12]) reliable(sequence)
    await peer.take('PRACK', 3)
    expect(seen).toEqual([10, 11, 12])
    expect(peer.got.flatMap((message) => header(message, 'rack') ?? [])).toEqual([
      '10 1 INVITE',
      '11 1 INVITE',
      '12 1 INVITE',
    ])
  })

  test('UPDATE changes the session before the 2xx (RFC 3311)', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.ring({ status: 183, reason: 'Session Progress', reliable: true, body: description() })
    }
    const call = caller.agent.invite(callee.uri, { body: description() })
    await until(() => caller.log().includes('< 200 PRACK'))
    const changed = await call.modify('UPDATE', { body: description(2) })
    expect(changed).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
    expect([call.offerAnswer, taken!.offerAnswer, taken!.state]).toEqual(['agreed', 'agreed', 'ringing'])
    taken!.accept()
    await call.answered
  })
})

const sessionTimer = { interval: 1800, least: 90, refresher: 'us' } as const

describe('session timers (RFC 4028)', () => {
  test('422 with Min-SE: asked again for more, then agreed; we refresh at half by UPDATE', async () => {
    const clock = createManualClock()
    const peer = await rawPeer()
    const { agent } = await testAgent({ sessionTimer: { ...sessionTimer, interval: 100 } }, { clock })
    const call = agent.invite(peer.uri, { body: description() })
    const first = await peer.take('INVITE')
    expect([header(first, 'session-expires'), header(first, 'min-se')]).toEqual(['100', '90'])
    peer.answer(first, '422 Session Interval Too Small', { lines: ['Min-SE: 200'] })
    const second = await peer.take('INVITE', 2)
    expect([header(second, 'session-expires'), header(second, 'cseq')]).toEqual(['200', '2 INVITE'])
    expect(header(second, 'call-id')).toBe(header(first, 'call-id'))
    peer.answer(second, '200 OK', { lines: ['Session-Expires: 200;refresher=uac', 'Require: timer', 'Allow: UPDATE'] })
    await call.answered
    expect(call.sessionTimer).toEqual({ interval: 200, weRefresh: true })
    clock.advance(100_000)
    const update = await peer.take('UPDATE')
    expect(header(update, 'session-expires')).toBe('200;refresher=uac')
    peer.answer(update, '200 OK', { lines: ['Session-Expires: 200;refresher=uac'] })
    await until(() => call.state === 'confirmed')
  })

  test('whoever does not refresh leaves by BYE before the session expires', async () => {
    const clock = createManualClock()
    const callee = await testAgent({}, { clock })
    const peer = await rawPeer()
    let taken: Call | undefined
    callee.agent.onInvite = (call) => {
      taken = call
      call.accept()
    }
    const lines = ['Supported: timer', 'Session-Expires: 90;refresher=uac']
    peer.send(requestText(peer, 'INVITE', callee.uri, { lines }), callee.stack.local.port)
    const answer = await peer.take('200 INVITE')
    expect([header(answer, 'session-expires'), header(answer, 'require')]).toEqual(['90;refresher=uac', 'timer'])
    peer.send(insideText(peer, 'ACK', callee.uri, answer), callee.stack.local.port)
    await until(() => taken?.state === 'confirmed')
    clock.advance(59_999)
    expect(taken!.state).toBe('confirmed')
    clock.advance(1)
    const bye = await peer.take('BYE')
    expect(header(bye, 'reason')).toContain('cause=408')
  })

  test('an interval below our least is refused 422; a client without timers is refreshed for', async () => {
    const callee = await testAgent({ sessionTimer: { ...sessionTimer, least: 300 } })
    const peer = await rawPeer()
    callee.agent.onInvite = (call) => call.accept()
    const lines = ['Supported: timer', 'Session-Expires: 100']
    peer.send(requestText(peer, 'INVITE', callee.uri, { lines }), callee.stack.local.port)
    expect(header(await peer.take('422 INVITE'), 'min-se')).toBe('300')
    peer.send(requestText(peer, 'INVITE', callee.uri), callee.stack.local.port)
    expect(header(await peer.take('200 INVITE'), 'session-expires')).toBe('1800;refresher=uas')
  })
})

describe('route sets (RFC 3261 12.1, 12.2.1.1)', () => {
  test.each([
    ['loose routers', ';lr', (port: number) => `sip:peer@127.0.0.1:${port}`],
    ['a strict router', '', (port: number) => `sip:b@127.0.0.1:${port}`],
  ] as const)('%s', async (_name, lr, requestUri) => {
    const peer = await rawPeer()
    const { agent } = await testAgent()
    const call = agent.invite(peer.uri)
    // Taken in reverse order at the client: b is next to us.
    const lines = [`Record-Route: <sip:a@127.0.0.1:${peer.port}${lr}>, <sip:b@127.0.0.1:${peer.port}${lr}>`]
    peer.answer(await peer.take('INVITE'), '200 OK', { lines })
    const acknowledgement = await peer.take('ACK')
    expect(acknowledgement.startLine).toMatchObject({ requestUri: requestUri(peer.port) })
    call.hangUp()
    const bye = await peer.take('BYE')
    const routes = bye.headers.filter(({ name }) => name === 'Route').map(({ value }) => value)
    const hop = (user: string): string => `<sip:${user}@127.0.0.1:${peer.port}${lr}>`
    expect(routes).toEqual(lr === '' ? [hop('a'), `<${peer.uri}>`] : [hop('b'), hop('a')])
    peer.answer(bye, '200 OK')
    await call.ended
  })
})

describe('Replaces (RFC 3891)', () => {
  test('a confirmed call is replaced and left when the new one is accepted; the unknown 481, the ended 481', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    const calls: Call[] = []
    callee.agent.onInvite = (call) => {
      calls.push(call)
      call.accept()
    }
    const first = caller.agent.invite(callee.uri)
    await first.answered
    const { callId, localTag, remoteTag } = first.dialog!
    const replaces = (to: string) => [['Replaces', `${callId};to-tag=${to};from-tag=${localTag}`] as const] as const
    const second = caller.agent.invite(callee.uri, { headers: replaces(remoteTag) })
    await second.answered
    expect(await first.ended).toMatchObject({ by: 'peer' })
    const third = caller.agent.invite(callee.uri, { headers: replaces('nobody') })
    expect(await third.ended).toMatchObject({ message: { startLine: { status: 481 } } })
    const early = caller.agent.invite(callee.uri, {
      headers: [
        ['Replaces', `${second.callId};to-tag=${second.dialog!.remoteTag};from-tag=${second.localTag};early-only`],
      ],
    })
    expect(await early.ended).toMatchObject({ message: { startLine: { status: 486 } } })
  })
})

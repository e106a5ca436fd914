import { afterEach, describe, expect, test } from 'vitest'
import { header } from '#wire/sip'
import type { Call } from '../index.ts'
import { createManualClock } from '../manual-clock.ts'
import { closeAll, description, insideText, rawPeer, requestText, testAgent, until } from './agents.testing.ts'

afterEach(closeAll)

/** A callee of ours in a call with a raw peer. */
async function callee(stackOptions = {}, options = {}) {
  const agent = await testAgent(options, stackOptions)
  const peer = await rawPeer()
  let call: Call | undefined
  agent.agent.onInvite = (came) => {
    call = came
    came.accept({ body: description() })
  }
  const body = 'v=0\r\n'
  peer.send(requestText(peer, 'INVITE', agent.uri, { body }), agent.stack.local.port)
  const answer = await peer.take('200 INVITE')
  const send = (method: string, asking = {}): void =>
    peer.send(insideText(peer, method, agent.uri, answer, asking), agent.stack.local.port)
  send('ACK')
  await until(() => call?.state === 'confirmed')
  return { ...agent, peer, call: call!, answer, inside: send }
}

/** A caller of ours in a call with a raw peer. */
async function caller(stackOptions = {}, options = {}, lines: readonly string[] = []) {
  const agent = await testAgent(options, stackOptions)
  const peer = await rawPeer()
  const call = agent.agent.invite(peer.uri, { body: description() })
  const invite = await peer.take('INVITE')
  peer.answer(invite, '200 OK', { body: 'v=0\r\n', lines })
  await peer.take('ACK')
  const local = { from: `${header(invite, 'to')};tag=peer`, to: header(invite, 'from') ?? '' }
  const send = (method: string, asking = {}): void =>
    peer.send(
      requestText(peer, method, agent.uri, { callId: header(invite, 'call-id') ?? '', ...local, ...asking }),
      agent.stack.local.port,
    )
  return { ...agent, peer, call, invite, inside: send }
}

describe('forking (RFC 3261 13.2.2.4)', () => {
  test('two early dialogs from one INVITE, the second answers', async () => {
    const peer = await rawPeer()
    const { agent } = await testAgent()
    const call = agent.invite(peer.uri)
    const invite = await peer.take('INVITE')
    peer.answer(invite, '180 Ringing', { tag: 'one' })
    peer.answer(invite, '183 Session Progress', { tag: 'two' })
    await until(() => call.early.length === 2)
    expect(call.early.map(({ remoteTag }) => remoteTag)).toEqual(['one', 'two'])
    peer.answer(invite, '200 OK', { tag: 'two' })
    await peer.take('ACK')
    expect(call.dialog).toMatchObject({ remoteTag: 'two', confirmed: true })
  })

  test('a second 2xx of another fork: ACK, then BYE in its own dialog', async () => {
    const peer = await rawPeer()
    const { agent } = await testAgent()
    const call = agent.invite(peer.uri)
    const invite = await peer.take('INVITE')
    peer.answer(invite, '200 OK', { tag: 'one' })
    peer.answer(invite, '200 OK', { tag: 'two' })
    const acknowledgements = [await peer.take('ACK'), await peer.take('ACK', 2)]
    expect(acknowledgements.map((ack) => header(ack, 'to')?.slice(-3))).toEqual(['one', 'two'])
    const bye = await peer.take('BYE')
    expect(header(bye, 'to')).toContain('tag=two')
    peer.answer(bye, '200 OK')
    expect(call.state).toBe('confirmed')
    call.hangUp()
    peer.answer(await peer.take('BYE', 2), '200 OK')
    await call.ended
    await until(() => agent.count === 0)
  })

  test('one that is wanted becomes a call of its own', async () => {
    const peer = await rawPeer()
    const { agent } = await testAgent()
    const call = agent.invite(peer.uri)
    const forks: Call[] = []
    call.onFork = (fork) => forks.push(fork)
    const invite = await peer.take('INVITE')
    peer.answer(invite, '200 OK', { tag: 'one' })
    peer.answer(invite, '200 OK', { tag: 'two' })
    await until(() => forks.length === 1)
    forks[0]!.hangUp()
    const bye = await peer.take('BYE')
    peer.answer(bye, '200 OK')
    await forks[0]!.ended
    expect([call.state, agent.count]).toEqual(['confirmed', 1])
  })

  test('the same request by two ways is merged: 482 (8.2.2.2)', async () => {
    const { agent, uri, stack } = await testAgent()
    const peer = await rawPeer()
    agent.onInvite = (call) => call.ring()
    const same = { callId: 'merged', cseq: 7 }
    peer.send(requestText(peer, 'INVITE', uri, same), stack.local.port)
    await peer.take('180 INVITE')
    peer.send(requestText(peer, 'INVITE', uri, same), stack.local.port)
    await peer.take('482 INVITE')
    expect(agent.count).toBe(1)
  })
})

describe('BYE', () => {
  test('RFC 5407 3.1.4: in an early dialog: 200 to it, 487 to the INVITE (RFC 3261 15.1.2)', async () => {
    const { agent, uri, stack } = await testAgent()
    const peer = await rawPeer()
    const ends: string[] = []
    agent.onInvite = (call) => {
      call.onEnded = ({ by }) => ends.push(by)
      call.ring()
    }
    peer.send(requestText(peer, 'INVITE', uri), stack.local.port)
    const ringing = await peer.take('180 INVITE')
    peer.send(insideText(peer, 'BYE', uri, ringing, { cseq: 2 }), stack.local.port)
    await peer.take('200 BYE')
    await peer.take('487 INVITE')
    expect(ends).toEqual(['peer'])
  })

  test('RFC 5407 3.2.3: from both ends at once: both are answered', async () => {
    const one = await testAgent()
    const other = await testAgent()
    let taken: Call | undefined
    other.agent.onInvite = (call) => {
      taken = call
      call.accept()
    }
    const call = one.agent.invite(other.uri)
    await call.answered
    await until(() => taken?.state === 'confirmed')
    call.hangUp()
    taken!.hangUp()
    await Promise.all([call.ended, taken!.ended])
    await until(() => [...one.log(), ...other.log()].filter((line) => line.endsWith('200 BYE')).length >= 2)
    expect(one.agent.count + other.agent.count).toBe(0)
  })

  test('for a dialog that is gone: 481; stray ACK and stray response are passed over', async () => {
    const { agent, uri, stack, troubles } = await testAgent()
    const peer = await rawPeer()
    const to = `<${uri}>;tag=gone`
    for (const method of ['BYE', 'INVITE', 'UPDATE', 'NOTIFY', 'ACK'])
      peer.send(requestText(peer, method, uri, { to }), stack.local.port)
    for (const method of ['BYE', 'INVITE', 'UPDATE', 'NOTIFY']) await peer.take(`481 ${method}`)
    expect(peer.got).toHaveLength(4)
    peer.send(
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\n\r\n',
      stack.local.port,
    )
    await until(() => troubles.length === 1)
    expect([troubles[0]?.kind, agent.count]).toEqual(['stray-response', 0])
  })
})

describe('the order of requests (RFC 3261 12.2.2)', () => {
  test('a CSeq that is not higher: 500, and the session stands', async () => {
    const { peer, call, inside } = await callee()
    inside('INFO', { cseq: 5 })
    await peer.take('405 INFO')
    inside('INFO', { cseq: 4 })
    await peer.take('500 INFO')
    inside('BYE', { cseq: 6 })
    await peer.take('200 BYE')
    expect(call.state).toBe('ended')
  })

  test('481 to a request of ours ends the session (12.2.1.2)', async () => {
    const { peer, call } = await caller()
    const modified = call.modify('UPDATE', { body: description(2) })
    peer.answer(await peer.take('UPDATE'), '481 Call/Transaction Does Not Exist')
    expect(await modified).toMatchObject({ kind: 'response' })
    peer.answer(await peer.take('BYE'), '481 Call/Transaction Does Not Exist')
    expect(await call.ended).toMatchObject({ by: 'us' })
  })
})

describe('re-INVITE (RFC 3261 14)', () => {
  test('changes target and description, is acknowledged', async () => {
    const { peer, call, invite } = await caller()
    const modified = call.modify('INVITE', { body: description(2) })
    const again = await peer.take('INVITE', 2)
    expect(header(again, 'cseq')).toBe('2 INVITE')
    expect(header(again, 'call-id')).toBe(header(invite, 'call-id'))
    expect(call.offerAnswer).toBe('local-offer')
    const lines = [`Contact: <sip:moved@127.0.0.1:${peer.port}>`]
    peer.answer(again, '200 OK', { body: 'v=0\r\n' })
    expect(await modified).toMatchObject({ kind: 'response', message: { startLine: { status: 200 } } })
    expect(header(await peer.take('ACK', 2), 'cseq')).toBe('2 ACK')
    expect([call.offerAnswer, lines.length]).toEqual(['agreed', 1])
  })

  test('a refusal leaves the session as it was (14.1)', async () => {
    const { peer, call } = await caller()
    const modified = call.modify('INVITE', { body: description(2) })
    peer.answer(await peer.take('INVITE', 2), '488 Not Acceptable Here')
    await modified
    expect([call.state, call.offerAnswer]).toEqual(['confirmed', 'agreed'])
  })

  test('RFC 5407 3.2.1: glare: 491 to the peer, ours tried again after 2.1 to 4 s', async () => {
    const clock = createManualClock()
    const { peer, call, inside } = await caller({ clock })
    const modified = call.modify('INVITE', { body: description(2) })
    const ours = await peer.take('INVITE', 2)
    inside('INVITE', { cseq: 1, body: 'v=0\r\n' })
    await peer.take('491 INVITE')
    peer.answer(ours, '491 Request Pending')
    await until(() => call.offerAnswer === 'agreed')
    clock.advance(2099)
    expect(peer.got.filter((message) => header(message, 'cseq') === '3 INVITE')).toHaveLength(0)
    clock.advance(1901)
    peer.answer(await peer.take('INVITE', 3), '200 OK', { body: 'v=0\r\n' })
    expect(await modified).toMatchObject({ message: { startLine: { status: 200 } } })
  })

  test('one at a time: the second of ours is not allowed, that of the peer 500 with Retry-After', async () => {
    const { peer, call, inside } = await callee()
    call.onModification = () => undefined
    inside('INVITE', { cseq: 2, body: 'v=0\r\n' })
    await until(() => call.offerAnswer === 'remote-offer')
    expect(await call.modify('INVITE', { body: description(3) })).toMatchObject({ kind: 'not-allowed' })
    inside('INVITE', { cseq: 3, body: 'v=0\r\n' })
    const refused = await peer.take('500 INVITE')
    expect(Number(header(refused, 'retry-after'))).toBeLessThanOrEqual(10)
  })

  test('unheeded it is answered with the description of before; its 2xx waits for an ACK', async () => {
    const { peer, call, inside } = await callee()
    inside('INVITE', { cseq: 2, body: 'v=0\r\n' })
    const answer = await peer.take('200 INVITE', 2)
    expect(Buffer.from(answer.body).toString()).toBe(description().octets.toString())
    inside('ACK', { cseq: 2 })
    await until(() => call.offerAnswer === 'agreed')
    inside('BYE', { cseq: 3 })
    await peer.take('200 BYE')
  })

  test('RFC 5407 3.2.2: UPDATE against re-INVITE: 491 while our offer is out (RFC 3311 5.2)', async () => {
    const { peer, call, inside } = await caller()
    void call.modify('INVITE', { body: description(2) })
    await peer.take('INVITE', 2)
    inside('UPDATE', { cseq: 1, body: 'v=0\r\n' })
    await peer.take('491 UPDATE')
    // Without an offer there is no glare.
    inside('UPDATE', { cseq: 2 })
    await peer.take('200 UPDATE')
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { header } from '#wire/sip'
import type { Call, IncomingSubscription, ReceivedRefer, SubscriptionStateValue } from '../index.ts'
import { createManualClock } from '../manual-clock.ts'
import { closeAll, insideText, rawPeer, requestText, testAgent, until } from './agents.testing.ts'

afterEach(closeAll)

const state = (text: string) => ({ type: 'text/plain', octets: Buffer.from(text) })

describe('a subscription between two agents (RFC 6665)', () => {
  test('pending, active, told, refreshed, ended by the notifier', async () => {
    const notifier = await testAgent()
    const subscriber = await testAgent()
    let asked: IncomingSubscription | undefined
    notifier.agent.onSubscribe = (subscription) => {
      asked = subscription
      subscription.accept({ pending: true, seconds: 60 })
    }
    const subscription = subscriber.agent.subscribe(notifier.uri, 'presence', { expires: 600 })
    const told: [string, string][] = []
    subscription.onNotify = (notify, value) => told.push([value.state, Buffer.from(notify.body).toString()])
    await until(() => subscription.state === 'pending')
    asked!.notify(state('here'))
    await until(() => subscription.state === 'active')
    subscription.refresh()
    await until(() => told.length === 3)
    asked!.terminate('probation', { retryAfter: 30 })
    expect(await subscription.ended).toMatchObject({
      by: 'notifier',
      state: { reason: 'probation', retryAfter: 30, again: 'later' },
    })
    expect(told).toEqual([
      ['pending', ''],
      ['active', 'here'],
      ['active', 'here'],
      ['terminated', ''],
    ])
    expect(notifier.agent.count + subscriber.agent.count).toBe(0)
  })

  test('the subscriber leaves: Expires 0, the last NOTIFY says timeout', async () => {
    const notifier = await testAgent()
    const subscriber = await testAgent()
    const ends: string[] = []
    notifier.agent.onSubscribe = (subscription) => {
      subscription.onEnded = (why) => ends.push(why)
      subscription.accept({ body: state('here') })
    }
    const subscription = subscriber.agent.subscribe(notifier.uri, 'presence')
    await until(() => subscription.state === 'active')
    subscription.leave()
    expect(await subscription.ended).toMatchObject({ by: 'notifier', state: { reason: 'timeout' } })
    expect(ends).toEqual(['timeout'])
  })

  test('time runs out at both ends', async () => {
    const clock = createManualClock()
    const notifier = await testAgent({}, { clock })
    const peer = await rawPeer()
    notifier.agent.onSubscribe = (subscription) => subscription.accept()
    const lines = ['Event: presence', 'Expires: 20']
    peer.send(requestText(peer, 'SUBSCRIBE', notifier.uri, { lines }), notifier.stack.local.port)
    const accepted = await peer.take('200 SUBSCRIBE')
    expect(header(accepted, 'expires')).toBe('20')
    const first = await peer.take('NOTIFY')
    expect(header(first, 'subscription-state')).toBe('active;expires=20')
    peer.answer(first, '200 OK')
    await until(() => notifier.log().includes('< 200 NOTIFY'))
    clock.advance(20_000)
    expect(header(await peer.take('NOTIFY', 2), 'subscription-state')).toBe('terminated;reason=timeout')
    expect(notifier.agent.count).toBe(0)
  })
})

describe('the subscriber (RFC 6665 4.1)', () => {
  test('a NOTIFY that overtakes the 2xx makes the dialog (4.1.2.4)', async () => {
    const peer = await rawPeer()
    const { agent, uri, stack } = await testAgent()
    const subscription = agent.subscribe(peer.uri, 'presence')
    const subscribe = await peer.take('SUBSCRIBE')
    const inside = {
      callId: header(subscribe, 'call-id') ?? '',
      from: `<${peer.uri}>;tag=n`,
      to: header(subscribe, 'from') ?? '',
    }
    const lines = ['Event: presence', 'Subscription-State: active;expires=100']
    peer.send(requestText(peer, 'NOTIFY', uri, { ...inside, lines }), stack.local.port)
    await peer.take('200 NOTIFY')
    expect(subscription).toMatchObject({ state: 'active', dialog: { remoteTag: 'n' } })
    peer.answer(subscribe, '200 OK', { tag: 'n', lines: ['Expires: 100'] })
    // The NOTIFY of another fork is told that there is no such subscription; a foreign event 489.
    peer.send(requestText(peer, 'NOTIFY', uri, { ...inside, from: `<${peer.uri}>;tag=m`, lines }), stack.local.port)
    await peer.take('481 NOTIFY')
    peer.send(
      requestText(peer, 'NOTIFY', uri, { ...inside, cseq: 2, lines: ['Event: dialog', lines[1]!] }),
      stack.local.port,
    )
    await peer.take('489 NOTIFY')
  })

  test('Timer N: without any NOTIFY it has failed after 64*T1', async () => {
    const clock = createManualClock()
    const peer = await rawPeer()
    const { agent } = await testAgent({}, { clock })
    const subscription = agent.subscribe(peer.uri, 'presence')
    peer.answer(await peer.take('SUBSCRIBE'), '200 OK', { lines: ['Expires: 3600'] })
    await until(() => subscription.dialog !== undefined)
    clock.advance(32_000)
    await subscription.ended
    expect(agent.count).toBe(0)
  })

  test('it is refreshed before it expires; 481 to that ends it, 500 does not', async () => {
    const clock = createManualClock()
    const notifier = await rawPeer()
    const { agent, uri, stack } = await testAgent({}, { clock })
    const subscription = agent.subscribe(notifier.uri, 'presence', { expires: 100 })
    const subscribe = await notifier.take('SUBSCRIBE')
    notifier.answer(subscribe, '200 OK', { tag: 'n', lines: ['Expires: 100'] })
    const inside = {
      callId: header(subscribe, 'call-id') ?? '',
      from: `<${notifier.uri}>;tag=n`,
      to: header(subscribe, 'from') ?? '',
    }
    const lines = ['Event: presence', 'Subscription-State: active;expires=100']
    notifier.send(requestText(notifier, 'NOTIFY', uri, { ...inside, lines }), stack.local.port)
    await until(() => subscription.state === 'active')
    clock.advance(90_000)
    const refresh = await notifier.take('SUBSCRIBE', 2)
    expect([header(refresh, 'cseq'), header(refresh, 'expires')]).toEqual(['2 SUBSCRIBE', '100'])
    notifier.answer(refresh, '500 Server Internal Error')
    await until(() => stack.count.clients > 0)
    expect(subscription.state).toBe('active')
    subscription.refresh()
    notifier.answer(await notifier.take('SUBSCRIBE', 3), '481 Subscription Does Not Exist')
    expect(await subscription.ended).toMatchObject({ by: 'refusal' })
  })

  test('a refusal ends it', async () => {
    const notifier = await testAgent()
    const { agent } = await testAgent()
    expect(await agent.subscribe(notifier.uri, 'presence').ended).toMatchObject({ by: 'refusal' })
    expect(agent.count).toBe(0)
  })

  test.each([
    ['terminated;reason=deactivated', 'at once'],
    ['terminated;reason=rejected', 'never'],
    ['terminated;reason=giveup;retry-after=5', 'later'],
    ['terminated', 'at once'],
  ] as const)('%s: subscribe again %s (4.1.3)', async (value, again) => {
    const peer = await rawPeer()
    const { agent, uri, stack } = await testAgent()
    const seen: SubscriptionStateValue[] = []
    agent.subscribe(peer.uri, 'presence').onNotify = (_notify, how) => seen.push(how)
    const subscribe = await peer.take('SUBSCRIBE')
    const inside = {
      callId: header(subscribe, 'call-id') ?? '',
      from: `<${peer.uri}>;tag=n`,
      to: header(subscribe, 'from') ?? '',
    }
    const lines = ['Event: presence', `Subscription-State: ${value}`]
    peer.send(requestText(peer, 'NOTIFY', uri, { ...inside, lines }), stack.local.port)
    await until(() => seen.length === 1)
    expect(seen[0]!.again).toBe(again)
  })

  test('the notifier gives up when a NOTIFY is answered 481 (4.2.2)', async () => {
    const notifier = await testAgent()
    const peer = await rawPeer()
    const ends: string[] = []
    notifier.agent.onSubscribe = (subscription) => {
      subscription.onEnded = (why) => ends.push(why)
      subscription.accept()
    }
    peer.send(
      requestText(peer, 'SUBSCRIBE', notifier.uri, { lines: ['Event: x', 'Expires: 60'] }),
      notifier.stack.local.port,
    )
    peer.answer(await peer.take('NOTIFY'), '481 Subscription Does Not Exist')
    await until(() => ends.length === 1)
    expect(notifier.agent.count).toBe(0)
    const accepted = await peer.take('200 SUBSCRIBE')
    const lines = ['Event: x', 'Expires: 60']
    peer.send(insideText(peer, 'SUBSCRIBE', notifier.uri, accepted, { cseq: 2, lines }), notifier.stack.local.port)
    await peer.take('481 SUBSCRIBE')
  })
})

describe('REFER (RFC 3515)', () => {
  test('inside a call: 202, NOTIFY of 100, then of the end', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    callee.agent.onInvite = (call) => {
      call.onRefer = (refer) => {
        const { report } = refer.accept()
        report(180, 'Ringing')
        report(200, 'OK')
      }
      call.accept()
    }
    const call = caller.agent.invite(callee.uri)
    await call.answered
    const refer = call.refer('sip:third@example.org')
    const told: number[] = []
    refer.onStatus = (status) => told.push(status)
    expect(await refer.response).toMatchObject({ message: { startLine: { status: 202 } } })
    expect(await refer.subscription!.ended).toMatchObject({ by: 'notifier', state: { reason: 'noresource' } })
    expect(told).toEqual([100, 180, 200])
    expect(call.state).toBe('confirmed')
  })

  test('outside of a dialog, with Target-Dialog (RFC 4538), and silent (RFC 4488)', async () => {
    const callee = await testAgent()
    const caller = await testAgent()
    const came: [ReceivedRefer, Call | undefined][] = []
    callee.agent.onInvite = (call) => call.accept()
    callee.agent.onRefer = (refer, call) => {
      came.push([refer, call])
      refer.accept().report(200, 'OK')
    }
    const call = caller.agent.invite(callee.uri)
    await call.answered
    const { callId, localTag, remoteTag } = call.dialog!
    const headers = [['Target-Dialog', `${callId};local-tag=${localTag};remote-tag=${remoteTag}`]] as const
    const loud = caller.agent.refer(callee.uri, 'sip:third@example.org', { headers })
    expect(await loud.subscription!.ended).toMatchObject({ by: 'notifier' })
    expect(came[0]![1]?.callId).toBe(callId)
    const silent = caller.agent.refer(callee.uri, 'sip:third@example.org', { headers: [['Refer-Sub', 'false']] })
    const outcome = await silent.response
    expect(outcome.kind === 'response' && header(outcome.message, 'refer-sub')).toBe('false')
    expect([silent.subscription, came[1]![0].silent]).toEqual([undefined, true])
    expect(callee.log().filter((line) => line === '> NOTIFY')).toHaveLength(2)
    expect([caller.agent.count, callee.agent.count]).toEqual([1, 1])
  })

  test('exactly one Refer-To, else 400 (2.4.2)', async () => {
    const callee = await testAgent({ onRefer: (refer) => void refer.accept() })
    const peer = await rawPeer()
    peer.send(requestText(peer, 'REFER', callee.uri), callee.stack.local.port)
    await peer.take('400 REFER')
  })
})

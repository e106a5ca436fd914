import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSipStack, systemClock } from '#stack/sip'
import type { Endpoint } from '#transport'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference
let before: TestAgent
let after: TestAgent
let ports: Ports
let target: Endpoint

beforeEach(async () => {
  ports = await freePorts()
  target = { transport: 'udp', address: '127.0.0.1', port: ports.primaryGateway }
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: true, primaryGateway: true }
  expect(await reference.provision(document(ports, topology, 'udp', ['primaryGateway']))).toEqual({ ok: true })
  before = await testAgent({ leg: 'between-servers', address: identities.primaryServer, port: ports.primaryServer })
  after = await testAgent({ leg: 'between-servers', address: identities.partnerGateway, port: ports.partnerGateway })
})
afterEach(() => Promise.all([reference.close(), before.close(), after.close()]))

const ies = { callingParty: user('bob'), calledParty: temporary('alice') }
const call = () => before.call(ies, target, identities.primaryGateway)

describe('a private call through a gateway server', () => {
  test('ends where the called side ends it, and both are told of its end', async () => {
    const one = call()
    expect(endOf(await one.answered)).toBe('200')
    after.calls[0]?.call.hangUp()
    expect(await one.ended).toMatchObject({ by: 'peer' })
    expect(endOf(await after.calls[0]!.call.ended)).toBe('us, 200')
  })

  test('is over for both sides that end it at once', async () => {
    const one = call()
    await one.answered
    await expect.poll(() => after.calls[0]?.call.state).toBe('confirmed')
    one.hangUp()
    after.calls[0]?.call.hangUp()
    expect((await Promise.all([one.ended, after.calls[0]!.call.ended])).length).toBe(2)
    expect(endOf(await before.call(ies, target, identities.primaryGateway).answered)).toBe('200')
  })

  test('is told of ringing, and cancelled on both sides', async () => {
    after.onCall = (each) => each.ring()
    const one = call()
    const progress: number[] = []
    one.onProgress = ({ startLine }) => startLine.kind === 'response' && progress.push(startLine.status)
    await expect.poll(() => progress).toContain(180)
    one.hangUp()
    expect(endOf(await one.ended)).toBe('487')
    expect(await after.calls[0]!.call.ended).toMatchObject({ by: 'peer' })
  })

  test('that is answered while it is cancelled ends', async () => {
    after.onCall = (each) => each.ring()
    const one = call()
    await expect.poll(() => after.calls.length).toBe(1)
    one.hangUp()
    after.accept(after.calls[0]!.call, ies)
    expect(endOf(await one.ended)).toMatch(/^(?:487|us, 200)$/)
    expect(await after.calls[0]!.call.ended).toMatchObject({ by: 'peer' })
  })

  test('keeps to what was agreed: a change of the session and a stray end are refused', async () => {
    const one = call()
    await one.answered
    const changed = await one.modify('INVITE', { body: { type: 'application/sdp', octets: new Uint8Array() } })
    expect(changed).toMatchObject({ kind: 'response', message: { startLine: { status: 488 } } })
    const { localTag, dialog } = one
    one.hangUp()
    await one.ended
    const stack = await openSipStack({ address: '127.0.0.1', port: 0, onRequest: () => undefined })
    const inside = {
      requestUri: identities.primaryGateway,
      from: identities.primaryServer,
      to: dialog?.remote ?? '',
      callId: one.callId,
      fromTag: localTag,
      headers: [],
    }
    for (const [index, method] of ['BYE', 'CANCEL', 'MESSAGE'].entries()) {
      const request = { ...inside, method, branch: `z9hG4bKstray${index}`, cseq: 100 + index }
      expect(await stack.request(request, target).final).toMatchObject({ message: { startLine: { status: 481 } } })
    }
    await stack.close()
  })

  test('with nobody behind is refused', async () => {
    await after.close()
    expect(endOf(await call().answered)).toMatch(/^504/)
    after = await testAgent({ leg: 'between-servers', address: identities.partnerGateway, port: ports.partnerGateway })
  })

  test('that waits is given up when its user is to be forgotten, and what was said before is forgotten too', async () => {
    after.onCall = (each) => each.ring()
    const waiting = call()
    await expect.poll(() => after.calls[0]?.call.state).toBe('ringing')
    reference.system().forget('primaryGateway', user('carol'))
    await pause(50)
    expect(waiting.state).not.toBe('ended')
    reference.system().forget('primaryGateway', user('bob'))
    expect(endOf(await waiting.answered)).toBe('487')
    await expect.poll(() => after.calls[0]?.call.state).toBe('ended')
    after.onCall = undefined
    const established = call()
    expect(endOf(await established.answered)).toBe('200')
    reference.system().forget(undefined, undefined)
    established.hangUp()
    expect(endOf(await established.ended)).toBe('us, 481')
  })

  test.each([
    ['of a system it does not know', 'elsewhere.example', /^404/],
    ['of its own system goes inside', 'primary.example', /^200/],
  ])('to a user %s', async (_title, system, expected) => {
    const asked = { callingParty: user('bob'), calledParty: user('dave', system) }
    expect(endOf(await after.call(asked, target, identities.primaryGateway).answered)).toMatch(expected)
  })
})

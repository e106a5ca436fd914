import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import type { Endpoint } from '#transport'
import { header } from '#wire/sip'
import { present } from './information-elements.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, partner, primary, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference
let caller: TestAgent
let stale: TestAgent
let ports: Ports
let target: Endpoint

/** The primary MC service server between a caller and a partner MC system that the called user has left. */
async function begin(profile: 'rel-18' | 'rel-18-moved', service: 'mcptt' | 'mcdata'): Promise<void> {
  const topology = { partnerGateway: false, primaryGateway: false }
  const provisioned = document(ports, topology, 'udp', ['primaryServer'], 3000, profile)
  expect(await reference.provision(provisioned)).toEqual({ ok: true })
  const { partnerServer: address } = identities
  stale = await testAgent({ leg: 'to-client', address, port: ports.partnerServer, profile, service })
  caller = await testAgent({ leg: 'from-client', address: user('bob'), profile, service })
}

beforeEach(async () => {
  ports = await freePorts()
  target = { transport: 'udp', address: '127.0.0.1', port: ports.primaryServer }
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
})
afterEach(() => Promise.all([reference.close(), caller.close(), stale.close()]))

const ies = { callingParty: user('bob'), calledParty: temporary('alice') }
const redirection = { ...ies, redirectedTo: user('alice'), reason: 'migrated' }
const to = identities.primaryServer

describe('the redirection of a partner MC system that the called user has left', () => {
  test('goes back to the caller, whose release goes on', async () => {
    await begin('rel-18', 'mcptt')
    stale.onCall = () => undefined
    const call = caller.call(ies, target, to)
    await expect.poll(() => stale.calls.length).toBe(1)
    const own = stale.calls[0]!.call
    expect(await stale.send('private call redirection', redirection, target, to, own.callId)).toBe('200')
    expect(caller.requests.map(({ name, ies: said }) => [name, said])).toEqual([
      ['private call redirection', redirection],
    ])
    expect(header(caller.requests[0]!.message, 'In-Reply-To')).toBe(call.callId)
    call.hangUp()
    expect(endOf(await call.ended)).toBe('487')
    expect(await own.ended).toMatchObject({ by: 'peer' })
    expect(await stale.send('private call redirection', redirection, target, to, own.callId)).toMatch(/^404/)
  })

  test.each([
    ['that answers no call', {}, 'nothing@peer.example', /^404/],
    ['for another caller', { callingParty: user('carol') }, undefined, /^404/],
    ['without an identity to call', { redirectedTo: undefined }, undefined, /^400/],
  ])('is not passed on where it is one %s', async (_title, change, inReplyTo, expected) => {
    await begin('rel-18', 'mcptt')
    stale.onCall = () => undefined
    caller.call(ies, target, to)
    await expect.poll(() => stale.calls.length).toBe(1)
    const said = present({ ...redirection, ...change })
    const callId = inReplyTo ?? stale.calls[0]?.call.callId
    expect(await stale.send('private call redirection', said, target, to, callId)).toMatch(expected)
    expect(caller.requests).toEqual([])
  })

  test('goes back as the response that it is in the other profile', async () => {
    await begin('rel-18-moved', 'mcptt')
    stale.onCall = (call) => call.refuse(302, 'Moved Temporarily', [['Contact', `<${user('alice')}>`]])
    expect(endOf(await caller.call(ies, target, to).answered)).toBe('302')
    expect(caller.received.join('\n')).toContain(`Contact: <${user('alice')}>`)
  })

  test('follows the receipt of a message in MCData', async () => {
    await begin('rel-18', 'mcdata')
    stale.status = 202
    expect(await caller.send('private call request', ies, target, to)).toBe('202')
    const asked = stale.requests[0]!.message
    const callId = header(asked, 'Call-ID') ?? ''
    expect(await stale.send('private call redirection', redirection, target, to, callId)).toBe('200')
    expect(caller.requests.map(({ ies: said }) => said)).toEqual([redirection])
  })
})

test('who migrates once more is redirected to the newest identity', async () => {
  await begin('rel-18', 'mcptt')
  const migrate = (temporaryId: string, partnerSystem = partner) =>
    stale.send('migration request', { mcServiceId: user('alice'), partnerSystem, temporaryId }, target, to)
  await migrate(temporary('alice'))
  await migrate(temporary('alice.again'))
  const call = caller.call({ ...ies, calledParty: user('alice') }, target, to)
  await expect.poll(() => caller.requests[0]?.ies['redirectedTo']).toBe(temporary('alice.again'))
  call.hangUp()
  expect(endOf(await call.ended)).toBe('487')
  expect(reference.system().state('primaryServer', 'migrated', user('alice', primary)).holds).toBe(true)
})

test.each([
  ['redirection-not-passed-on', 'requests 0, 200, 487, peer'],
  ['release-not-passed-on', 'requests 1, 200, 487, pending'],
])('%s shows', async (defect, expected) => {
  await begin('rel-18', 'mcptt')
  expect(reference.setDefects([defect])).toEqual({ ok: true })
  stale.onCall = (call) => call.ring()
  const call = caller.call(ies, target, to)
  await expect.poll(() => stale.calls.length).toBe(1)
  const own = stale.calls[0]!.call
  const answer = await stale.send('private call redirection', redirection, target, to, own.callId)
  call.hangUp()
  const end = endOf(await call.ended)
  const over = await Promise.race([own.ended, pause(400).then(() => undefined)])
  expect(`requests ${caller.requests.length}, ${answer}, ${end}, ${over?.by ?? 'pending'}`).toBe(expected)
})

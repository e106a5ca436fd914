import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import type { Call } from '#stack/sip'
import { header } from '#wire/sip'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, securityDomain, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'
import { testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference
let server: TestAgent
let ports: Ports

beforeEach(async () => {
  ports = await freePorts()
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: false, primaryGateway: false }
  expect(await reference.provision(document(ports, topology, 'udp', ['client']))).toEqual({ ok: true })
  server = await testAgent({ leg: 'to-client', address: identities.primaryServer, port: ports.primaryServer })
})
afterEach(() => Promise.all([reference.close(), server.close()]))

const calling = { callingParty: user('bob'), calledParty: user('alice') }

function stimulate(
  action: 'private call request' | 'private call end request',
  ies: object = calling,
  callId?: string,
) {
  const place = { transport: 'udp', address: '127.0.0.1', port: ports.primaryServer } as const
  const towards = { identity: identities.primaryServer, ...place }
  return reference
    .system()
    .stimulate({ action, service: 'mcptt', ies: { ...ies }, towards, alternative: 'publish', callId })
}

function redirect(call: Call, said: object): Promise<string> {
  const contact = /<(.*?)>/.exec(header(call.invite!, 'Contact') ?? '')?.[1] ?? ''
  const target = { transport: 'udp', address: '127.0.0.1', port: ports.client } as const
  return server.send('private call redirection', { ...said }, target, contact, call.callId)
}

describe('the MC service client that calls', () => {
  test('is connected, and ends the call when it is asked to', async () => {
    stimulate('private call request', { ...calling, floorControl: 'true' }, 'one@device.example')
    await expect.poll(() => server.calls[0]?.call.state).toBe('confirmed')
    expect(server.calls[0]).toMatchObject({ ies: { ...calling, floorControl: 'true' } })
    expect(server.calls[0]?.call.callId).toBe('one@device.example')
    await stimulate('private call end request', calling, 'one@device.example').final
    expect(server.calls[0]?.call.state).toBe('ended')
    expect(() => stimulate('private call end request', calling)).toThrow('no such private call is established')
  })

  test('is left when the other side ends the call', async () => {
    stimulate('private call request')
    await expect.poll(() => server.calls[0]?.call.state).toBe('confirmed')
    server.calls[0]?.call.hangUp()
    expect(await server.calls[0]?.call.ended).toMatchObject({ by: 'us', message: { startLine: { status: 200 } } })
    expect(() => stimulate('private call end request')).toThrow(/no such/)
  })

  test('follows a redirection after the release, and ends the second call by the Call-ID of the first', async () => {
    server.onCall = (call, ies) => (ies['calledParty'] === user('alice') ? undefined : server.accept(call, ies))
    const asked = { ...calling, endToEndSecurity: 'true' }
    stimulate('private call request', asked, 'one@device.example')
    await expect.poll(() => server.calls.length).toBe(1)
    const redirection = { ...calling, redirectedTo: temporary('alice'), securityDomain }
    expect(await redirect(server.calls[0]!.call, redirection)).toBe('200')
    await expect.poll(() => server.calls[1]?.call.state).toBe('confirmed')
    expect(await server.calls[0]?.call.ended).toMatchObject({ by: 'peer' })
    expect(server.calls[1]?.ies).toEqual({ ...asked, calledParty: temporary('alice'), securityDomain })
    await stimulate('private call end request', calling, 'one@device.example').final
    expect(server.calls[1]?.call.state).toBe('ended')
  })

  test.each([
    ['that names no identity to call', { redirectedTo: undefined }],
    ['that names no user', { redirectedTo: 'sip:partner.example' }],
    ['without the security domain that is needed', { securityDomain: undefined }],
    ['for another calling party', { callingParty: user('carol') }],
    ['of another called party', { calledParty: user('carol') }],
  ])('does not follow a redirection %s', async (_title, change) => {
    server.onCall = () => undefined
    stimulate('private call request', { ...calling, endToEndSecurity: 'true' })
    await expect.poll(() => server.calls.length).toBe(1)
    const sound = { ...calling, redirectedTo: temporary('alice'), securityDomain }
    const said = Object.fromEntries(Object.entries({ ...sound, ...change }).filter(([, value]) => value !== undefined))
    expect(await redirect(server.calls[0]!.call, said)).toMatch(/^400/)
    expect(await redirect(server.calls[0]!.call, sound)).toBe('200')
    expect(await redirect(server.calls[0]!.call, sound)).toMatch(/^404/)
    await expect.poll(() => server.calls.length).toBe(2)
  })

  test('follows five redirections, none of them to an identity it called before', async () => {
    server.onCall = () => undefined
    stimulate('private call request')
    const names = [user('alice'), ...[1, 2, 3, 4, 5, 6].map((number) => temporary(`alice${number}`))]
    for (const [index, calledParty] of names.slice(0, 6).entries()) {
      await expect.poll(() => server.calls.length).toBe(index + 1)
      expect(
        await redirect(server.calls[index]!.call, { ...calling, calledParty, redirectedTo: names[index + 1] }),
      ).toBe('200')
    }
    expect(await server.calls[5]?.call.ended).toMatchObject({ by: 'peer' })
    stimulate('private call request', { ...calling, callingParty: user('carol') })
    await expect.poll(() => server.calls.length).toBe(7)
    const back = { callingParty: user('carol'), calledParty: user('alice'), redirectedTo: user('alice') }
    expect(await redirect(server.calls[6]!.call, back)).toBe('200')
    expect(await server.calls[6]?.call.ended).toMatchObject({ by: 'peer' })
    expect(server.calls.length).toBe(7)
  })

  test.each([
    ['second-redirection-ignored', 2],
    ['redirections-followed-without-end', 3],
  ])('%s shows', async (defect, calls) => {
    expect(reference.setDefects([defect])).toEqual({ ok: true })
    server.onCall = () => undefined
    stimulate('private call request')
    await expect.poll(() => server.calls.length).toBe(1)
    await redirect(server.calls[0]!.call, { ...calling, redirectedTo: temporary('alice') })
    await expect.poll(() => server.calls.length).toBe(2)
    const back = { ...calling, calledParty: temporary('alice'), redirectedTo: user('alice') }
    expect(await redirect(server.calls[1]!.call, back)).toBe('200')
    await expect.poll(() => server.calls.length).toBe(calls)
    const last = server.calls[1]!.call
    expect(last.state === 'ended').toBe(calls === 3)
  })

  test('gives up what waits when it is to forget its user', async () => {
    server.onCall = (call) => call.ring()
    stimulate('private call request')
    await expect.poll(() => server.calls[0]?.call.state).toBe('ringing')
    reference.system().forget('client', user('bob'))
    expect(await server.calls[0]?.call.ended).toMatchObject({ by: 'peer' })
  })
})

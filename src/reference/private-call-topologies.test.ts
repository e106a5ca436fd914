import { afterEach, describe, expect, test } from 'vitest'
import type { Alternative, IeValues } from '#bindings'
import { systemClock } from '#stack/sip'
import type { Endpoint } from '#transport'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, securityDomain } from './two-mc-systems.world.ts'
import { temporary, token, topologies, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference | undefined
let caller: TestAgent | undefined

afterEach(async () => {
  await Promise.all([reference?.close(), caller?.close()])
  reference = undefined
  caller = undefined
})

const at = (port: number): Endpoint => ({ transport: 'udp', address: '127.0.0.1', port })

const scopes = {
  mcptt: '3gpp:mc:ptt_service',
  mcvideo: '3gpp:mc:video_service',
  mcdata: '3gpp:mc:data_service',
}
type Service = keyof typeof scopes

async function migrate(ports: Ports, name: string, service: Service, alternative: Alternative): Promise<void> {
  const scope = `openid ${scopes[service]}`
  const ies = {
    mcServiceId: user(name),
    credentials: await token({ sub: user(name), mcptt_id: temporary(name), scope }),
    temporaryId: temporary(name),
  }
  const towards = { identity: identities.partnerServer, ...at(ports.partnerServer) }
  const action = 'migration service authorization request'
  await reference?.system().stimulate({ action, service, ies, towards, alternative }).final
  await expect.poll(() => reference?.system().state('client', 'serviceAuthorized', user(name)).holds).toBe(true)
}

const cases = Object.entries(topologies).flatMap(([title, topology]) =>
  (['rel-18', 'rel-18-moved'] as const).flatMap((profile) =>
    (['mcptt', 'mcvideo'] as const).map((service) => ({
      title,
      topology,
      profile,
      service,
      transport: service === 'mcptt' ? ('udp' as const) : ('tcp' as const),
    })),
  ),
)

describe.each(cases)('with $title over $transport in $profile, $service', (each) => {
  const { topology, profile, transport, service } = each

  test('a migrated user is reached by redirection, and the call ends on both sides', async () => {
    const ports = await freePorts()
    const said: string[] = []
    reference = await openReference({ clock: systemClock, now: () => new Date(), say: (line) => said.push(line) })
    expect(await reference.provision(document(ports, topology, transport, undefined, 3000, profile))).toEqual({
      ok: true,
    })
    await migrate(ports, 'alice', service, transport === 'udp' ? 'publish' : 'register')
    caller = await testAgent({ address: user('bob'), leg: 'from-client', profile, service })
    const server = at(ports.primaryServer)
    const asked = {
      callingParty: user('bob'),
      calledParty: user('alice'),
      endToEndSecurity: 'true',
      floorControl: 'true',
    }
    const first = caller.call(asked, server, identities.primaryServer)
    if (profile === 'rel-18') {
      await expect.poll(() => caller?.requests.length).toBe(1)
      expect(caller.requests[0]).toMatchObject({
        name: 'private call redirection',
        ies: {
          callingParty: user('bob'),
          calledParty: user('alice'),
          redirectedTo: temporary('alice'),
          securityDomain,
          reason: 'migrated',
        },
      })
      first.hangUp()
      expect(endOf(await first.ended)).toBe('487')
    } else {
      expect(endOf(await first.ended)).toBe('302')
      expect(caller.received.join('\n')).toContain(`Contact: <${temporary('alice')}>`)
    }
    const second = caller.call(
      { ...asked, calledParty: temporary('alice'), securityDomain },
      server,
      identities.primaryServer,
    )
    expect(endOf(await second.answered), said.join('\n')).toBe('200')
    second.hangUp()
    const end = await second.ended
    expect(end).toMatchObject({ by: 'us', message: { startLine: { status: 200 } } })
    expect(caller.received.join('\n')).not.toMatch(/inside\.partner/)
  })
})

describe.each(Object.entries(topologies))('one-to-one MCData with %s', (_title, topology) => {
  test.each(['rel-18', 'rel-18-moved'] as const)('reaches a migrated user by redirection in %s', async (profile) => {
    const ports = await freePorts()
    reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
    expect(await reference.provision(document(ports, topology, 'udp', undefined, 3000, profile))).toEqual({ ok: true })
    await migrate(ports, 'alice', 'mcdata', 'publish')
    caller = await testAgent({ address: user('bob'), leg: 'from-client', profile, service: 'mcdata' })
    const server = at(ports.primaryServer)
    const asked = { callingParty: user('bob'), calledParty: user('alice') }
    const send = (ies: IeValues) => caller?.send('private call request', ies, server, identities.primaryServer)
    if (profile === 'rel-18') {
      expect(await send(asked)).toBe('202')
      await expect
        .poll(() => caller?.requests.map(({ ies }) => ies))
        .toEqual([{ ...asked, redirectedTo: temporary('alice'), reason: 'migrated' }])
    } else expect(await send(asked)).toBe('302')
    expect(await send({ ...asked, calledParty: temporary('alice') })).toBe('200')
    expect(await send({ ...asked, calledParty: temporary('nobody') })).toMatch(/^404/)
  })
})

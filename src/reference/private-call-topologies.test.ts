import { afterEach, describe, expect, test } from 'vitest'
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

async function migrate(ports: Ports, name: string, alternative: 'publish' | 'register'): Promise<void> {
  const ies = {
    mcServiceId: user(name),
    credentials: await token({ sub: user(name), mcptt_id: temporary(name) }),
    temporaryId: temporary(name),
  }
  const towards = { identity: identities.partnerServer, ...at(ports.partnerServer) }
  const action = 'migration service authorization request'
  await reference?.system().stimulate({ action, service: 'mcptt', ies, towards, alternative }).final
  await expect.poll(() => reference?.system().state('client', 'serviceAuthorized', user(name)).holds).toBe(true)
}

const cases = Object.entries(topologies).flatMap(([title, topology]) =>
  (['rel-18', 'rel-18-moved'] as const).flatMap((profile) =>
    (['udp', 'tcp'] as const).map((transport) => ({ title, topology, profile, transport })),
  ),
)

describe.each(cases)('with $title over $transport in $profile', ({ topology, profile, transport }) => {
  test('a migrated user is reached by redirection, and the call ends on both sides', async () => {
    const ports = await freePorts()
    const said: string[] = []
    reference = await openReference({ clock: systemClock, now: () => new Date(), say: (line) => said.push(line) })
    expect(await reference.provision(document(ports, topology, transport, undefined, 3000, profile))).toEqual({
      ok: true,
    })
    await migrate(ports, 'alice', transport === 'udp' ? 'publish' : 'register')
    caller = await testAgent({ address: user('bob'), leg: 'from-client', profile })
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

import { afterEach, describe, expect, test } from 'vitest'
import { startReference } from './start-reference.ts'
import type { RunningReference } from './start-reference.ts'
import { document, freePorts, identities, partner, temporary, token, topologies, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

let running: RunningReference | undefined

afterEach(async () => {
  await running?.close()
  running = undefined
})

async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const { address, port } = running?.control ?? { address: '', port: 0 }
  const response = await fetch(`http://${address}:${port}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

const query = async (role: string, state: string, mcServiceId: string): Promise<unknown> =>
  (await post('/query', { role, state, ies: { mcServiceId } })).body

async function stimulate(ports: Ports, transport: string, alternative: string, ies: object): Promise<void> {
  const towards = { identity: identities.partnerServer, transport, address: '127.0.0.1', port: ports.partnerServer }
  const action = 'migration service authorization request'
  expect(await post('/stimulate', { role: 'client', action, ies, towards, alternative })).toMatchObject({ status: 202 })
}

const cases = Object.entries(topologies).flatMap(([title, topology]) =>
  (['udp', 'tcp'] as const).flatMap((transport) =>
    (['publish', 'register'] as const).map((alternative) => ({ title, topology, transport, alternative })),
  ),
)

describe.each(cases)('with $title over $transport by $alternative', ({ topology, transport, alternative }) => {
  test('a user migrates, the primary system knows where to, and others are refused', async () => {
    const ports = await freePorts()
    running = await startReference({
      document: document(ports, topology, transport),
      control: { address: '127.0.0.1', port: 0 },
      say: () => undefined,
    })
    const [alice, bob, grounded, denied] = [user('alice'), user('bob'), user('grounded'), user('denied')]
    const credentials = await token({ sub: alice, mcptt_id: temporary('alice') })
    const ask = (ies: object) => stimulate(ports, transport, alternative, ies)
    await Promise.all([
      ask({ mcServiceId: alice, credentials, temporaryId: temporary('alice') }),
      ask({ mcServiceId: bob, credentials: await token({ sub: bob }) }),
      ask({ mcServiceId: grounded, credentials: await token({ sub: grounded }) }),
      ask({ mcServiceId: denied, credentials: await token({ sub: denied }) }),
    ])
    const holds = { known: true, holds: true, values: { partnerSystem: partner, temporaryId: temporary('alice') } }
    const without = { known: true, holds: true, values: { partnerSystem: partner } }
    const not = { known: true, holds: false, values: {} }
    await expect.poll(() => query('partnerServer', 'serviceAuthorized', alice)).toEqual(holds)
    await expect.poll(() => query('primaryServer', 'migrated', alice)).toEqual(holds)
    await expect.poll(() => query('client', 'serviceAuthorized', alice)).toMatchObject({ holds: true })
    await expect.poll(() => query('client', 'serviceAuthorized', bob)).toMatchObject({ holds: true })
    expect(await query('primaryServer', 'migrated', bob)).toEqual(without)
    for (const refused of [grounded, denied]) {
      expect(await query('primaryServer', 'migrated', refused)).toEqual(not)
      expect(await query('partnerServer', 'serviceAuthorized', refused)).toEqual(not)
      expect(await query('client', 'serviceAuthorized', refused)).toEqual(not)
    }
    await post('/reset', { role: 'primaryServer', mcServiceId: alice })
    expect(await query('primaryServer', 'migrated', alice)).toEqual(not)
    expect(await query('primaryServer', 'migrated', bob)).toEqual(without)
    await post('/reset', {})
    expect(await query('primaryServer', 'migrated', bob)).toEqual(not)
    expect(await query('partnerServer', 'migrated', bob)).toMatchObject({ known: false })
  })
})

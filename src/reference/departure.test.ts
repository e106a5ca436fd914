import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Alternative, IeValues, Service } from '#bindings'
import { systemClock } from '#stack/sip'
import type { Endpoint } from '#transport'
import { consecutiveMigrationDefects, serviceDeauthorizationDefects } from '../../fixtures/defects/departure.ts'
import type { StateName } from './mc-function.ts'
import type { MigrationRole as Role } from './defects.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { barred, document, freePorts, identities, partner } from './two-mc-systems.world.ts'
import { temporary, token, topologies, user } from './two-mc-systems.world.ts'
import type { Ports, Topology } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference
let caller: TestAgent | undefined
let ports: Ports

afterEach(async () => {
  await Promise.all([reference.close(), caller?.close()])
  caller = undefined
})

const at = (port: number): Endpoint => ({ transport: 'udp', address: '127.0.0.1', port })

async function begin(topology: Topology, defect?: string): Promise<void> {
  ports = await freePorts()
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  expect(await reference.provision(document(ports, topology, 'udp'))).toEqual({ ok: true })
  expect(reference.setDefects(defect === undefined ? [] : [defect])).toEqual({ ok: true })
}

type Action = 'migration service authorization request' | 'migration service de-authorization request'

async function stimulate(action: Action, ies: IeValues, alternative: Alternative, service: Service): Promise<string> {
  const towards = { identity: identities.partnerServer, ...at(ports.partnerServer) }
  const outcome = await reference.system().stimulate({ action, service, ies, towards, alternative }).final
  const line = outcome.kind === 'response' ? outcome.message.startLine : undefined
  await pause(30)
  return line?.kind === 'response' ? String(line.status) : outcome.kind
}

const scopes = { mcptt: 'ptt', mcvideo: 'video', mcdata: 'data' } as const

async function migrate(name: string, by: Alternative, service: Service = 'mcptt'): Promise<string> {
  const mcServiceId = user(name)
  const temporaryId = temporary(name)
  const scope = `3gpp:mc:${scopes[service]}_service`
  const credentials = await token({ sub: mcServiceId, mcptt_id: temporaryId, scope })
  return stimulate('migration service authorization request', { mcServiceId, temporaryId, credentials }, by, service)
}

const leave = (name: string, by: Alternative, service: Service = 'mcptt', temporaryId = temporary(name)) =>
  stimulate('migration service de-authorization request', { mcServiceId: user(name), temporaryId }, by, service)

const state = (role: Role, name: StateName, who = 'alice') => reference.system().state(role, name, user(who)).holds
const states = () => [
  state('client', 'serviceAuthorized'),
  state('partnerServer', 'serviceAuthorized'),
  state('primaryServer', 'migrated'),
]

describe.each(Object.entries(topologies))('with %s a user who has migrated', (_title, topology) => {
  test.each([
    ['publish', 'mcptt'],
    ['register', 'mcptt'],
    ['publish', 'mcvideo'],
    ['register', 'mcdata'],
  ] as const)('leaves the partner MC system by %s in %s, and comes again', async (by, service) => {
    await begin(topology)
    expect(await migrate('alice', by, service)).toBe('200')
    expect(states()).toEqual([true, true, true])
    expect(await leave('alice', by, service, temporary('bob'))).toBe('404')
    expect(await leave('bob', by, service)).toBe('404')
    expect(states()).toEqual([true, true, true])
    expect(await leave('alice', by, service)).toBe('200')
    await expect.poll(states).toEqual([false, false, false])
    expect(await leave('alice', by, service)).toBe('404')
    expect(await migrate('alice', by, service)).toBe('200')
    expect(states()).toEqual([true, true, true])
  })
})

const ask = async (calledParty: string, redirections: number): Promise<string> => {
  const agent = caller ?? (caller = await testAgent({ address: user('bob'), leg: 'from-client' }))
  const ies = { callingParty: user('bob'), calledParty, endToEndSecurity: 'true' }
  const call = agent.call(ies, at(ports.primaryServer), identities.primaryServer)
  for (let tries = 0; tries < 20 && agent.requests.length < redirections && call.state !== 'ended'; tries += 1)
    await pause(20)
  const { redirectedTo, securityDomain } = agent.requests[redirections - 1]?.ies ?? {}
  call.hangUp()
  const end = await Promise.race([call.ended, pause(500).then(() => undefined)])
  return `${redirectedTo} ${securityDomain} ${end === undefined ? 'pending' : endOf(end)}`
}

/** Alice migrates, leaves, and migrates once more, to another partner MC system; Bob knows her by the first. */
async function consecutive(defect?: string): Promise<readonly string[]> {
  await begin({ partnerGateway: true, primaryGateway: true }, defect)
  await migrate('alice', 'publish')
  await migrate('carol', 'publish')
  const lines = [await leave('alice', 'publish')]
  for (let tries = 0; tries < 50 && states().includes(true); tries += 1) await pause(20)
  lines.push(`${state('primaryServer', 'migrated', 'somebody.else')} ${states().join()}`)
  lines.push(await ask(temporary('alice'), 1), await ask(user('alice'), 2))
  return lines
}

test('a call to who has left is redirected to the identity of the primary MC system, without its security domain', async () => {
  expect(await consecutive()).toEqual([
    '200',
    'false false,false,false',
    `${user('alice')} undefined 487`,
    'undefined undefined 480 399 inside.primary.example "the called user is not served here"',
  ])
})

describe('the defects of the partner MC service server when a user leaves', () => {
  const own = [...serviceDeauthorizationDefects, ...consecutiveMigrationDefects]
  const shown = own.filter(({ role }) => role === 'partnerServer').map(({ defect }) => defect)
  test.each([...shown, 'migration-end-not-recorded'])('%s shows', async (defect) => {
    const sound = await consecutive()
    await Promise.all([reference.close(), caller?.close()])
    caller = undefined
    expect(await consecutive(defect)).not.toEqual(sound)
  })
})

describe('the primary MC service server with two partner MC systems', () => {
  const report = async (defect?: string): Promise<readonly string[]> => {
    await begin({ partnerGateway: false, primaryGateway: false }, defect)
    const partners = await testAgent({ leg: 'between-servers', address: identities.partnerServer })
    const target = at(ports.primaryServer)
    const say = (message: string, ies: IeValues): Promise<string> =>
      partners.send(message, { mcServiceId: user('alice'), ...ies }, target, identities.primaryServer)
    const held = () => JSON.stringify(reference.system().state('primaryServer', 'migrated', user('alice')).values)
    const lines: string[] = []
    await say('migration request', { partnerSystem: partner, temporaryId: temporary('alice') })
    lines.push(held(), await say('migration end request', { partnerSystem: barred }), held())
    await say('migration request', { partnerSystem: partner, temporaryId: temporary('alice.again') })
    lines.push(held(), await say('migration end request', { partnerSystem: 'elsewhere.example' }), held())
    lines.push(await say('migration end request', {}), await say('migration end request', { partnerSystem: partner }))
    lines.push(held())
    await partners.close()
    return lines
  }

  test('forgets a migration when the partner MC system of the newest one says so, and no other', async () => {
    const first = JSON.stringify({ partnerSystem: partner, temporaryId: temporary('alice') })
    const second = JSON.stringify({ partnerSystem: partner, temporaryId: temporary('alice.again') })
    const no = expect.stringMatching(/^403/)
    expect(await report()).toEqual([
      first,
      '200',
      first,
      second,
      no,
      second,
      expect.stringMatching(/^400/),
      '200',
      '{}',
    ])
  })

  test.each(['migration-end-of-former-partner-recorded', 'newer-migration-not-recorded'])(
    '%s shows',
    async (defect) => {
      const sound = await report()
      await reference.close()
      expect(await report(defect)).not.toEqual(sound)
    },
  )
})

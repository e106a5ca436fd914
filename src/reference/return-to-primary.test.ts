import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { Alternative, IeValues } from '#bindings'
import { systemClock } from '#stack/sip'
import type { Endpoint } from '#transport'
import { returnDefects } from './return-defects.ts'
import type { Stimulus } from './mc-function.ts'
import type { Role } from './defects.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, primaryIssuer, temporary } from './two-mc-systems.world.ts'
import { token, topologies, user } from './two-mc-systems.world.ts'
import type { Ports, TokenClaims, Topology } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

let reference: Reference
let caller: TestAgent
let ports: Ports
const said: string[] = []

afterEach(() => Promise.all([reference.close(), caller.close()]))

const at = (port: number): Endpoint => ({ transport: 'udp', address: '127.0.0.1', port })

async function begin(topology: Topology, defect?: string): Promise<void> {
  ports = await freePorts()
  said.length = 0
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: (line) => said.push(line) })
  expect(await reference.provision(document(ports, topology, 'udp'))).toEqual({ ok: true })
  expect(reference.setDefects(defect === undefined ? [] : [defect])).toEqual({ ok: true })
  caller = await testAgent({ address: user('bob'), leg: 'from-client' })
}

async function stimulate(
  action: Stimulus['action'],
  server: 'partnerServer' | 'primaryServer',
  ies: IeValues,
  alternative: Alternative,
): Promise<string> {
  const towards = { identity: identities[server], ...at(ports[server]) }
  const { final } = reference.system().stimulate({ action, service: 'mcptt', ies, towards, alternative })
  const outcome = await final
  const line = outcome.kind === 'response' ? outcome.message.startLine : undefined
  await pause(40)
  return line?.kind === 'response' ? String(line.status) : outcome.kind
}

async function migrate(name: string, by: Alternative): Promise<string> {
  const [mcServiceId, temporaryId] = [user(name), temporary(name)]
  const credentials = await token({ sub: mcServiceId, mcptt_id: temporaryId })
  const ies = { mcServiceId, temporaryId, credentials }
  return stimulate('migration service authorization request', 'partnerServer', ies, by)
}

async function comeBack(name: string, by: Alternative, claims: Partial<TokenClaims> = {}): Promise<string> {
  const credentials = await token({ sub: user(name), iss: primaryIssuer, ...claims })
  return stimulate('service authorization request', 'primaryServer', { mcServiceId: user(name), credentials }, by)
}

const holds = (role: Role, name: 'serviceAuthorized' | 'migrated' | 'servedInPrimary'): boolean =>
  reference.system().state(role, name, user('alice')).holds
const states = (): string =>
  [
    holds('primaryServer', 'migrated'),
    holds('partnerServer', 'serviceAuthorized'),
    holds('primaryServer', 'servedInPrimary'),
    holds('client', 'servedInPrimary'),
  ].join()

/** Whom a caller is redirected to, and how the call ends. */
async function ask(calledParty: string): Promise<string> {
  const before = caller.requests.length
  const ies = { callingParty: user('bob'), calledParty }
  const call = caller.call(ies, at(ports.primaryServer), identities.primaryServer)
  let answered: Awaited<typeof call.answered> | undefined
  void call.answered.then((outcome) => (answered = outcome))
  for (let tries = 0; tries < 150 && answered === undefined && caller.requests.length === before; tries += 1)
    await pause(20)
  call.hangUp()
  const end = answered === undefined ? 'pending' : endOf(answered)
  return `${caller.requests[before]?.ies['redirectedTo']} ${end}`
}

const all = { partnerGateway: true, primaryGateway: true }

test.each(Object.entries(topologies))('with %s a user returns, and may migrate once more', async (_, topology) => {
  await begin(topology)
  for (const by of ['publish', 'register'] as const) {
    expect(await migrate('alice', by)).toBe('200')
    expect(states()).toBe('true,true,false,false')
    expect(await comeBack('alice', by)).toBe('200')
    await expect.poll(states).toBe('false,false,true,true')
  }
  expect(await ask(user('alice'))).toBe('undefined 200')
  expect(await ask(temporary('alice'))).toBe(`${user('alice')} pending`)
})

test.each([
  ['of another issuer', { iss: 'https://idm.partner.example' }, '403'],
  ['that has expired', { expiresIn: -31 }, '403'],
  ['of another user', { sub: user('bob') }, '403'],
  ['for another audience', { aud: 'somebody' }, '403'],
  ['signed by a stranger', { forged: true }, '403'],
])('a token %s is refused, and the migration stands', async (_, claims, status) => {
  await begin(all)
  await migrate('alice', 'publish')
  expect(await comeBack('alice', 'publish', claims)).toBe(status)
  expect(states()).toBe('true,true,false,false')
})

test.each([
  ['who may not be served', 'unserved', '403'],
  ['whom nobody knows', 'nobody', '404'],
])('a user %s is refused', async (_, name, status) => {
  await begin(all)
  expect(await comeBack(name, 'register')).toBe(status)
})

/** What everybody sees while alice returns, and others try in vain; whom somebody tells of it may hear that late. */
async function scene(defect?: string): Promise<() => string> {
  await begin(all, defect)
  const seen = [await migrate('alice', 'publish')]
  seen.push(await comeBack('alice', 'publish', { iss: 'https://idm.partner.example' }), states())
  seen.push(await comeBack('alice', 'publish', { expiresIn: -31 }), states())
  seen.push(await comeBack('alice', 'publish', { sub: user('bob') }), states())
  seen.push(await comeBack('unserved', 'publish'))
  seen.push(await comeBack('alice', 'publish'), states())
  seen.push(await ask(user('alice')), await ask(temporary('alice')))
  seen.push(await migrate('carol', 'publish'))
  const carol = { mcServiceId: user('carol'), temporaryId: temporary('carol') }
  seen.push(await stimulate('migration service de-authorization request', 'partnerServer', carol, 'publish'))
  seen.push(await comeBack('carol', 'publish'))
  return () => [...seen, ...said.filter((line) => line.includes('notification'))].join('\n')
}

test.each(Object.keys(returnDefects))('%s shows', async (name) => {
  const usual = await scene()
  await pause(200)
  const sound = usual()
  await Promise.all([reference.close(), caller.close()])
  await expect.poll(await scene(name), { timeout: 5000 }).not.toBe(sound)
})

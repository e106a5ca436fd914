import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import type { Call } from '#stack/sip'
import type { Endpoint } from '#transport'
import { header } from '#wire/sip'
import { privateCallDefects as rows } from '../../fixtures/defects/private-call.ts'
import type { MigrationRole as Role } from './defects.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { document, freePorts, identities, partner, securityDomain } from './two-mc-systems.world.ts'
import { temporary, token, user } from './two-mc-systems.world.ts'
import { endOf, testAgent } from './user-agent.world.ts'
import type { TestAgent } from './user-agent.world.ts'

/** What a role does in one long scene of right and wrong messages, as text to be compared. */
type Scene = (stage: Stage) => Promise<readonly string[]>

interface Stage {
  readonly reference: Reference
  /** Towards the calling client, and towards the called one. */
  readonly before: TestAgent
  readonly after: TestAgent
  readonly target: Endpoint
  readonly to: string
}

/** Who stands before and after a role, where they listen, and as what they speak. */
const neighbours = {
  client: [undefined, 'partnerServer', 'to-client'],
  primaryServer: [undefined, 'primaryGateway', 'from-client'],
  primaryGateway: ['primaryServer', 'partnerGateway', 'between-servers'],
  partnerGateway: ['primaryGateway', 'partnerServer', 'between-servers'],
  partnerServer: ['partnerGateway', undefined, 'between-servers'],
} as const

async function play(role: Role, scene: Scene, defect?: string): Promise<readonly string[]> {
  const ports = await freePorts()
  const [before, after, leg] = neighbours[role]
  const reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: true, primaryGateway: true }
  expect(await reference.provision(document(ports, topology, 'udp', [role]))).toEqual({ ok: true })
  expect(reference.setDefects(defect === undefined ? [] : [defect])).toEqual({ ok: true })
  const agents = await Promise.all([
    testAgent({ leg, address: before ? identities[before] : user('bob'), port: before ? ports[before] : 0 }),
    testAgent({
      leg: 'between-servers',
      address: after ? identities[after] : temporary('alice'),
      port: after ? ports[after] : 0,
    }),
  ])
  const target = { transport: 'udp', address: '127.0.0.1', port: ports[role] } as const
  try {
    return await scene({ reference, before: agents[0], after: agents[1], target, to: identities[role] })
  } finally {
    await Promise.all([reference.close(), ...agents.map((agent) => agent.close())])
  }
}

const everything = { endToEndSecurity: 'true', securityDomain, floorControl: 'true', automaticCommencement: 'true' }
const pending = 'pending'
const soon = <Value>(promise: Promise<Value>, ms: number): Promise<Value | typeof pending> =>
  Promise.race([promise, pause(ms).then(() => pending as typeof pending)])
async function until<Value>(find: () => Value | undefined): Promise<Value> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = find()
    if (found !== undefined) return found
    await pause(20)
  }
  throw new Error('it never came')
}

/** Generous: only what a defect holds back is waited for so long. */
const outcomeOf = async (promise: Call['answered'] | Call['ended'], ms = 3000): Promise<string> => {
  const outcome = await soon<Awaited<Call['answered']>>(promise, ms)
  return outcome === pending ? pending : endOf(outcome)
}
const dialled = (agent: TestAgent): readonly string[] =>
  agent.calls.map(({ ies, message }) => {
    const contact = header(message, 'Contact')?.replace(/:\d+>.*/, '>')
    return `called ${JSON.stringify(ies)} from ${header(message, 'From')?.replace(/;.*/, '')} at ${contact}`
  })
const redirections = (agent: TestAgent): readonly string[] =>
  agent.requests.map(({ name, ies }) => `${name} ${JSON.stringify(ies)}`)

/** Calls that pass: established, ended, two at once, refused, answered late. */
async function pass({ before, after, target, to }: Stage, calledParty: string): Promise<readonly string[]> {
  const lines: string[] = []
  const ies = { callingParty: user('bob'), calledParty, ...everything }
  const dial = (): Call => before.call(ies, target, to)
  const one = dial()
  lines.push(`one: ${await outcomeOf(one.answered)}`)
  const other = dial()
  lines.push(`other: ${await outcomeOf(other.answered)}`)
  const answer = before.received.find((text) => text.startsWith('SIP/2.0 200')) ?? ''
  lines.push(/^Contact:.*$/m.exec(answer)?.[0].replace(/:\d{4,5}/, '') ?? 'no Contact')
  other.hangUp()
  lines.push(`other ends: ${await outcomeOf(other.ended)}`)
  await pause(50)
  lines.push(`states: ${after.calls.map(({ call }) => call.state).join(' ')}`)
  after.onCall = (call) => call.refuse(480, 'Temporarily Unavailable')
  lines.push(`refused: ${await outcomeOf(dial().answered)}`)
  after.onCall = () => undefined
  const late = dial()
  lines.push(`late: ${await outcomeOf(late.answered, 300)}`)
  late.hangUp()
  lines.push(`late ends: ${await outcomeOf(late.ended)}`)
  return [...lines, ...dialled(after)]
}

const primaryServerScene: Scene = async (stage) => {
  const { before, after, target, to } = stage
  const lines: string[] = []
  const ask = async (from: string, altered?: (body: string) => string): Promise<void> => {
    const ies = { callingParty: user(from), calledParty: user('alice'), endToEndSecurity: 'true' }
    const call = before.call(ies, target, to, altered)
    await pause(100)
    call.hangUp()
    lines.push(`${from}: ${await outcomeOf(call.ended)}`)
  }
  await ask('bob')
  const migration = { mcServiceId: user('alice'), partnerSystem: partner, temporaryId: temporary('alice') }
  await after.send('migration request', migration, target, to)
  for (const name of ['bob', 'mute', 'shunned', 'stranger']) await ask(name)
  await ask('carol', (body) => body.replace(/<entry [^>]*\/>/, (entry) => `${entry}${entry.replace('alice', 'bob')}`))
  return [...lines, ...redirections(before), ...(await pass(stage, temporary('alice')))]
}

const partnerServerScene: Scene = async (stage) => {
  const { reference, before, after, target, to } = stage
  const migrate = async (name: string, client: TestAgent): Promise<void> => {
    const credentials = await token({ sub: user(name), mcptt_id: temporary(name) })
    const ies = { mcServiceId: user(name), credentials, temporaryId: temporary(name) }
    const asked = client.send('migration service authorization request', ies, target, to)
    const request = await until(() => before.requests.find((each) => each.ies['mcServiceId'] === user(name)))
    const inReplyTo = header(request.message, 'Call-ID')
    await before.send('migration response', { mcServiceId: user(name), result: 'accepted' }, target, to, inReplyTo)
    expect(await asked).toBe('200')
  }
  await migrate('alice', after)
  await migrate('carol', before)
  expect(reference.system().state('partnerServer', 'serviceAuthorized', user('alice')).holds).toBe(true)
  const ies = { callingParty: user('bob'), calledParty: temporary('nobody') }
  const unknown = await outcomeOf(before.call(ies, target, to).answered)
  return [`unknown: ${unknown}`, ...(await pass(stage, temporary('alice')))]
}

const clientScene: Scene = async (stage) => {
  const { reference, before, after, target } = stage
  const lines: string[] = []
  const towards = {
    identity: identities.partnerServer,
    transport: 'udp',
    address: '127.0.0.1',
    port: after.port,
  } as const
  const stimulate = (action: 'migration service authorization request' | 'private call request', ies: object) =>
    reference.system().stimulate({ action, service: 'mcptt', ies: { ...ies }, towards, alternative: 'publish' })
  const alice = { mcServiceId: user('alice'), temporaryId: temporary('alice'), credentials: 'a.b.c' }
  await stimulate('migration service authorization request', alice).final
  for (const name of ['alice', 'nobody']) {
    const call = before.call({ callingParty: user('bob'), calledParty: temporary(name) }, target, temporary(name))
    lines.push(`called ${name}: ${await outcomeOf(call.answered)}`)
    call.hangUp()
    lines.push(`ended: ${await outcomeOf(call.ended)}`)
  }
  const redirected = { callingParty: user('bob'), calledParty: user('alice'), redirectedTo: temporary('alice') }
  const events: string[] = []
  const redirect = async (call: Call, said: Record<string, string>, inReplyTo = call.callId): Promise<void> => {
    const contact = /<(.*?)>/.exec(header(call.invite!, 'Contact') ?? '')?.[1] ?? ''
    const answer = await after.send('private call redirection', said, target, contact, inReplyTo)
    events.push(`redirection: ${answer}`)
  }
  const waiting: Call[] = []
  after.onCall = (call, ies) => {
    events.push(`asked for ${ies['calledParty']}`)
    call.onEnded = (end) => events.push(`${ies['calledParty']} over by ${end.by}`)
    if (ies['calledParty'] === user('alice') && waiting.length < 3) waiting.push(call)
    else after.accept(call, ies)
  }
  const ask = async (): Promise<Call> => {
    const count = waiting.length
    stimulate('private call request', {
      ...everything,
      securityDomain: undefined,
      ...redirected,
      redirectedTo: undefined,
    })
    return until(() => waiting[count])
  }
  const first = await ask()
  await redirect(first, { ...redirected, securityDomain, reason: 'migrated' }, 'another@call.example')
  await redirect(first, { ...redirected, reason: 'migrated' })
  await redirect(first, { ...redirected, securityDomain, callingParty: user('carol') })
  await pause(150)
  const second = await ask()
  await redirect(second, { ...redirected, securityDomain, reason: 'migrated' })
  await until(() => after.calls[2]).catch(() => undefined)
  await pause(300)
  return [...lines, ...events, ...dialled(after)]
}

const scenes: Readonly<Record<Role, Scene>> = {
  client: clientScene,
  partnerServer: partnerServerScene,
  partnerGateway: (stage) => pass(stage, temporary('alice')),
  primaryGateway: (stage) => pass(stage, temporary('alice')),
  primaryServer: primaryServerScene,
}

describe.each(Object.entries(scenes) as [Role, Scene][])('the defects of the %s in private calls', (role, scene) => {
  let sound: readonly string[] = []
  beforeAll(async () => {
    sound = await play(role, scene)
  })
  const own = rows.filter((row) => row.role === role).map((row) => row.defect)

  test('there are several', () => {
    expect(own.length).toBeGreaterThanOrEqual(5)
    expect(sound.length).toBeGreaterThan(5)
  })

  test.concurrent.each(own)('%s shows', async (name) => {
    expect(await play(role, scene, name)).not.toEqual(sound)
  })

  test('without a defect the scene is always the same', async () => {
    expect(await play(role, scene)).toEqual(sound)
  })
})

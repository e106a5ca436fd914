import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { rel18 } from '#bindings'
import { systemClock } from '#stack/sip'
import { header } from '#wire/sip'
import type { Endpoint } from '#transport'
import { crashPointDefects } from '../../fixtures/defects/crash-point.ts'
import { migrationServiceAuthorizationDefects as rows } from '../../fixtures/defects/migration-service-authorization.ts'
import {
  consecutiveMigrationDefects,
  endlessRedirectionDefects,
  serviceDeauthorizationDefects,
} from '../../fixtures/defects/departure.ts'
import {
  callDisclosureDefects,
  gatewayDisclosureDefects,
  visitorDisclosureDefects,
} from '../../fixtures/defects/disclosure.ts'
import { migrationDuringCommunicationDefects } from '../../fixtures/defects/migration-during-communication.ts'
import {
  affiliationStatusDefects,
  groupCallReceptionDefects,
  migrationDuringGroupCommunicationDefects,
} from '../../fixtures/defects/migration-during-group-communication.ts'
import {
  returnAfterLeavingDefects,
  returnedUserDefects,
  returnToPrimaryDefects,
} from '../../fixtures/defects/return.ts'
import {
  groupCallContinuityDefects,
  privateCallContinuityDefects,
  secondSwitchDefects,
} from '../../fixtures/defects/communication-continuity.ts'
import { privateCallDefects } from '../../fixtures/defects/private-call.ts'
import { addressingDefects, sessionDefects } from '../../fixtures/defects/session.ts'
import { defects, readDefectNames } from './defects.ts'
import type { MigrationRole as Role } from './defects.ts'
import { present } from './information-elements.ts'
import { messagesOfServices } from './service-messages.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { scriptedPeer } from './scripted-peer.world.ts'
import type { Asked, ScriptedPeer, Seen } from './scripted-peer.world.ts'
import { barred, document, freePorts, identities, partner } from './two-mc-systems.world.ts'
import { temporary, token, user } from './two-mc-systems.world.ts'

/** What a role does in one long scene of right and wrong messages, as text to be compared. */
type Scene = (stage: Stage) => Promise<readonly string[]>

interface Stage {
  readonly reference: Reference
  /** On the side of the partner MC system, and on that of the primary one. */
  readonly before: ScriptedPeer
  readonly after: ScriptedPeer
  readonly at: (role: Role) => Endpoint
}

const neighbours: Readonly<Record<Role, readonly [before: Role, after: Role]>> = {
  client: ['primaryGateway', 'partnerServer'],
  partnerServer: ['client', 'partnerGateway'],
  partnerGateway: ['partnerServer', 'primaryGateway'],
  primaryGateway: ['partnerGateway', 'primaryServer'],
  primaryServer: ['client', 'primaryGateway'],
}

async function play(role: Role, scene: Scene, defect?: string): Promise<readonly string[]> {
  const ports = await freePorts()
  const [before, after] = neighbours[role]
  const reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: true, primaryGateway: true }
  expect(await reference.provision(document(ports, topology, 'udp', [role], 250))).toEqual({ ok: true })
  expect(reference.setDefects(defect === undefined ? [] : [defect])).toEqual({ ok: true })
  const peers = await Promise.all([scriptedPeer(ports[before]), scriptedPeer(ports[after])])
  const at = (each: Role): Endpoint => ({ transport: 'udp', address: '127.0.0.1', port: ports[each] })
  try {
    return await scene({ reference, before: peers[0], after: peers[1], at })
  } finally {
    await Promise.all([reference.close(), peers[0].close(), peers[1].close()])
  }
}

const leg = (seen: Seen): string => {
  const asserted = header(seen.message, 'P-Asserted-Identity')
  const callIdHost = seen.callId.split('@')[1]
  return `${seen.name} ${JSON.stringify(seen.ies)} from ${seen.from} ${asserted} ${callIdHost}`
}

const held = (reference: Reference, role: Role, names: readonly string[]): readonly string[] =>
  names.map((name) => {
    const state = role === 'primaryServer' ? 'migrated' : 'serviceAuthorized'
    return `${name} ${JSON.stringify(reference.system().state(role, state, user(name)))}`
  })

const partnerServerScene: Scene = async ({ reference, before, after, at }) => {
  const target = at('partnerServer')
  const to = identities.partnerServer
  let answers = 0
  const respond = (seen: Seen, change: Record<string, string | undefined>): void => {
    const ies = present({ ...seen.ies, result: 'accepted', ...change })
    const options = { target, to, from: identities.partnerGateway, inReplyTo: seen.callId }
    after.send('migration response', ies, { ...options, as: `answer ${(answers += 1)}` })
  }
  const reactions: Readonly<Record<string, (seen: Seen) => void>> = {
    refused: (seen) => respond(seen, { result: 'refused' }),
    silent: () => undefined,
    resultless: (seen) => respond(seen, { result: undefined }),
    malformed: (seen) => respond(seen, { result: 'perhaps' }),
    misnamed: (seen) => respond(seen, { mcServiceId: user('alice') }),
  }
  after.react = (seen) => {
    const name = /^sip:(.*)@/.exec(seen.ies['mcServiceId'] ?? '')?.[1] ?? ''
    const reaction = reactions[name] ?? ((each: Seen) => respond(each, {}))
    reaction(seen)
  }
  const lines: string[] = []
  const ask = async (name: string, claims: object = {}, mcServiceId = user(name)): Promise<Asked> => {
    const credentials = await token({ sub: mcServiceId, mcptt_id: temporary(name), ...claims })
    const ies = { mcServiceId, credentials, temporaryId: temporary(name) }
    const request = 'migration service authorization request'
    return before.send(request, ies, { target, to, from: user(name), as: `${name} ${JSON.stringify(claims)}` })
  }
  const unsolicited = { mcServiceId: user('nobody'), result: 'accepted' }
  const options = { target, to, from: identities.partnerGateway, inReplyTo: 'nothing@peer.example' }
  await after.send('migration response', unsolicited, { ...options, as: 'unsolicited' }).answer
  for (const name of ['alice', 'bob', 'denied', ...Object.keys(reactions)]) {
    lines.push(`${name}: ${await (await ask(name)).answer}`)
  }
  for (const system of [barred, 'unknown.example']) {
    lines.push(`${system}: ${await (await ask('carol', {}, user('carol', system))).answer}`)
  }
  const wrong = [{ sub: user('bob') }, { aud: 'x' }, { expiresIn: -60 }, { forged: true }, { iss: 'x' }, { scope: 'x' }]
  for (const claims of wrong) lines.push(`${JSON.stringify(claims)}: ${await (await ask('carol', claims)).answer}`)
  const bare = { mcServiceId: user('carol') }
  const request = 'migration service authorization request'
  const asked = before.send(request, bare, { target, to, from: user('carol'), as: 'bare' })
  lines.push(`bare: ${await asked.answer}`)
  const repeated = await ask('dave')
  repeated.transaction.retransmit()
  lines.push(`repeated: ${await repeated.answer}`)
  await pause(100)
  return [...lines, ...after.seen.map(leg), ...held(reference, 'partnerServer', ['alice', 'nobody', 'refused'])]
}

const primaryServerScene: Scene = async ({ reference, after, at }) => {
  const options = { target: at('primaryServer'), to: identities.primaryServer, from: identities.primaryGateway }
  const request = 'migration request'
  const lines: string[] = []
  const asked = async (name: string, change: Record<string, string | undefined> = {}): Promise<void> => {
    const ies = present({
      mcServiceId: user(name),
      partnerSystem: partner,
      temporaryId: temporary(name),
      ...change,
    })
    const as = `${name} ${Object.keys(change).join()} ${change['partnerSystem'] ?? ''}`
    lines.push(`${as}: ${await after.send(request, ies, { ...options, as }).answer}`)
  }
  await asked('alice')
  await asked('grounded')
  await asked('stranger')
  await asked('bob', { partnerSystem: barred })
  await asked('bob', { partnerSystem: 'elsewhere.example' })
  await asked('bob', { mcServiceId: undefined })
  const ies = { mcServiceId: user('carol'), partnerSystem: partner }
  const repeated = after.send(request, ies, { ...options, as: 'repeated' })
  repeated.transaction.retransmit()
  lines.push(`repeated: ${await repeated.answer}`)
  await pause(100)
  const states = held(reference, 'primaryServer', ['alice', 'grounded', 'stranger', 'bob', 'carol'])
  return [...lines, ...after.seen.map(leg), ...states]
}

const gatewayScene =
  (role: 'partnerGateway' | 'primaryGateway', from: Role): Scene =>
  async ({ before, after, at }) => {
    const target = at(role)
    const to = identities[role]
    let answers = 0
    after.react = (seen) => {
      const result = seen.ies['mcServiceId'] === user('bob') ? 'refused' : 'accepted'
      const ies = present({ ...seen.ies, result })
      const sender = role === 'partnerGateway' ? identities.primaryGateway : identities.primaryServer
      const options = { target, to, from: sender, inReplyTo: seen.callId }
      after.send('migration response', ies, { ...options, as: `answer ${(answers += 1)}` })
    }
    const lines: string[] = []
    const asked = async (as: string, ies: Record<string, string>, times = 1): Promise<void> => {
      const sent = before.send('migration request', ies, { target, to, from: identities[from], as })
      for (let again = 1; again < times; again += 1) sent.transaction.retransmit()
      lines.push(`${as}: ${await sent.answer}`)
      await pause(50)
    }
    await asked('alice', { mcServiceId: user('alice'), partnerSystem: partner, temporaryId: temporary('alice') })
    await asked('bob', { mcServiceId: user('bob'), partnerSystem: partner })
    await asked('nobody', { partnerSystem: partner })
    await asked('foreign', { mcServiceId: user('alice', 'elsewhere.example'), partnerSystem: partner })
    await asked('repeated', { mcServiceId: user('carol'), partnerSystem: partner }, 2)
    return [...lines, ...after.seen.map(leg), ...before.seen.map(leg)]
  }

const clientScene: Scene = async ({ reference, after, at }) => {
  const towards = { identity: identities.partnerServer, ...at('partnerServer') }
  const lines: string[] = []
  after.react = (seen) => {
    const name = seen.ies['mcServiceId'] ?? ''
    lines.push(...held(reference, 'client', ['alice', 'bob']))
    const binding = messagesOfServices(rel18, {})
      .of('mcptt')
      .response('migration service authorization response', 'publish')
    const parties = { from: identities.partnerServer, to: name, host: 'peer.example' }
    const result = name === user('bob') ? 'refused' : 'accepted'
    return binding.encode({ mcServiceId: name, result }, parties, rel18.values, seen.ies)
  }
  for (const name of ['alice', 'bob']) {
    const ies = { mcServiceId: user(name), temporaryId: temporary(name), credentials: `token of ${name}` }
    await reference.system().stimulate({
      action: 'migration service authorization request',
      service: 'mcptt',
      ies,
      towards,
      alternative: 'publish',
    }).final
    await pause(20)
    lines.push(...held(reference, 'client', ['alice', 'bob']))
  }
  return [...lines, ...after.seen.map((seen) => `${seen.name} ${JSON.stringify(seen.ies)}`)]
}

const scenes: Readonly<Record<Role, Scene>> = {
  client: clientScene,
  partnerServer: partnerServerScene,
  partnerGateway: gatewayScene('partnerGateway', 'partnerServer'),
  primaryGateway: gatewayScene('primaryGateway', 'partnerGateway'),
  primaryServer: primaryServerScene,
}

describe.each(Object.entries(scenes) as [Role, Scene][])('the defects of the %s', (role, scene) => {
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

test('every defect has its row among the fixtures, and every row its defect', () => {
  const named = [
    ...rows,
    ...privateCallDefects,
    ...sessionDefects,
    ...addressingDefects,
    ...serviceDeauthorizationDefects,
    ...consecutiveMigrationDefects,
    ...endlessRedirectionDefects,
    ...returnAfterLeavingDefects,
    ...callDisclosureDefects,
    ...gatewayDisclosureDefects,
    ...visitorDisclosureDefects,
    ...returnToPrimaryDefects,
    ...returnedUserDefects,
    ...migrationDuringCommunicationDefects,
    ...groupCallReceptionDefects,
    ...migrationDuringGroupCommunicationDefects,
    ...groupCallContinuityDefects,
    ...privateCallContinuityDefects,
    ...affiliationStatusDefects,
    ...crashPointDefects,
    ...secondSwitchDefects,
  ].map(({ defect, role }) => `${role} ${defect}`)
  expect(named.toSorted()).toEqual(defects.map(({ name, role }) => `${role} ${name}`).toSorted())
})

test('an unknown name is told with the nearest', () => {
  expect(() => readDefectNames(['temporary-identity-losst'])).toThrow(
    /^no defect is named 'temporary-identity-losst'; the nearest are temporary-identity-lost, /,
  )
})

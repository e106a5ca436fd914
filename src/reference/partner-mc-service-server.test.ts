import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Endpoint } from '#transport'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { systemClock } from '#stack/sip'
import { scriptedPeer } from './scripted-peer.world.ts'
import type { Asked, ScriptedPeer } from './scripted-peer.world.ts'
import { barred, document, freePorts, identities, partner, primary } from './two-mc-systems.world.ts'
import { temporary, token, user } from './two-mc-systems.world.ts'
import type { Ports, TokenClaims } from './two-mc-systems.world.ts'

let reference: Reference
let peer: ScriptedPeer
let target: Endpoint
let ports: Ports

async function provision(migrationResponse?: number): Promise<void> {
  const topology = { partnerGateway: false, primaryGateway: false }
  const outcome = await reference.provision(document(ports, topology, 'udp', ['partnerServer'], migrationResponse))
  expect(outcome).toEqual({ ok: true })
}

beforeEach(async () => {
  ports = await freePorts()
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  await provision()
  peer = await scriptedPeer(ports.primaryServer)
  target = { transport: 'udp', address: '127.0.0.1', port: ports.partnerServer }
})

afterEach(async () => {
  await peer.close()
  await reference.close()
})

const request = 'migration service authorization request'

async function ask(name: string, ies: object = {}, claims: Partial<TokenClaims> = {}, as = name): Promise<Asked> {
  const mcServiceId = user(name)
  const credentials = await token({ sub: mcServiceId, mcptt_id: temporary(name), ...claims })
  const all = { mcServiceId, credentials, temporaryId: temporary(name), ...ies }
  return peer.send(request, all, { target, to: identities.partnerServer, from: user(name), as })
}

const answer = async (...args: Parameters<typeof ask>): Promise<string> => (await ask(...args)).answer

/** The peer, as the primary MC system, answers the migration request it received. */
function respond(to: { callId: string; ies: object }, change: object = {}, inReplyTo = to.callId): Asked {
  const ies = Object.fromEntries(
    Object.entries({ ...to.ies, result: 'accepted', ...change }).filter((entry) => entry[1] !== undefined),
  )
  const options = { target, to: identities.partnerServer, from: identities.primaryServer }
  return peer.send('migration response', ies, {
    ...options,
    inReplyTo,
    as: `response ${peer.seen.length} ${inReplyTo}`,
  })
}

const authorized = (name: string): boolean =>
  reference.system().state('partnerServer', 'serviceAuthorized', user(name)).holds

describe('the partner MC service server', () => {
  test('asks the primary MC system and grants what it accepts', async () => {
    peer.react = (seen) => void respond(seen)
    expect(await answer('alice', { userProfileIndex: '3' })).toBe(`200 accepted ${user('alice')} ${temporary('alice')}`)
    expect(peer.seen.map(({ name, ies, from }) => ({ name, ies, from }))).toEqual([
      {
        name: 'migration request',
        ies: {
          mcServiceId: user('alice'),
          partnerSystem: partner,
          temporaryId: temporary('alice'),
          userProfileIndex: '3',
        },
        from: identities.partnerServer,
      },
    ])
    expect(authorized('alice')).toBe(true)
  })

  test('refuses what the primary MC system refuses, and takes back what it granted before', async () => {
    peer.react = (seen) => void respond(seen)
    await answer('alice')
    peer.react = (seen) => void respond(seen, { result: 'refused' })
    expect(await answer('alice', {}, {}, 'once more')).toMatch(/^403 refused .*100 function not allowed due to user/)
    expect(authorized('alice')).toBe(false)
  })

  test.each<[string, string, Partial<TokenClaims>, object, RegExp]>([
    ['a token of another user', 'alice', { sub: user('bob') }, {}, /^403 .*101/],
    ['a token for another audience', 'alice', { aud: 'somebody' }, {}, /^403 .*101/],
    ['a token that expired 31 seconds ago', 'alice', { expiresIn: -31 }, {}, /^403 .*101/],
    ['a token of another issuer', 'alice', { iss: 'https://idm.primary.example' }, {}, /^403 .*101/],
    ['a token without the scope', 'alice', { scope: '3gpp:mc:video_service' }, {}, /^403 .*101/],
    ['a forged token', 'alice', { forged: true }, {}, /^403 .*101/],
    ['no token', 'alice', {}, { credentials: undefined }, /^403 .*101/],
    ['what is no token', 'alice', {}, { credentials: 'a.b.c' }, /^403 .*101/],
    ['another temporary identity than that of the token', 'alice', {}, { temporaryId: temporary('bob') }, /^403 .*101/],
    ['no MC service ID', 'alice', {}, { mcServiceId: undefined }, /^403 .*101/],
    ['a malformed MC service ID', 'alice', {}, { mcServiceId: 'sip:al ice@' }, /^403 .*101/],
    ['a malformed profile index', 'alice', {}, { userProfileIndex: '-1' }, /^403 .*101/],
    ['a user it denies', 'denied', {}, {}, /^403 .*100 function not allowed due to user authorisation/],
  ])('refuses %s and asks nobody', async (_title, name, claims, ies, expected) => {
    const given = Object.fromEntries(Object.entries(ies).filter((entry) => entry[1] !== undefined))
    const mcServiceId = user(name)
    const credentials = await token({ sub: mcServiceId, mcptt_id: temporary(name), ...claims })
    const all: Record<string, string> = { mcServiceId, credentials, ...given }
    for (const [key, value] of Object.entries(ies)) if (value === undefined) delete all[key]
    const asked = peer.send(request, all, { target, to: identities.partnerServer, from: mcServiceId, as: 'one' })
    expect(await asked.answer).toMatch(expected)
    expect(peer.seen).toEqual([])
    expect(authorized(name)).toBe(false)
  })

  test('takes a token that expired within the leeway of 30 seconds', async () => {
    peer.react = (seen) => void respond(seen)
    expect(await answer('alice', {}, { expiresIn: -29 })).toMatch(/^200/)
  })

  test.each([
    ['a system it does not take users from', barred, /^403 .*100 function not allowed due to local policy/],
    ['a system it does not know', 'unknown.example', /^404/],
    ['a system with the name of a property', 'constructor', /^404/],
  ])('refuses a user of %s', async (_title, system, expected) => {
    const mcServiceId = user('alice', system)
    expect(await answer('alice', { mcServiceId }, { sub: mcServiceId })).toMatch(expected)
    expect(peer.seen).toEqual([])
  })

  test('refuses when the primary MC system is silent, and does not believe it later', async () => {
    await provision(100)
    expect(await answer('alice')).toMatch(/^480/)
    const [late] = peer.seen
    expect(late).toBeDefined()
    if (late !== undefined) expect(await respond(late).answer).toMatch(/^403/)
    expect(authorized('alice')).toBe(false)
  })

  test('passes on the reason of a gateway server that refuses', async () => {
    const warning = '399 gateway.inside.example "179 service not authorized with the interconnected system"'
    peer.react = () => ({ status: 403, reason: 'Forbidden', headers: [['Warning', warning]] })
    const refused = await answer('alice')
    expect(refused).toMatch(/^403 .*179 service not authorized with the interconnected system/)
    expect(refused).not.toContain('gateway.inside.example')
  })

  test.each<[string, object, string | undefined]>([
    ['no result', { result: undefined }, undefined],
    ['a result that cannot be read', { result: 'perhaps' }, undefined],
    ['another user', { mcServiceId: user('bob') }, undefined],
    ['another temporary identity', { temporaryId: temporary('bob') }, undefined],
    ['another request', {}, 'nothing@peer.example'],
  ])('is not moved by a migration response with %s', async (_title, change, inReplyTo) => {
    await provision(300)
    const answers: Promise<string>[] = []
    peer.react = (seen) => void answers.push(respond(seen, change, inReplyTo).answer)
    expect(await answer('alice')).toMatch(/^480/)
    expect(await answers[0]).toMatch(/^40[03]/)
    expect(authorized('alice')).toBe(false)
    expect(authorized('bob')).toBe(false)
  })

  test('absorbs retransmissions before and after its answer', async () => {
    let count = 0
    peer.react = (seen) => {
      if (seen.name === 'migration request') count += 1
    }
    const asked = await ask('alice')
    await expect.poll(() => count).toBe(1)
    asked.transaction.retransmit()
    const [seen] = peer.seen
    if (seen !== undefined) await respond(seen).answer
    expect(await asked.answer).toMatch(/^200/)
    asked.transaction.retransmit()
    const again = await ask('bob')
    await expect.poll(() => peer.seen.length).toBe(2)
    expect(peer.seen.map(({ ies }) => ies['mcServiceId'])).toEqual([user('alice'), user('bob')])
    const [, second] = peer.seen
    if (second !== undefined) await respond(second).answer
    expect(await again.answer).toMatch(/^200/)
  })

  test('serves a second authorization of a user while the first is pending', async () => {
    const first = await ask('alice', {}, {}, 'first')
    const second = await ask('alice', {}, {}, 'second')
    await expect.poll(() => peer.seen.length).toBe(2)
    await Promise.all(peer.seen.map((seen) => respond(seen).answer))
    expect(await first.answer).toMatch(/^200/)
    expect(await second.answer).toMatch(/^200/)
    expect(new Set(peer.seen.map((seen) => seen.callId)).size).toBe(2)
  })

  test('serves on after octets that are no SIP', async () => {
    const garbage = ['', '\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', `PUBLISH ${'x'.repeat(20_000)}`, '\0'.repeat(512)]
    const socket = createSocket('udp4')
    for (const text of garbage) {
      await new Promise((resolve) => socket.send(Buffer.from(text), target.port, target.address, resolve))
    }
    socket.close()
    const stream = connect(target.port, target.address)
    stream.on('error', () => undefined)
    await new Promise((resolve) =>
      stream.write('MESSAGE sip:a SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n', resolve),
    )
    const body = new TextEncoder().encode('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    const headers = [['Content-Type', 'application/vnd.3gpp.mcptt-info+xml']] as const
    const parties = { requestUri: identities.partnerServer, from: user('alice'), to: identities.partnerServer }
    const sent = peer.request({ method: 'MESSAGE', ...parties, headers, body }, target, 'no message of the profile')
    expect(await sent.final).toMatchObject({ message: { startLine: { status: 400 } } })
    const other = peer.request({ method: 'INFO', ...parties, headers: [] }, target, 'other method')
    expect(await other.final).toMatchObject({ message: { startLine: { status: 405 } } })
    peer.react = (seen) => void respond(seen)
    expect(await answer('alice')).toMatch(/^200/)
    stream.destroy()
  })

  test('makes the same octets of the same stimuli, whatever else is under way', async () => {
    const octetsOf = (name: string): string | undefined => {
      const seen = peer.seen.find((each) => each.ies['mcServiceId'] === user(name))
      return seen === undefined ? undefined : Buffer.from(seen.message.octets).toString()
    }
    peer.react = (seen) => void respond(seen)
    await answer('alice')
    await answer('bob')
    const before = [octetsOf('alice'), octetsOf('bob')]
    expect(before[0]).toContain(primary)
    await provision()
    const { port } = peer
    peer.seen.length = 0
    await peer.close()
    peer = await scriptedPeer(port)
    peer.react = (seen) => void respond(seen)
    await Promise.all([answer('bob'), answer('alice')])
    expect([octetsOf('alice'), octetsOf('bob')]).toEqual(before)
  })
})

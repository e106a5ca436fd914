import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { scriptedPeer } from './scripted-peer.world.ts'
import type { ScriptedPeer } from './scripted-peer.world.ts'
import { barred, document, freePorts, identities, partner, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

let reference: Reference
let peer: ScriptedPeer
let ports: Ports

beforeEach(async () => {
  ports = await freePorts()
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: false, primaryGateway: false }
  expect(await reference.provision(document(ports, topology, 'udp', ['primaryServer']))).toEqual({ ok: true })
  peer = await scriptedPeer(ports.partnerServer)
})
afterEach(() => Promise.all([reference.close(), peer.close()]))

const ask = (ies: Record<string, string>, as = 'one') => {
  const target = { transport: 'udp', address: '127.0.0.1', port: ports.primaryServer } as const
  return peer.send('migration request', ies, {
    target,
    to: identities.primaryServer,
    from: identities.partnerServer,
    as,
  })
}

const state = (name: string) => reference.system().state('primaryServer', 'migrated', user(name))
const not = { known: true, holds: false, values: {} }

describe('the primary MC service server', () => {
  test('records where a user migrated to, and says so', async () => {
    const temporaryId = temporary('alice')
    expect(await ask({ mcServiceId: user('alice'), partnerSystem: partner, temporaryId }).answer).toBe('200')
    await expect.poll(() => peer.seen.length).toBe(1)
    expect(peer.seen[0]).toMatchObject({
      name: 'migration response',
      ies: { mcServiceId: user('alice'), result: 'accepted', temporaryId },
    })
    expect(Buffer.from(peer.seen[0]?.message.octets ?? []).toString()).toContain('In-Reply-To: one@peer.example\r\n')
    expect(state('alice')).toEqual({ known: true, holds: true, values: { partnerSystem: partner, temporaryId } })
    expect(state('ALICE')).toEqual(not)
  })

  test.each([
    ['a user who may not migrate', 'grounded', partner],
    ['a user it does not know', 'stranger', partner],
    ['a partner MC system that is not permitted', 'alice', barred],
  ])('refuses %s in its migration response and records nothing', async (_title, name, partnerSystem) => {
    expect(await ask({ mcServiceId: user(name), partnerSystem }).answer).toBe('200')
    await expect.poll(() => peer.seen.length).toBe(1)
    expect(peer.seen[0]?.ies).toEqual({ mcServiceId: user(name), result: 'refused' })
    expect(state(name)).toEqual(not)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['no user', { partnerSystem: partner }, /^400/],
    ['no partner MC system', { mcServiceId: user('alice') }, /^400/],
    [
      'a malformed temporary identity',
      { mcServiceId: user('alice'), partnerSystem: partner, temporaryId: 'x' },
      /^400/,
    ],
    ['an unknown partner MC system', { mcServiceId: user('alice'), partnerSystem: 'elsewhere.example' }, /^403/],
  ])('refuses a migration request with %s at once', async (_title, ies, expected) => {
    expect(await ask(ies).answer).toMatch(expected)
    expect(state('alice')).toEqual(not)
    await ask({ mcServiceId: user('bob'), partnerSystem: partner }, 'sound').answer
    await expect.poll(() => peer.seen.map((seen) => seen.ies['mcServiceId'])).toEqual([user('bob')])
  })

  test('the newest migration counts, and a refused one changes nothing', async () => {
    await ask({ mcServiceId: user('alice'), partnerSystem: partner, temporaryId: temporary('old') }, 'a').answer
    await ask({ mcServiceId: user('alice'), partnerSystem: partner, temporaryId: temporary('new') }, 'b').answer
    await ask({ mcServiceId: user('alice'), partnerSystem: barred }, 'c').answer
    expect(state('alice').values).toEqual({ partnerSystem: partner, temporaryId: temporary('new') })
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rel18 } from '#bindings'
import type { IeValues } from '#bindings'
import { systemClock } from '#stack/sip'
import { messagesOfServices } from './service-messages.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { scriptedPeer } from './scripted-peer.world.ts'
import type { ScriptedPeer, Seen } from './scripted-peer.world.ts'
import { document, freePorts, identities, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

let reference: Reference
let peer: ScriptedPeer
let ports: Ports

beforeEach(async () => {
  ports = await freePorts()
  reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  const topology = { partnerGateway: false, primaryGateway: false }
  expect(await reference.provision(document(ports, topology, 'tcp', ['client']))).toEqual({ ok: true })
  peer = await scriptedPeer(ports.partnerServer)
})
afterEach(() => Promise.all([reference.close(), peer.close()]))

const ies = {
  mcServiceId: user('alice'),
  credentials: 'a.b.c',
  temporaryId: temporary('alice'),
  userProfileIndex: '4',
}
const state = (name = 'alice') => reference.system().state('client', 'serviceAuthorized', user(name))
const answer = (seen: Seen, said: IeValues) => {
  const binding = messagesOfServices(rel18, {})
    .of('mcptt')
    .response('migration service authorization response', 'register')
  const parties = { from: identities.partnerServer, to: user('alice'), host: 'peer.example' }
  return binding.encode(said, parties, rel18.values, seen.ies)
}
const stimulate = (given: IeValues = ies) => {
  const address = { transport: 'tcp', address: '127.0.0.1', port: ports.partnerServer } as const
  const towards = { identity: identities.partnerServer, ...address }
  return reference.system().stimulate({
    action: 'migration service authorization request',
    service: 'mcptt',
    ies: given,
    towards,
    alternative: 'register',
    callId: 'one@device.example',
  })
}

describe('the MC service client', () => {
  test('sends what it is given and holds what it is granted', async () => {
    const before: unknown[] = []
    peer.react = (seen) => {
      before.push(state().holds)
      return answer(seen, { mcServiceId: user('alice'), result: 'accepted', temporaryId: temporary('alice') })
    }
    await stimulate().final
    expect(peer.seen).toMatchObject([
      { name: 'migration service authorization request', ies, callId: 'one@device.example' },
    ])
    expect(before).toEqual([false])
    const values = { temporaryId: temporary('alice') }
    await expect.poll(() => state()).toEqual({ known: true, holds: true, values })
  })

  test.each<[string, IeValues]>([
    ['a refusal', { mcServiceId: user('alice'), result: 'refused' }],
    ['a grant for another user', { mcServiceId: user('bob'), result: 'accepted' }],
  ])('is not authorized by %s, and is no longer', async (_title, said) => {
    peer.react = (seen) => answer(seen, { mcServiceId: user('alice'), result: 'accepted' })
    await stimulate().final
    await expect.poll(() => state().holds).toBe(true)
    peer.react = (seen) => answer(seen, said)
    await stimulate().final
    await expect.poll(() => state().holds).toBe(false)
    expect(state('bob').holds).toBe(false)
  })

  test('is not authorized where nobody listens', async () => {
    await peer.close()
    expect(await stimulate().final).toMatchObject({ kind: 'transport-error' })
    expect(state().holds).toBe(false)
    peer = await scriptedPeer(ports.partnerServer)
  })

  test('sends incomplete elements as they are', async () => {
    await stimulate({ temporaryId: temporary('alice') }).final
    expect(peer.seen.map((seen) => seen.ies)).toEqual([{ temporaryId: temporary('alice') }])
  })
})

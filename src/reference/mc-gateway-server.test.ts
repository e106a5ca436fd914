import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import type { TransportName } from '#transport'
import type { MigrationRole as Role } from './defects.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { scriptedPeer } from './scripted-peer.world.ts'
import type { ScriptedPeer } from './scripted-peer.world.ts'
import { document, freePorts, identities, partner, temporary, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

type Side = 'partnerGateway' | 'primaryGateway'

const neighbours: Readonly<Record<Side, readonly [sender: Role, receiver: Role]>> = {
  partnerGateway: ['partnerServer', 'primaryGateway'],
  primaryGateway: ['partnerGateway', 'primaryServer'],
}

const cases = (['partnerGateway', 'primaryGateway'] as const).flatMap((role) =>
  (['udp', 'tcp'] as const).map((transport) => ({ role, transport })),
)

describe.each(cases)('the $role over $transport', ({ role, transport }) => {
  const [sender, receiver] = neighbours[role]
  let reference: Reference
  let ports: Ports
  let from: ScriptedPeer
  let to: ScriptedPeer

  beforeEach(async () => {
    ports = await freePorts()
    reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
    await provision()
    from = await scriptedPeer(ports[sender])
    to = await scriptedPeer(ports[receiver])
  })
  afterEach(() => Promise.all([reference.close(), from.close(), to.close()]))

  async function provision(refusedSystems: string[] = []): Promise<void> {
    const written = document(ports, { partnerGateway: true, primaryGateway: true }, transport, [role])
    const functions = written.functions.map((each) => ('refusedSystems' in each ? each : { ...each, refusedSystems }))
    expect(await reference.provision({ ...written, functions })).toEqual({ ok: true })
  }

  const target = () => ({ transport: transport satisfies TransportName, address: '127.0.0.1', port: ports[role] })
  const ask = (ies: Record<string, string>, as = 'one') =>
    from.send('migration request', ies, { target: target(), to: identities[role], from: identities[sender], as })
  const respond = (inReplyTo: string, ies: Record<string, string>, as = 'answer') => {
    const options = { target: target(), to: identities[role], from: identities[receiver], inReplyTo, as }
    return to.send('migration response', ies, options)
  }
  const alice = { mcServiceId: user('alice'), partnerSystem: partner, temporaryId: temporary('alice') }

  test('forwards request and response and shows nothing of where they came from', async () => {
    expect(await ask({ ...alice, userProfileIndex: '2' }).answer).toBe('200')
    const [request] = to.seen
    expect(request).toMatchObject({ ies: { ...alice, userProfileIndex: '2' }, from: identities[role] })
    const { temporaryId } = alice
    const answered = respond(request?.callId ?? '', { mcServiceId: user('alice'), result: 'refused', temporaryId })
    expect(await answered.answer).toBe('200')
    const [response] = from.seen
    expect(response).toMatchObject({
      ies: { mcServiceId: user('alice'), result: 'refused', temporaryId },
      from: identities[role],
    })
    expect(Buffer.from(response?.message.octets ?? []).toString()).toContain('In-Reply-To: one@peer.example\r\n')
    for (const [seen, hidden] of [
      [request, sender],
      [response, receiver],
    ] as const) {
      const text = Buffer.from(seen?.message.octets ?? []).toString()
      expect(text).toContain(identities[role])
      expect(text).not.toContain(identities[hidden])
      expect(text).not.toContain(`:${ports[hidden]}`)
    }
    expect(Buffer.from(request?.message.octets ?? []).toString()).not.toContain('peer.example')
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['without an MC service ID', { partnerSystem: partner }, /^400/],
    ['with a malformed MC service ID', { ...alice, mcServiceId: 'alice' }, /^400/],
    ['with a malformed temporary identity', { ...alice, temporaryId: 'sip:' }, /^400/],
    ['for a user of another MC system', { ...alice, mcServiceId: user('alice', 'elsewhere.example') }, /^404/],
  ])('refuses a migration request %s', async (_title, ies, expected) => {
    expect(await ask(ies).answer).toMatch(expected)
    expect(to.seen).toEqual([])
  })

  test('refuses by policy with warning 179', async () => {
    await provision([role === 'partnerGateway' ? 'primary.example' : partner])
    expect(await ask(alice).answer).toMatch(/^403 .*"179 service not authorized with the interconnected system"$/)
    expect(to.seen).toEqual([])
  })

  test('passes a refusal on in its own words', async () => {
    const warning = '399 secret.inside.example "100 function not allowed due to access policy"'
    to.react = () => ({ status: 403, reason: 'Forbidden', headers: [['Warning', warning]] })
    const answer = await ask(alice).answer
    expect(answer).toMatch(/^403 .*"100 function not allowed due to access policy"$/)
    expect(answer).not.toContain('secret.inside.example')
  })

  test('takes no migration response but the one that is due', async () => {
    await ask(alice).answer
    const due = to.seen[0]?.callId ?? ''
    const accepted = { mcServiceId: user('alice'), result: 'accepted' }
    expect(await respond('nothing@peer.example', accepted, 'a').answer).toMatch(/^403/)
    expect(await respond(due, { ...accepted, mcServiceId: user('bob') }, 'b').answer).toMatch(/^403/)
    expect(await respond(due, { mcServiceId: user('alice') }, 'c').answer).toMatch(/^400/)
    expect(await respond(due, accepted, 'd').answer).toBe('200')
    expect(await respond(due, accepted, 'e').answer).toMatch(/^403/)
    expect(from.seen.map((seen) => seen.ies)).toEqual([accepted])
  })

  test('forwards a repeated request once', async () => {
    const asked = ask(alice)
    asked.transaction.retransmit()
    await asked.answer
    asked.transaction.retransmit()
    await ask({ ...alice, mcServiceId: user('bob') }, 'two').answer
    expect(to.seen.map((seen) => seen.ies['mcServiceId'])).toEqual([user('alice'), user('bob')])
  })
})

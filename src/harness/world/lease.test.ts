import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { carriedAt, messageSteps } from '#derive'
import { nameOfTerm } from '#flow'
import { describe, expect, test } from 'vitest'
import type { PlannedCase } from '../case-plan.ts'
import { partnerServer, plannedFor, primaryServer } from '../example-configuration.testing.ts'
import { publicKeySet } from './access-token.ts'
import { leaseOf } from './lease.ts'
import { userOf, type Slot } from './world-user.ts'

const all = plannedFor(primaryServer, partnerServer)
const scope = '3gpp:mc:ptt_service'
const find = (role: string, name: string): PlannedCase => {
  const found = all.find(({ id }) => id === `migration/service-authorization@${role}/${name}`)
  if (!found) throw new Error(`no case ${name} of the ${role}`)
  return found
}
const slots: readonly Slot[] = ['body', 'second', 'preamble', 'postamble']

describe('users of the world', () => {
  test('are the same for the same seed, whatever else is planned', () => {
    const alone = plannedFor({ ...primaryServer, transports: ['udp'] })
    // What is played in one place for each variation is played in another place where there are fewer.
    const both = alone.flatMap((one) => all.filter(({ id }) => id === one.id).map((same) => ({ one, same })))
    expect(both.length).toBeGreaterThan(100)
    for (const { one, same } of both) {
      for (const slot of slots) expect(userOf(one, slot, 7)).toEqual(userOf(same, slot, 7))
    }
  })

  test('are others for another seed', () => {
    for (const one of all.slice(0, 50)) {
      expect(userOf(one, 'body', 1).mcServiceId).not.toBe(userOf(one, 'body', 2).mcServiceId)
      expect(userOf(one, 'body', 1).temporaryId).not.toBe(userOf(one, 'body', 2).temporaryId)
    }
  })

  test('no two cases share one, nor two slots of a case: what arrives is told apart by identity', () => {
    const owners = new Map<string, string>()
    for (const one of all)
      for (const slot of slots) {
        const { mcServiceId, temporaryId } = userOf(one, slot, 1)
        // The preamble is played once for cases that see the same system in the same way.
        const owner = slot === 'preamble' ? `preamble of ${one.group}` : `${slot} of ${one.id}`
        for (const identity of [mcServiceId, temporaryId]) {
          expect(owners.get(identity) ?? owner).toBe(owner)
          owners.set(identity, owner)
        }
      }
    expect(owners.size).toBeGreaterThan(all.length * 4)
  })

  test('only the user of a case about a user who may not migrate is refused', () => {
    for (const one of all) {
      const { variation } = one.derived
      const own = variation.kind === 'deny' && variation.way === 'thisUser'
      const { refused, caller } = userOf(one, 'body', 1)
      expect(refused !== caller.refused, one.id).toBe(own)
      for (const slot of ['second', 'preamble', 'postamble'] as const) expect(userOf(one, slot, 1).refused).toBe(false)
    }
  })

  test('a system whose users are fixed gets no others', () => {
    const users = { permitted: ['sip:one@a.example', 'sip:two@a.example'], refused: ['sip:three@a.example'] }
    const fixed = plannedFor({ ...primaryServer, users })
    const given = (refused: boolean): ReadonlySet<string> =>
      new Set(
        fixed
          .map((one) => userOf(one, 'body', 1))
          .filter((user) => user.refused === refused)
          .map((user) => user.mcServiceId),
      )
    expect(given(false)).toEqual(new Set(users.permitted))
    expect(given(true)).toEqual(new Set(users.refused))
  })
})

describe('a lease', () => {
  test('is the same for the same seed, to the last octet of its token', async () => {
    for (const one of [find('partnerServer', 'as-written#no-gateways,publish,udp'), ...all.slice(0, 5)]) {
      const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => leaseOf(one, 'body', seed, scope)))
      expect(again?.values).toEqual(first?.values)
      expect(other?.values['credentials']).not.toBe(first?.values['credentials'])
    }
  })

  test('has a value for each term, but for what does not exist in its world', async () => {
    const { values } = await leaseOf(find('partnerServer', 'as-written#no-gateways,publish,udp'), 'body', 1, scope)
    for (const term of ['credentials', 'mcServiceId', 'partnerSystem', 'temporaryId', 'userProfileIndex'])
      expect(values).toHaveProperty(term)
    const without = find('partnerServer', 'unless:temporaryIdentityAllocated#no-gateways,publish,udp')
    expect((await leaseOf(without, 'body', 1, scope)).values).not.toHaveProperty('temporaryId')
    // Around the case the world is as usual.
    expect((await leaseOf(without, 'body', 1, scope)).values['partnerSystem']).toBe('b.example')
  })

  test('compares identities as URIs, domains without case, everything else as written', async () => {
    const { same } = await leaseOf(find('primaryServer', 'as-written#no-gateways,udp'), 'body', 1, scope)
    expect(same('mcServiceId', 'sip:user@A.example', 'sip:user@a.EXAMPLE')).toBe(true)
    expect(same('mcServiceId', 'sip:User@a.example', 'sip:user@a.example')).toBe(false)
    expect(same('systemId', 'B.example', 'b.example')).toBe(true)
    expect(same('profileIndex', '02', '2')).toBe(true)
    expect(same('profileIndex', '2', 'two')).toBe(false)
    expect(same('result', 'accepted', 'Accepted')).toBe(false)
    expect(same('credentials', 'a.b.c', 'a.b.C')).toBe(false)
  })

  test('no wrong value is the right one, and each is the same for the same seed', async () => {
    const flawed = all.filter(({ derived }) => 'flaw' in derived.variation)
    expect(flawed.length).toBeGreaterThan(100)
    for (const one of flawed) {
      const { variation, flow } = one.derived
      if (!('flaw' in variation)) continue
      const step = messageSteps(flow).find((said) => said.step === variation.step)
      const kind = step?.act.message.ies[variation.ie]?.kind
      if (!kind) throw new Error(one.id)
      const term = nameOfTerm(carriedAt(flow, step)[variation.ie] ?? { kind, literal: variation.ie })
      const [lease, again] = await Promise.all([leaseOf(one, 'body', 1, scope), leaseOf(one, 'body', 1, scope)])
      const wrong = lease.flawed(term, kind, variation.flaw)
      expect(wrong, one.id).not.toBe('')
      expect(again.flawed(term, kind, variation.flaw)).toBe(wrong)
      const right = lease.values[term] ?? 'accepted'
      expect(lease.same(kind, right, wrong), one.id).toBe(false)
    }
  })
})

describe('access tokens', () => {
  const keys = createLocalJWKSet(publicKeySet)
  const name = (flaw: string): string => `1~foreign:credentials.${flaw}#no-gateways,publish,udp`
  const expected = { issuer: 'https://idms.b.example', audience: 'mc-server.b.example' }
  const wrongToken = async (flaw: string): Promise<string> =>
    (await leaseOf(find('partnerServer', name(flaw)), 'body', 1, scope)).flawed('credentials', 'credentials', flaw)

  test('verify with the provisioned key and name the user of the case', async () => {
    const planned = find('partnerServer', 'as-written#no-gateways,publish,udp')
    const { values } = await leaseOf(planned, 'body', 1, scope)
    const { payload } = await jwtVerify(values['credentials'] ?? '', keys, { ...expected, algorithms: ['RS256'] })
    expect(payload).toMatchObject({ sub: values['mcServiceId'], mcptt_id: values['temporaryId'], scope })
  })

  test.each([
    ['otherAudience', /"aud" claim/],
    ['otherIssuer', /"iss" claim/],
    ['expired', /"exp" claim/],
    ['forged', /signature verification failed/],
    ['unsigned', /./],
  ])('%s is refused by who looks', async (flaw, why) => {
    await expect(jwtVerify(await wrongToken(flaw), keys, { ...expected, algorithms: ['RS256'] })).rejects.toThrow(why)
  })

  test('each wrong one is wrong in its one way alone', async () => {
    const { values } = await leaseOf(find('partnerServer', name('expired')), 'body', 1, scope)
    const right = decodeJwt(values['credentials'] ?? '')
    for (const [flaw, claim] of [
      ['otherAudience', 'aud'],
      ['otherIssuer', 'iss'],
      ['otherService', 'scope'],
      ['expired', 'exp'],
    ] as const) {
      const wrong = decodeJwt(await wrongToken(flaw))
      const planned = await leaseOf(find('partnerServer', name(flaw)), 'body', 1, scope)
      const own = decodeJwt(planned.values['credentials'] ?? '')
      expect(wrong[claim]).not.toEqual(right[claim])
      expect({ ...wrong, [claim]: own[claim] }).toEqual(own)
    }
  })
})

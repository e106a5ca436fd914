import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageSteps, nameOf } from '#derive'
import { planCases, type PlannedCase } from './case-plan.ts'
import { matcher, select } from './selection.ts'
import { configurationOf, partnerServer, plannedFor, primaryServer } from './example-configuration.testing.ts'
import { flows } from './flows.ts'
import { checkConfiguration } from './read-configuration.ts'
import { entityOf } from './world/functional-entity.ts'
import { userOf } from './world/world-user.ts'

const all = plannedFor(primaryServer, partnerServer)
const migrations = (cases: readonly PlannedCase[]): readonly PlannedCase[] =>
  cases.filter(({ derived }) => derived.flow.id === 'migration/service-authorization')
const played = (cases: readonly PlannedCase[]): readonly PlannedCase[] =>
  cases.filter((one) => one.excluded === undefined)
const excluded = (cases: readonly PlannedCase[], reason: RegExp): readonly PlannedCase[] =>
  cases.filter((one) => reason.test(one.excluded ?? ''))

describe('matcher', () => {
  test.each([
    ['migration/*', 'migration/service-authorization@primaryServer/as-written#no-gateways,udp', true],
    ['*@primaryServer/*', 'migration/service-authorization@primaryServer/as-written#no-gateways,udp', true],
    ['*@partnerServer/*', 'migration/service-authorization@primaryServer/as-written#no-gateways,udp', false],
    ['*,udp', 'x#no-gateways,udp', true],
    ['*,udp', 'x#no-gateways,udpx', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['a*b*a', 'aba', true],
    ['', '', true],
    ['', 'x', false],
    ['*', '', true],
    ['**', 'x', true],
    ['a.b', 'axb', false],
    ['(a|b)+', '(a|b)+', true],
  ])('%s on %s: %s', (glob, id, expected) => {
    expect(matcher(glob)(id)).toBe(expected)
  })

  test('is what the regular expression would be, for any text', () => {
    const piece = fc.constantFrom('a', 'b', '*', '.', '+', '(', '/')
    const words = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        words,
        words.map((text) => text.replaceAll('*', 'a')),
        (glob, id) => {
          const pattern = glob
            .split('*')
            .map((part) => part.replaceAll(/[.+()/]/g, String.raw`\$&`))
            .join('[^]*')
          expect(matcher(glob)(id)).toBe(new RegExp(`^${pattern}$`).test(id))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('many asterisks cost no time', () => {
    expect(matcher(`${'a*'.repeat(40)}b`)('a'.repeat(5000))).toBe(false)
  })
})

describe('planCases', () => {
  test('ids are unique and name every axis', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    for (const { id, transport, derived, service } of all) {
      expect(id.endsWith(`,${transport}`)).toBe(true)
      const axes = id.slice(id.indexOf('#') + 1).split(',')
      expect(axes).toContain(derived.variant)
      expect(axes.includes(service)).toBe(Object.keys(derived.flow.services).length > 1)
    }
  })

  test('every variation is played in every MC service of its flow, in the first of them everywhere', () => {
    const calls = all.filter(({ derived }) => derived.flow.id === 'redirection/private-call')
    const variations = (service: string) =>
      new Set(calls.filter((one) => one.service === service).map(({ derived }) => nameOf(derived.variation)))
    const mcptt = variations('mcptt')
    for (const name of variations('mcvideo')) expect(mcptt).toContain(name)
    const places = (service: string, name: string): number =>
      calls.filter((one) => one.service === service && nameOf(one.derived.variation) === name).length
    expect(places('mcptt', '1~omit:calledParty')).toBe(8)
    expect(places('mcvideo', '1~omit:calledParty')).toBe(1)
    expect(places('mcvideo', 'as-written')).toBe(places('mcptt', 'as-written'))
  })

  test('two systems under test in the same role have cases and users of their own', () => {
    const builds = [primaryServer, { ...primaryServer, name: 'next build', port: 5061 }]
    const both = plannedFor(...builds)
    expect(new Set(both.map(({ id }) => id)).size).toBe(both.length)
    expect(both.filter(({ id }) => id.endsWith(',next-build'))).toHaveLength(both.length / 2)
    const users = both.map((one) => userOf(one, 'body', 1).mcServiceId)
    expect(new Set(users).size).toBe(users.length)
  })

  test('who is alone in its role needs no name in its ids', () => {
    for (const { id } of all) expect(id).not.toMatch(/build/)
  })

  test('positives come before negatives', () => {
    const kinds = all.map(({ tags }) => (tags.includes('positive') ? 0 : 1))
    expect(kinds).toEqual(kinds.toSorted((a, b) => a - b))
    expect(new Set(kinds).size).toBe(2)
  })

  test('an alternative is an axis only where it makes a difference', () => {
    const ids = (role: string): readonly string[] =>
      migrations(all)
        .filter(({ derived }) => derived.sut.includes(role))
        .map(({ id }) => id)
    for (const id of ids('partnerServer')) expect(id).toMatch(/,(publish|register),(udp|tcp)$/)
    for (const id of ids('primaryServer')) expect(id).not.toMatch(/publish|register/)
  })

  test('the configuration narrows transports, variants and alternatives', () => {
    const few = plannedFor({
      ...partnerServer,
      transports: ['tcp'],
      variants: ['no-gateways'],
      alternatives: ['register'],
    })
    expect(few.length).toBeGreaterThan(20)
    for (const { id } of migrations(few)) expect(id).toMatch(/#no-gateways,register,tcp$/)
    for (const { id } of few) expect(id).toMatch(/no-gateways,.*tcp$/)
  })

  test('several roles of one system under test are one', () => {
    const both = plannedFor({ ...partnerServer, roles: ['partnerGateway', 'partnerServer'] })
    expect(both.length).toBeGreaterThan(0)
    for (const { id } of migrations(both)) expect(id).toContain('@partnerServer+partnerGateway/')
    const withGateway = both.filter(({ derived }) => 'partnerGateway' in derived.flow.actors)
    for (const one of withGateway)
      expect(one.derived.sut.map(entityOf).toSorted()).toEqual(['partnerGateway', 'partnerServer'])
  })

  test('who takes part twice is one of the two at a time', () => {
    const clients = plannedFor({ ...primaryServer, roles: ['client'], control: { stimulate: ['set-it-going'] } })
    const roles = new Set(clients.map(({ derived }) => derived.sut.join('+')))
    expect([...roles].toSorted()).toEqual(['calledClient', 'callingClient', 'client'])
  })
})

describe('what is not played says why', () => {
  test('retransmissions over a reliable transport', () => {
    const reliable = excluded(all, /no retransmissions \(RFC 3261 17\.2\.2\)/)
    expect(reliable.length).toBeGreaterThan(0)
    for (const { transport, tags } of reliable) expect([transport, tags.includes('twice')]).toEqual(['tcp', true])
  })

  test('a system that speaks first and cannot be set going', () => {
    const client = { ...primaryServer, roles: ['client' as const] }
    expect(new Set(played(plannedFor(client)).map(({ derived }) => derived.sut.join()))).toEqual(
      new Set(['calledClient']),
    )
    expect(excluded(plannedFor(client), /no control adapter to set it going/).length).toBeGreaterThan(0)
    expect(played(plannedFor({ ...client, control: { stimulate: ['set-it-going'] } })).length).toBeGreaterThan(0)
  })

  test('what the conformance statement does not claim', () => {
    const none = plannedFor({ ...partnerServer, ics: { temporaryIdentity: false, userProfileIndex: false } })
    for (const { derived } of played(none)) {
      expect(derived.world.conditions).toMatchObject({ temporaryIdentityAllocated: false })
      if ('ie' in derived.variation) expect(['temporaryId', 'userProfileIndex']).not.toContain(derived.variation.ie)
    }
    expect(excluded(none, /claims no temporary identities/).length).toBeGreaterThan(0)
    expect(excluded(none, /claims no user profile index/).length).toBeGreaterThan(0)
  })

  test('emergency communications, unless claimed, beyond this machine', () => {
    const emergencies = (sut: typeof primaryServer): readonly PlannedCase[] =>
      plannedFor({ ...sut, roles: ['iopsParticipatingServer'], control: { http: 'http://127.0.0.1:9' } }).filter(
        ({ derived }) => nameOf(derived.variation) === 'where:emergencyCommunication',
      )
    const far = { ...primaryServer, address: '192.0.2.20' }
    expect(played(emergencies(primaryServer)).length).toBeGreaterThan(0)
    expect(played(emergencies({ ...primaryServer, ics: { emergencyCommunication: false } }))).toEqual([])
    expect(played(emergencies(far))).toEqual([])
    expect(excluded(emergencies(far), /beyond this machine/).length).toBeGreaterThan(0)
    expect(played(emergencies({ ...far, ics: { emergencyCommunication: true } })).length).toBeGreaterThan(0)
  })

  test('a user to refuse, of whom nobody can tell the system under test', () => {
    const untold = excluded(plannedFor(primaryServer), /cannot be provisioned/)
    expect(untold.map(({ derived }) => derived.variation)).toContainEqual(expect.objectContaining({ way: 'thisUser' }))
    expect(untold.every(({ id }) => /deny:(thisUser|thisTarget|notServed|noPrivateCalls)/.test(id))).toBe(true)
    const told = { ...primaryServer, control: { provision: ['provision'] } }
    expect(excluded(plannedFor(told), /cannot be provisioned/)).toHaveLength(0)
  })

  test('fixed users without one who is refused', () => {
    const users = { permitted: ['sip:one@a.example'] }
    const withoutRefused = plannedFor({ ...primaryServer, users })
    expect(excluded(withoutRefused, /names no refused user/).length).toBeGreaterThan(0)
  })
})

describe('select', () => {
  const ids = (...globs: readonly string[]): number => select(all, { ids: globs }).length

  test('nothing asked for is everything', () => {
    expect(ids()).toBe(all.length)
  })
  test('globs add up, and ! takes away whatever the order', () => {
    const both = ids('*@primaryServer/*') + ids('*@partnerServer/*')
    expect(ids('*@primaryServer/*', '*@partnerServer/*')).toBe(both)
    expect(ids('!*@primaryServer/*')).toBe(all.length - ids('*@primaryServer/*'))
    expect(ids('!*', '*')).toBe(0)
  })
  test('an id alone is one case', () => {
    expect(ids('migration/service-authorization@primaryServer/as-written#no-gateways,udp')).toBe(1)
    expect(ids('migration/service-authorization@primaryServer/as-written')).toBe(0)
  })
  test.each([
    ['role', { role: 'primaryServer' }, (one: PlannedCase) => one.derived.sut.includes('primaryServer')],
    ['tag', { tag: 'crossed' }, (one: PlannedCase) => one.derived.variation.kind === 'crossed'],
    ['sut', { sut: 'their build' }, (one: PlannedCase) => one.sut.name === 'their build'],
    ['transport', { transport: 'tcp' }, (one: PlannedCase) => one.transport === 'tcp'],
  ] as const)('by %s', (_what, by, fits) => {
    const chosen = select(all, { ids: [], ...by })
    expect(chosen.length).toBeGreaterThan(0)
    expect(chosen).toEqual(all.filter(fits))
  })
  test('by clause and step', () => {
    const chosen = select(all, { ids: [], clause: '6.x.1 step 6' })
    expect(chosen.length).toBeGreaterThan(0)
    for (const { derived } of chosen) expect(derived.step).toBe('6')
  })
  test('everything asked for at once must hold', () => {
    expect(select(all, { ids: ['*'], role: 'primaryServer', sut: 'their build' })).toEqual([])
  })
})

test('what a profile only implies is no step, in a course of an alternative neither', () => {
  const messages = (profile: 'rel-18' | 'rel-18-moved') => {
    const configuration = checkConfiguration(
      { ...configurationOf({ roles: ['client'] }), profile },
      'harness.config.ts',
    )
    const endless = planCases(flows, configuration).filter(({ id }) =>
      id.startsWith('redirection/endless-redirection@'),
    )
    return new Set(endless.flatMap(({ derived }) => messageSteps(derived.flow).map(({ act }) => act.message.name)))
  }
  expect(messages('rel-18')).toContain('private call request release')
  expect(messages('rel-18-moved')).not.toContain('private call request release')
})

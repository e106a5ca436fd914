import { describe, expect, test } from 'vitest'
import type { Flow } from '#flow'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import { casesOf, sutStarts, type DerivedCase } from './cases.ts'
import { inVariant } from './course.ts'
import { coverageOf } from './coverage.ts'
import { choosing, spreading } from './example-flows.testing.ts'
import { fuzzTargets } from './fuzz-targets.ts'
import { ladderOf, mermaid } from './ladder.ts'
import { project } from './project.ts'
import { sentences } from './sentences.ts'
import { isPositive, nameOf } from './variation.ts'

const roles = Object.keys(serviceAuthorization.actors)
const all = roles.flatMap((role) => [...casesOf(serviceAuthorization, [role])])
const namesOf = (role: string, variant: string, of: Flow = serviceAuthorization): readonly string[] =>
  [...casesOf(of, [role])].filter((one) => one.variant === variant).map((one) => nameOf(one.variation))
const find = (id: string): DerivedCase => {
  const found = all.find((one) => one.id === `migration/service-authorization@${id}`)
  if (!found) throw new Error(`no case ${id}`)
  return found
}

describe('ids', () => {
  test('are unique', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })

  test('are the same each time and come from meaning alone', () => {
    const again = roles.flatMap((role) => [...casesOf(serviceAuthorization, [role])])
    expect(again.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    for (const { id } of all) expect(id).toMatch(/^[a-z-]+\/[a-z-]+@\w+\/[\w~:.-]+#[a-z-]+$/)
  })

  test('do not change when a step that concerns nobody else is added', () => {
    const rain = { that: 'It rains', shownBy: [], taken: 'so in every case' }
    const more: Flow = { ...serviceAuthorization, given: [...serviceAuthorization.given, rain], title: 'Other' }
    expect([...casesOf(more, ['primaryServer'])].map(({ id }) => id)).toEqual(
      [...casesOf(serviceAuthorization, ['primaryServer'])].map(({ id }) => id),
    )
  })

  test('name the alternatives taken', () => {
    expect(new Set([...casesOf(choosing, ['middle'])].map(({ variant }) => variant))).toEqual(
      new Set(['whole,at-once-silent', 'whole,at-once-told', 'whole,after-asking-silent', 'whole,after-asking-told']),
    )
  })
})

describe('what is derived for each role (both MC systems employ gateway servers)', () => {
  const kinds = (role: string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const one of casesOf(serviceAuthorization, [role]))
      if (one.variant === 'both-gateways') counts[one.variation.kind] = (counts[one.variation.kind] ?? 0) + 1
    return counts
  }

  test('the client: answered wrongly or not at all', () => {
    expect(kinds('client')).toEqual({
      ...{ 'as-written': 1, without: 1, unless: 1 },
      ...{ omit: 2, malform: 3, foreign: 1, withhold: 1, deny: 1 },
    })
  })

  test('the partner server: two messages come in, two checks concern it, two users may cross', () => {
    const { foreign, ...rest } = kinds('partnerServer')
    expect(rest).toEqual({
      ...{ 'as-written': 1, without: 2, unless: 1 },
      ...{ omit: 4, malform: 7, twice: 2, withhold: 1, before: 1, deny: 3, crossed: 1 },
    })
    // One for each way in which credentials can be somebody else's, and a stranger in either message.
    expect(foreign).toBeGreaterThanOrEqual(8)
  })

  test.each(['partnerGateway', 'primaryGateway'])('the %s: answers only for what it routes by', (role) => {
    expect(kinds(role)).toEqual({
      ...{ 'as-written': 1, without: 2, unless: 1 },
      ...{ omit: 1, malform: 1, foreign: 1, twice: 2, withhold: 1, deny: 1, crossed: 1 },
    })
    for (const name of namesOf(role, 'both-gateways').filter((one) => /omit|malform|foreign/.test(one)))
      expect(name).toContain('mcServiceId')
  })

  test('the primary server: one message comes in, its own check fails in each of its ways', () => {
    expect(kinds('primaryServer')).toEqual({
      ...{ 'as-written': 1, without: 1, unless: 1 },
      ...{ omit: 2, malform: 4, foreign: 2, twice: 1, deny: 2 },
    })
    expect(namesOf('primaryServer', 'no-gateways')).toEqual(
      expect.arrayContaining(['6~deny:thatPartner', '6~deny:thisUser']),
    )
  })

  test('a role that a variant does not have has no case in it', () => {
    expect(namesOf('partnerGateway', 'no-gateways')).toEqual([])
    expect(namesOf('partnerGateway', 'primary-gateway-only')).toEqual([])
    expect(namesOf('partnerGateway', 'partner-gateway-only')).not.toEqual([])
    expect(
      [...casesOf(serviceAuthorization, ['partnerServer', 'partnerGateway'])].map((one) => one.variant),
    ).not.toContain('no-gateways')
  })

  test('two roles under test at once: what passes between them is nobody else’s to alter', () => {
    const both = [...casesOf(serviceAuthorization, ['partnerServer', 'partnerGateway'])]
    expect(both.length).toBeGreaterThan(20)
    for (const { id, variation } of both) {
      expect(id).toContain('@partnerServer+partnerGateway/')
      if ('step' in variation) expect(['3', '10']).not.toContain(variation.step)
    }
  })
})

describe('the oracle', () => {
  test.each([
    ['partnerServer/as-written#no-gateways', 'course'],
    ['partnerServer/1~without:userProfileIndex#no-gateways', 'course'],
    ['partnerServer/unless:temporaryIdentityAllocated#no-gateways', 'course'],
    ['partnerServer/1~omit:credentials#no-gateways', 'refusal'],
    ['partnerServer/1~foreign:credentials.expired#no-gateways', 'refusal'],
    ['partnerServer/1~malform:credentials.garbled#no-gateways', 'refusal'],
    ['partnerServer/1~malform:userProfileIndex.garbled#no-gateways', 'either'],
    ['partnerServer/8~withhold#no-gateways', 'refusal'],
    ['partnerServer/8~before:1#no-gateways', 'either'],
    ['partnerServer/8~crossed#no-gateways', 'course'],
    ['partnerServer/1~twice#no-gateways', 'course'],
    ['partnerServer/2~deny:anyUser#no-gateways', 'course'],
  ])('of %s is %s', (id, oracle) => {
    expect(find(id).oracle).toBe(oracle)
  })

  test('a positive case never accepts a refusal', () => {
    for (const one of all.filter(({ variation }) => isPositive(variation))) expect(one.oracle, one.id).toBe('course')
  })
})

describe('the world of a case', () => {
  test('a condition that must not hold', () => {
    expect(find('client/unless:temporaryIdentityAllocated#no-gateways').world).toEqual({
      conditions: { temporaryIdentityAllocated: false },
    })
  })
  test('a check that must turn out negative', () => {
    expect(find('primaryServer/6~deny:thisUser#no-gateways').world).toEqual({
      conditions: {},
      fails: { check: 'permittedToPartner', way: 'thisUser' },
    })
  })
})

describe('what people read', () => {
  test('every case has a purpose in one sentence', () => {
    for (const { id, purpose } of all) {
      expect(purpose, id).toMatch(/^Ensure that the .+\.$/)
      expect(purpose, id).not.toMatch(/undefined|\[object/)
    }
    expect(find('partnerServer/1~foreign:credentials.expired#no-gateways').purpose).toBe(
      'Ensure that the partner MC service server grants nothing when credentials in the migration service authorization request of step 1 is expired.',
    )
  })

  test('the ladder says what is altered, at its step alone', () => {
    for (const one of all) {
      const altered = ladderOf(one).filter((rung) => rung.altered !== undefined)
      const { variation } = one
      if (!('step' in variation)) expect(altered, one.id).toEqual([])
      // A check that fails is not on the ladder of the refused course.
      else if (variation.kind !== 'deny')
        expect(
          altered.map((rung) => rung.step),
          one.id,
        ).toEqual([variation.step])
    }
  })

  test('groups are told in words and drawn in the order of the text', () => {
    expect(sentences(spreading)).toContain('In any order:\n  2a. The middle sends a tell to the asker')
    expect(sentences(choosing)).toContain('Either at-once:\n  2a. The middle sends an answer')
    expect(sentences(choosing)).toContain('or after-asking:\n  2b. The middle forwards the ask')
    expect(mermaid(spreading).match(/->>/g)).toHaveLength(4)
    expect(mermaid(choosing)).toContain('  middle->>answerer: 2b. ask')
  })
})

describe('project: the flow as a role sees it', () => {
  const whole = inVariant(serviceAuthorization, 'both-gateways')
  const seen = (...sut: string[]): readonly string[] =>
    project(whole, sut).map((one) => `${one.step} ${one.does}${'peer' in one ? ` ${one.peer}` : ''}`)

  test.each([
    ['client', ['1 sends partnerServer', '11 expects partnerServer']],
    [
      'partnerServer',
      ['1 expects client', '2 checks', '3 sends partnerGateway', '10 expects partnerGateway', '11 sends client'],
    ],
    [
      'partnerGateway',
      ['3 expects partnerServer', '4 sends primaryGateway', '9 expects primaryGateway', '10 sends partnerServer'],
    ],
    [
      'primaryGateway',
      ['4 expects partnerGateway', '5 sends primaryServer', '8 expects primaryServer', '9 sends partnerGateway'],
    ],
    ['primaryServer', ['5 expects primaryGateway', '6 checks', '7 records', '8 sends primaryGateway']],
  ])('%s', (role, steps) => {
    expect(seen(role)).toEqual(steps)
  })

  test('every message that leaves a role arrives at another: the projections are dual', () => {
    const sent = roles.flatMap((role) =>
      project(whole, [role])
        .filter((one) => one.does === 'sends')
        .map((one) => one.step),
    )
    const expected = roles.flatMap((role) =>
      project(whole, [role])
        .filter((one) => one.does === 'expects')
        .map((one) => one.step),
    )
    expect(sent.toSorted()).toEqual(expected.toSorted())
  })

  test('what passes between two roles under test is seen by nobody', () => {
    expect(seen('partnerServer', 'partnerGateway')).toEqual([
      '1 expects client',
      '2 checks',
      '4 sends primaryGateway',
      '9 expects primaryGateway',
      '11 sends client',
    ])
    expect(seen(...roles).every((one) => /checks|records/.test(one))).toBe(true)
  })

  test('only the client speaks first', () => {
    expect(roles.filter((role) => sutStarts(whole, [role]))).toEqual(['client'])
  })
})

describe('coverage', () => {
  const rows = coverageOf(serviceAuthorization, all)

  test('every step and every element of the flow has a row with a cell for each role', () => {
    for (const { step } of serviceAuthorization.steps) expect(rows.some((row) => row.step === step)).toBe(true)
    for (const row of rows) expect(Object.keys(row.roles)).toEqual(roles)
  })

  test('a cell names cases of that role, or says why there is none', () => {
    const ids = new Set(all.map(({ id }) => id))
    for (const row of rows)
      for (const [role, cell] of Object.entries(row.roles)) {
        if (typeof cell === 'string')
          expect(cell).toMatch(/takes no part|so in every case|not observable|sees no consequence/)
        else {
          expect(cell.length).toBeGreaterThan(0)
          for (const id of cell) {
            expect(ids).toContain(id)
            expect(id).toContain(`@${role}/`)
          }
        }
      }
  })

  test('every case is counted somewhere', () => {
    const counted = new Set(
      rows.flatMap(({ roles: cells }) =>
        Object.values(cells).flatMap((cell) => (typeof cell === 'string' ? [] : cell)),
      ),
    )
    expect(all.map(({ id }) => id).filter((id) => !counted.has(id))).toEqual([])
  })

  test('without cases nothing is covered, and the reason is said', () => {
    for (const row of coverageOf(serviceAuthorization, []))
      for (const cell of Object.values(row.roles)) expect(typeof cell).toBe('string')
  })
})

test('fuzz targets are the elements a role receives', () => {
  const targets = fuzzTargets(inVariant(serviceAuthorization, 'no-gateways'), ['primaryServer'])
  expect(targets.map(({ step, ie, status }) => `${step} ${ie} ${status}`)).toEqual([
    '3 mcServiceId M',
    '3 temporaryId C',
    '3 partnerSystem M',
    '3 userProfileIndex O',
  ])
})

import { describe, expect, test } from 'vitest'
import { defineFlow } from '#flow'
import { casesOf } from './cases.ts'
import { inWorld, messageSteps, recast, refusedAt, writtenOut } from './course.ts'
import { asking, calling } from './example-flows.testing.ts'
import { sentences } from './sentences.ts'
import { nameOf } from './variation.ts'

const cases = [...casesOf(calling, ['answerer'])]
const steps = (flow: typeof calling): readonly string[] => messageSteps(flow).map(({ step }) => step)

describe('MC services of a flow', () => {
  test('each has its cases, and the service is part of their names', () => {
    expect(new Set(cases.map(({ service }) => service))).toEqual(new Set(['aloud', 'silently']))
    expect(cases.filter(({ id }) => id.endsWith('/as-written#aloud,whole'))).toHaveLength(1)
    expect(cases.filter(({ id }) => id.endsWith('/as-written#silently,whole'))).toHaveLength(1)
  })

  test('a step that needs what never holds in a service is not there', () => {
    const asWritten = (service: string) =>
      cases.find((one) => one.service === service && nameOf(one.variation) === 'as-written')?.course.flow
    expect(asWritten('aloud') && steps(asWritten('aloud') ?? calling)).toEqual(['1', '3', '4'])
    expect(asWritten('silently') && steps(asWritten('silently') ?? calling)).toEqual(['1', '3'])
  })

  test('a flow of one service does not name it', () => {
    expect([...casesOf(asking, ['answerer'])].every(({ id }) => id.includes('#whole'))).toBe(true)
  })
})

test('where a condition does not hold, its steps are gone and the others as they were', () => {
  expect(steps(inWorld(calling, { spoken: false }))).toEqual(['1', '3'])
  expect(inWorld(calling, { spoken: true })).toBe(calling)
})

describe('a condition that holds sometimes', () => {
  const { aloud, ...services } = calling.services
  const rarely = defineFlow({
    ...calling,
    services: { ...services, aloud: { ...aloud, title: 'aloud', without: [], sometimes: ['spoken'] } },
  })
  const own = [...casesOf(rarely, ['answerer'], 'aloud')]
  const named = (name: string) => own.find(({ variation }) => nameOf(variation) === name)

  test('does not hold as written, nor in what is derived from that', () => {
    for (const { variation, world, flow, course } of own) {
      if (nameOf(variation) === 'where:spoken') continue
      expect(world.conditions).toMatchObject({ spoken: false })
      expect(steps(flow)).not.toContain('4')
      expect(steps(course.flow)).not.toContain('4')
    }
    expect(own.some(({ variation }) => nameOf(variation) === 'unless:spoken')).toBe(false)
  })

  test('holds in a variation of its own, which has the steps that need it', () => {
    const found = named('where:spoken')
    expect(found?.world.conditions).toMatchObject({ spoken: true })
    expect(found && steps(found.flow)).toContain('4')
    expect(found?.oracle).toBe('course')
    expect(found?.purpose).toContain('plays its part where it is spoken aloud')
  })

  test('is said in the sentences', () => {
    expect(sentences(rarely)).toContain('Played too where:\n- it is spoken aloud.')
  })
})

test('a refusal of its own comes in place of all that follows', () => {
  const { flow, cut } = refusedAt(calling, '2')
  expect(steps(flow)).toEqual(['1', '2a'])
  expect(cut.map(({ step }) => step)).toEqual(['3', '4'])
})

test('a flow with others in its roles keeps its steps and outcome, and leaves out what is recorded on the way', () => {
  const other = recast(asking, { answerer: 'middle' })
  expect(Object.keys(other.actors)).toEqual(['asker', 'middle'])
  expect(messageSteps(other).map(({ act }) => [act.from, act.to])).toEqual([
    ['asker', 'middle'],
    ['middle', 'asker'],
  ])
  expect(other.steps.some(({ act }) => act.act === 'record')).toBe(false)
  expect(other.outcome).toEqual(asking.outcome)
})

test('a performed flow has the values of the one that performs it', () => {
  const performing = {
    ...calling,
    steps: [
      ...calling.steps,
      {
        step: '5',
        act: { act: 'perform', at: 'asker', flow: asking.id, as: { answerer: 'middle' }, values: { user: 'other' } },
      } as const,
    ],
  }
  const written = writtenOut(performing, { [asking.id]: asking })
  const first = written.steps.find(({ step }) => step === '5.1')?.act
  expect(first?.act === 'send' && first.carries['user']).toMatchObject({ term: 'other', called: 'user' })
  expect(first?.act === 'send' && first.to).toBe('middle')
})

test('the sentences say what is conditional, wished for, and instead', () => {
  const text = sentences(calling)
  expect(text).toContain('1. The asker sends an ask to the answerer, as its user wishes, with user, place (optional).')
  expect(text).toContain('otherwise, in place of all that follows:\n  2a. The answerer sends an answer to the asker')
  expect(text).toContain('4. The answerer sends a hush to the asker, if it is spoken aloud.')
  expect(text).toContain('- it was asked before (example/asking).')
  expect(text).toContain('MC services:\n- aloud: aloud.\n- silently: silently.')
})

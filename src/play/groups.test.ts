import { describe, expect, test } from 'vitest'
import { casesOf, choicesOf, inVariant, writtenOut, type DerivedCase } from '#derive'
import { actors, anyOrder, either, flow, literals, M, message, step, timers, values, within, type Flow } from '#flow'
import { at, never, only } from './mistakes.testing.ts'
import type { Saying } from './peer.testing.ts'
import { caseOf, playCase } from './playing.testing.ts'

// Steps in any order, alternatives, performed flows and limits in time, which the migration procedures do not have yet.

const { asker, teller, third } = actors({ asker: 'asker', teller: 'teller', third: 'third party' })
const { user } = values({ user: 'mcServiceId' })
const { accepted } = literals('result', 'accepted')
const { pause, patience } = timers({ pause: 'the pause', patience: 'the end of patience' })
const source = { doc: 'TS 0.0', clause: '1', basis: 'seed' } as const
const Ask = message('ask', source, { user: M('mcServiceId', 'who') })
const Tell = message('tell', source, { user: M('mcServiceId', 'who') })
const Done = message('done', source, { result: M('result', 'how') })

const flowOf = (id: string, steps: Flow['steps']): Flow =>
  flow({
    id: `example/${id}`,
    title: id,
    spec: { ...source, figure: '1-1' },
    actors: [asker, teller, third],
    given: [],
    steps,
    variants: { whole: { title: 'whole', without: [] } },
  })

const ask = step(1, asker.sends(Ask).to(teller), { user })
const done = step(9, teller.sends(Done).to(asker), { result: accepted })

describe('steps in any order', () => {
  const spreading = flowOf('spreading', [
    ask,
    anyOrder(step('2a', teller.sends(Tell).to(asker), { user }), step('2b', teller.sends(Tell).to(third), { user })),
    done,
  ])
  const derived = caseOf('teller', 'as-written#whole', spreading)

  test.each([
    ['as in the text', 0, 0],
    ['the other way round', 100, 0],
  ])('pass when they come %s', async (_how, first, second) => {
    const { verdict, steps } = await playCase(derived, {
      says: (saying) => [{ ...saying, after: { '2a': first, '2b': second }[saying.step] ?? 200 }],
    })
    expect(verdict).toBe('pass')
    expect(steps).toEqual(expect.arrayContaining(['2a done', '2b done', '9 done']))
  })

  test('each of them must come', async () => {
    const played = await playCase(derived, at('2b', never))
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ expected: [expect.stringContaining('2b')] as unknown, step: '9' })
  })

  test('the tester sends its own in the order of the text', async () => {
    const hearing = flowOf('hearing', [
      ask,
      anyOrder(step('2a', asker.sends(Tell).to(teller), { user }), step('2b', third.sends(Tell).to(teller), { user })),
      done,
    ])
    const { verdict, peer } = await playCase(caseOf('teller', 'as-written#whole', hearing))
    expect(verdict).toBe('pass')
    expect(peer.heard.map((heard) => heard.step)).toEqual(['1', '2a', '2b'])
  })
})

describe('alternatives', () => {
  const choosing = flowOf('choosing', [
    ask,
    either({
      'at-once': [step('2a', teller.sends(Done).to(asker), { result: accepted })],
      'told-first': [
        step('2b', teller.sends(Tell).to(third), { user }),
        step('2c', teller.sends(Done).to(asker), { result: accepted }),
      ],
    }),
  ])

  test('each is a case of its own', async () => {
    for (const name of ['at-once', 'told-first'])
      expect((await playCase(caseOf('teller', `as-written#whole,${name}`, choosing))).verdict).toBe('pass')
    expect(choicesOf(inVariant(choosing, 'whole'))).toHaveLength(2)
  })

  test('the course of the one is no course of the other', async () => {
    const told = caseOf('teller', 'as-written#whole,told-first', choosing)
    expect((await playCase(told, at('2b', never))).verdict).toBe('fail')
    const atOnce = caseOf('teller', 'as-written#whole,at-once', choosing)
    const tells: Saying = { step: '2b', to: 'third', message: 'tell', ies: {} }
    expect(
      (
        await playCase(
          atOnce,
          at('2a', (saying) => [tells, saying]),
        )
      ).verdict,
    ).toBe('inconclusive')
  })
})

describe('performed flows', () => {
  const inner = flowOf('inner', [ask, done])
  const outer = flowOf('outer', [
    step(1, asker.sends(Tell).to(teller), { user }),
    step(2, teller.performs(inner), { as: { asker: teller, teller: third } }),
    step(3, teller.sends(Done).to(asker), { result: accepted }),
  ])
  const derived = (): DerivedCase => caseOf('teller', 'as-written#whole', writtenOut(outer, { [inner.id]: inner }))

  test('are played in their place', async () => {
    const { verdict, steps, peer } = await playCase(derived())
    expect(verdict).toBe('pass')
    expect(steps).toEqual(expect.arrayContaining(['2.1 done', '2.9 done', '3 done']))
    expect(peer.heard.map((heard) => heard.step)).toEqual(['1', '2.9'])
  })

  test('what is wrong in them is found in them', async () => {
    const played = await playCase(derived(), at('2.1', never))
    expect(only(played)).toMatchObject({ step: '2.1', clause: 'TS 0.0 1 step 2.1' })
  })

  test('what is withheld in them is a case of the whole, what is wrong in a message of theirs one of their own', () => {
    const ids = [...casesOf(writtenOut(outer, { [inner.id]: inner }), ['teller'])].map(({ id }) => id)
    expect(ids).toContain('example/outer@teller/2.9~withhold#whole')
    expect(ids.filter((id) => /\/2\.\d~(omit|malform|foreign|without|twice)/.test(id))).toEqual([])
  })
})

describe('limits in time', () => {
  const limited = flowOf('limited', [ask, within({ atLeast: pause, atMost: patience }, done)])
  const derived = caseOf('teller', 'as-written#whole', limited)
  const timing = { answer: 2000, silence: 1500, quiet: 250, timers: { pause: 100, patience: 500 } }
  const answeringAfter = (after: number): ReturnType<typeof playCase> =>
    playCase(derived, { ...at('9', (saying) => [{ ...saying, after }]), script: { timing } })

  test.each([100, 300, 500])('%i ms is within them', async (after) => {
    expect((await answeringAfter(after)).verdict).toBe('pass')
  })

  test.each([0, 50, 99])('%i ms is before the least', async (after) => {
    const played = await answeringAfter(after)
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      requirement: 'step 9 does not come before the pause',
      expected: ['at least 100 ms'],
      actual: `${after}.0 ms`,
      step: '9',
    })
  })

  test.each([501, 700])('%i ms is after the most', async (after) => {
    const played = await answeringAfter(after)
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ expected: ['the done within 500 ms'], actual: 'nothing in 500 ms' })
  })

  test('a timer that the configuration does not give does not bind', async () => {
    const played = await playCase(
      derived,
      at('9', (saying) => [{ ...saying, after: 1900 }]),
    )
    expect(played.verdict).toBe('pass')
  })
})

import { expect, test } from 'vitest'
import { createDeadly } from '../deadly.ts'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { complaint } from '../oracle.ts'
import { flowCase } from './flow-case.ts'
import { playAsWritten } from './flow-sanity.ts'
import type { FlowStage } from './flow-stage.ts'

const wrong = complaint('flow', 'TS 23.280 10.16', 'legality', 'step 2: result', 'accepted', 'refused')
const perhaps = complaint('flow', 'TS 23.280 10.16', 'legality', 'perhaps: step 1: there is a call', 'it holds', 'none')

const idOf = (name: string): string => `a/${name}@client/as-written#none`
const [first, second, third] = ['first', 'second', 'third'].map(idOf) as [string, string, string]

interface System {
  /** Whether it ends behind that flow, so many being under way. */
  stops?(id: string, beside: number): boolean
  /** What is wrong with a flow that is played for so many a time. */
  complaints?(id: string, time: number): Execution['complaints']
  restarts?: boolean
  /** Flows that there is time for. */
  most?: number
}

/** What is said of three flows as they are written. */
async function said({ stops = () => false, complaints = () => [], restarts = true, most = Infinity }: System) {
  let underWay = 0
  let ended = false
  const played: string[] = []
  const kept: [scenario: string, what: string][] = []
  const undecided = new Set<string>()
  const counted: string[] = []
  const deadly = createDeadly()
  await playAsWritten({
    stage: {
      written: [first, second, third].map((id) => ({ id })) as unknown as FlowStage['written'],
      async play(one) {
        const id = one.scenario
        played.push(id)
        underWay += 1
        await Promise.resolve()
        const own = ended ? [perhaps] : complaints(id, played.filter((other) => other === id).length)
        ended ||= stops(id, underWay)
        underWay -= 1
        return { one, complaints: own } as unknown as Execution
      },
      turn: () => Promise.resolve(),
      restart() {
        if (!restarts) return Promise.reject(new Error('it does not start'))
        ended = false
        return Promise.resolve()
      },
      ended: () => (ended ? 'it ended with exit code 1' : undefined),
    },
    timeLeft: () => played.length < most,
    alone: (look) => look(),
    counted: ({ one }) => void counted.push(one.scenario),
    keep: ({ one }, { what }) => void kept.push([one.scenario, what]),
    doubted: ({ one }, is) => void (is ? undecided.add(one.scenario) : undecided.delete(one.scenario)),
    wrong: () => undefined,
    stopped: deadly.addFlow,
  })
  return { played, kept, undecided: [...undecided], counted, deadly }
}

const gone = 'the target no longer serves valid requests: it ended with exit code 1'

test('of flows that go their way nothing is said, and each is played once', async () => {
  expect(await said({})).toMatchObject({ played: [first, second, third], kept: [], undecided: [] })
})

test('a flow that stops the target is told of, the others are judged without it, and nothing of it is tried', async () => {
  const { kept, undecided, counted, deadly } = await said({
    stops: (id) => id === second,
    complaints: (id) => (id === third ? [wrong] : []),
  })
  expect(kept).toEqual([
    [second, gone],
    [third, 'step 2: result'],
  ])
  expect(undecided).toEqual([])
  expect(counted.toSorted()).toEqual([first, second, third])
  const changed = (id: string): FuzzCase => flowCase(id, [], [{ op: 'duplicate', at: '1' }])
  expect([first, second, third].filter((id) => deadly.has(changed(id)))).toEqual([second])
  expect(deadly.has(flowCase('a/second@client/2~deny#both'))).toBe(true)
})

test('a target that ends beside all of them alone is told of', async () => {
  expect((await said({ stops: (_, beside) => beside === 3 })).kept).toEqual([[first, gone]])
})

test('a target that cannot be started again is told of as well', async () => {
  const { kept } = await said({ stops: (id) => id === first, restarts: false })
  expect(kept).toEqual([[first, gone]])
})

test('of what cannot be judged each time nobody says that it is right', async () => {
  const { kept, undecided, played } = await said({ complaints: (id) => (id === second ? [perhaps] : []) })
  expect(kept).toEqual([])
  expect(undecided).toEqual([second])
  expect(played.filter((id) => id === second)).toHaveLength(3)
})

test('where none goes its way and there is no time to look again, none is right', async () => {
  const { undecided } = await said({ complaints: () => [perhaps], most: 4 })
  expect(undecided).toEqual([first, second, third])
})

test('what comes late of many at once, and there is no time to look at alone, is not in doubt for that', async () => {
  const { undecided } = await said({ complaints: (id) => (id === second ? [perhaps] : []), most: 3 })
  expect(undecided).toEqual([])
})

test('what could not be judged once, and is right when it is played once more, is right', async () => {
  for (const times of [1, 2])
    expect(
      (await said({ complaints: (id, time) => (id === second && time <= times ? [perhaps] : []) })).undecided,
    ).toEqual([])
})

import { expect, test } from 'vitest'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { complaint, type Complaint } from '../oracle.ts'
import { flowCase } from './flow-case.ts'
import { findFlowCulprit } from './flow-culprit.ts'
import { createFlowSuspicion } from './flow-suspicion.ts'

const wrong = complaint('flow', 'TS 23.280 10.16', 'legality', 'step 2: result', 'accepted', 'refused')
const numbered = (number: number): FuzzCase => flowCase(`a/flow@client/${number}~deny#none`)

/** A system that some cases stop until it is started anew: it then does everything wrong. */
function systemStoppedBy(isDeadly: (one: FuzzCase) => boolean, isWrong: (one: FuzzCase) => boolean = () => false) {
  let stopped = false
  let played = 0
  const kept: [scenario: string, what: string][] = []
  const stage = {
    restarts: true,
    hasUsersFor: () => true,
    ended: () => undefined,
    turn: () => Promise.resolve(),
    restart: () => Promise.resolve(void (stopped = false)),
    play(one: FuzzCase) {
      played += 1
      const complaints = stopped || isWrong(one) ? [wrong] : []
      stopped ||= isDeadly(one)
      return Promise.resolve({ one, complaints } as unknown as Execution)
    },
  }
  const keep = ({ one }: Execution, { what }: Complaint): void => void kept.push([one.scenario, what])
  return { stage, isAlive: () => Promise.resolve(!stopped), keep, kept, played: () => played }
}

const executions = Array.from({ length: 200 }, (_, number): Execution => {
  const complaints = number > 100 ? [wrong] : []
  return { one: numbered(number), complaints } as unknown as Execution
})

test.each([
  ['beside the first that was complained of', 98, 60],
  ['far from it', 12, 500],
])('who stopped the target is found %s', async (_, number, most) => {
  const system = systemStoppedBy(({ scenario }) => scenario === numbered(number).scenario)
  expect(await findFlowCulprit(executions, executions[101], 'no flow', system)).toEqual(numbered(number))
  expect(system.kept).toEqual([[numbered(number).scenario, 'the target no longer serves valid requests']])
  expect(await system.isAlive()).toBe(true)
  expect(system.played()).toBeLessThan(most)
})

test('nobody is blamed where none of them stops it by itself', async () => {
  const system = systemStoppedBy(() => false)
  expect(await findFlowCulprit(executions, executions[101], 'no flow', system)).toBeUndefined()
  expect(system.kept).toEqual([])
})

/** What is told of those that looked wrong. */
async function confirmed(system: ReturnType<typeof systemStoppedBy>, numbers: readonly number[]) {
  const { confirmAll } = createFlowSuspicion({
    ...system,
    timeLeft: () => true,
    counted: () => undefined,
    vanished: () => undefined,
    alone: (look) => look(),
    forgetAll: () => Promise.resolve(),
  })
  await confirmAll(numbers.map((number): Execution => ({ one: numbered(number), complaints: [wrong] }) as never))
  return system.kept
}

test('what shows because another has stopped the target is not told', async () => {
  const system = systemStoppedBy(
    ({ scenario }) => scenario === numbered(2).scenario,
    ({ scenario }) => scenario === numbered(3).scenario,
  )
  expect(await confirmed(system, [1, 2, 3, 4])).toEqual([[numbered(3).scenario, wrong.what]])
})

test('who is wrong and stops the target is told of for both', async () => {
  const isOwn = ({ scenario }: FuzzCase): boolean => scenario === numbered(2).scenario
  expect(await confirmed(systemStoppedBy(isOwn, isOwn), [1, 2])).toEqual([
    [numbered(2).scenario, wrong.what],
    [numbered(2).scenario, 'the target no longer serves valid requests'],
  ])
})

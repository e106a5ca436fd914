import { expect, test } from 'vitest'
import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { complaint, type Complaint } from '../oracle.ts'
import { flowCase } from './flow-case.ts'
import { together } from './flow-copies.ts'
import { createFlowSuspicion } from './flow-suspicion.ts'

const wrong = complaint('flow', 'TS 23.280 10.16', 'legality', 'step 2: result', 'accepted', 'refused')
const changed = (number: number): FuzzCase =>
  flowCase(`a/flow@client/${number}`, [], [{ op: 'inject', at: '2', p: 'unknown method' }])
const suspected = (one: FuzzCase): Execution => ({ one, complaints: [wrong] }) as unknown as Execution

const isOfSeveral = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => op === together)
const isChanged = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => op === 'inject')

/** A system that does some cases wrong, and what is told, played and given up of those that looked wrong. */
function lookingAt(isWrong: (one: FuzzCase) => boolean) {
  const played: FuzzCase[] = []
  const kept: [ops: string, what: string][] = []
  const vanished: string[] = []
  const { confirmAll } = createFlowSuspicion({
    stage: {
      restarts: false,
      hasUsersFor: () => true,
      ended: () => undefined,
      restart: () => Promise.resolve(),
      play(one) {
        played.push(one)
        return Promise.resolve({ one, complaints: isWrong(one) ? [wrong] : [] } as unknown as Execution)
      },
    },
    timeLeft: () => true,
    alone: (look) => look(),
    forgetAll: () => Promise.resolve(),
    isAlive: () => Promise.resolve(true),
    counted: () => undefined,
    vanished: ({ one }) => void vanished.push(one.scenario),
    keep: ({ one }: Execution, { what }: Complaint) => void kept.push([one.ops.map(({ op }) => op).join(), what]),
  })
  return { confirmAll, played, kept, vanished }
}

test('what shows of several at the same time, and of nobody alone, is told of several to whom nothing is done', async () => {
  const { confirmAll, kept, vanished } = lookingAt(isOfSeveral)
  await confirmAll([suspected(changed(1))])
  expect(kept).toEqual([[together, wrong.what]])
  expect(vanished).toEqual([])
})

test('what shows of several alone to whom it is done is told with what is done', async () => {
  const { confirmAll, kept } = lookingAt((one) => isOfSeveral(one) && isChanged(one))
  await confirmAll([suspected(changed(1))])
  expect(kept).toEqual([[`inject,${together}`, wrong.what]])
})

test('several at the same time are tried twice in vain, and no more for the same complaint', async () => {
  const { confirmAll, played, kept, vanished } = lookingAt(() => false)
  const suspects = [1, 2, 3, 4].map((number) => suspected(changed(number)))
  await confirmAll(suspects)
  expect(kept).toEqual([])
  expect(vanished).toEqual(suspects.map(({ one }) => one.scenario))
  const several = played.filter(isOfSeveral)
  expect([...new Set(several.map(({ scenario }) => scenario))]).toEqual(
    suspects.slice(0, 2).map(({ one }) => one.scenario),
  )
  expect(several.map(isChanged)).toEqual([false, true, false, true])
})

test('what is known to show of several is looked at alone three times in vain, and then passed over', async () => {
  const before = new Set<string>()
  const { confirmAll, played, kept, vanished } = lookingAt((one) => {
    const isFirst = !before.has(one.scenario)
    before.add(one.scenario)
    return isOfSeveral(one) || isFirst
  })
  const suspects = [1, 2, 3, 4, 5, 6].map((number) => suspected(changed(number)))
  await confirmAll(suspects)
  expect(kept).toEqual([[together, wrong.what]])
  expect(vanished).toEqual(suspects.slice(1).map(({ one }) => one.scenario))
  const alone = played.slice(suspects.length).filter((one) => !isOfSeveral(one))
  expect(alone.map(({ scenario }) => scenario)).toEqual(suspects.slice(0, 4).map(({ one }) => one.scenario))
})

import { bare, isAsWritten, type PlannedCase, type Stage } from '#harness'
import type { FuzzCase } from '../case.ts'
import { leavingOf } from './begun-before.ts'
import { longOperators, longTurn } from './flow-operators.ts'
import { isIdle, leftQuiet } from './idle-floor.ts'

/** The operation that has several users play the same at the same time. */
export const together = 'at the same time'

/** Copies of a flow, each with users of its own who have done nothing yet. */
export interface FlowCopies {
  /** The one for this case; from the first again once all were taken. */
  next(planned: PlannedCase, one: FuzzCase): PlannedCase
  /** How many a case takes at once, each of them another. */
  takenBy(one: FuzzCase, planned: PlannedCase | undefined): number
  /** Whether there are as many that nobody has taken since all were forgotten. */
  areLeftFor(one: FuzzCase, planned: PlannedCase | undefined): boolean
  /** The system knows of nobody any more. */
  forget(): void
}

/** How many executions of a flow have users of their own until all are forgotten. */
export type CopiesOf = (planned: PlannedCase) => number

/** So many of each flow as it is written. What is derived is played as it is, and again when something is wrong. */
export const copiesFor =
  (asWritten: number): CopiesOf =>
  (planned) =>
    planned.service !== 'mcptt' ? 0 : isAsWritten(planned) ? asWritten : 5

/** Of these, the last ones are for those that take long, each of which has its own, and one for what is left quiet beside them. */
const keptOf = (planned: PlannedCase): number => (isAsWritten(planned) ? longOperators + 1 : 2)

export function createFlowCopies(copiesOf: CopiesOf, copyOf: Stage['copyOf']): FlowCopies {
  const taken = new Map<string, number>()
  // Users who are forgotten come again; what they say has other names then.
  let turns = 0

  const passedAround = (planned: PlannedCase): number => copiesOf(planned) - keptOf(planned)

  const copies: FlowCopies = {
    next(planned, one) {
      const turn = taken.get(planned.id) ?? 0
      taken.set(planned.id, turn + 1)
      const last = passedAround(planned)
      const long = Math.max(...one.ops.map(longTurn))
      const isLeftQuiet = isIdle(one) && leftQuiet(one) === undefined
      return {
        ...bare(copyOf(planned, isLeftQuiet ? last + longOperators : long >= 0 ? last + long : turn % last)),
        attempt: [turns] as const,
        ...(planned.media && { media: 'declined' as const }),
      }
    },
    takenBy({ ops }, planned) {
      const wanted = Number(ops.find(({ op }) => op === together)?.p ?? 1)
      return Math.max(1, Math.min(wanted, planned === undefined ? 0 : passedAround(planned)))
    },
    areLeftFor: (one, planned) =>
      // Whether it can be done twice shows in one more who does.
      (taken.get(one.scenario) ?? 0) + copies.takenBy(one, planned) + (leavingOf(one) ? 1 : 0) <=
      (planned === undefined ? 0 : passedAround(planned)),
    forget() {
      turns += 1
      taken.clear()
    },
  }
  return copies
}

import { messageSteps, seatOf } from '#derive'
import { isAsWritten, type PlannedCase } from '#harness'
import { dialogsIn } from './dialogs.ts'
import type { Passage } from './disturbance.ts'
import { asWrittenOf } from './flow-case.ts'
import { legalityAt, numberBefore, type Baseline } from './flow-expectation.ts'
import { kindOf } from './flow-operator.ts'
import { isRequestOutside } from './refused-operators.ts'

/** A flow that can be disturbed. */
export interface FlowScenario {
  readonly id: string
  readonly planned: PlannedCase
  /** Messages of ours, as they left when nothing was changed. */
  readonly steps: ReadonlyMap<string, Baseline>
}

/** Who a flow was played by. */
export type FlowUsers = Pick<Baseline, 'user' | 'other'>

/** The flows as they are written, and what is known of each. */
export interface WrittenFlows {
  readonly all: readonly FlowScenario[]
  named(id: string): FlowScenario | undefined
  /** That one, or the one that this was derived of. */
  behind(id: string): FlowScenario | undefined
  /** What a flow is like when nothing is changed. */
  learn(id: string, log: readonly Passage[], users: FlowUsers): void
}

export function createWrittenFlows(cases: readonly PlannedCase[]): WrittenFlows {
  const known = new Map<string, FlowScenario & { readonly steps: Map<string, Baseline> }>()
  for (const planned of cases.filter(isAsWritten))
    known.set(planned.id, { id: planned.id, planned, steps: new Map<string, Baseline>() })
  return {
    all: [...known.values()],
    named: (id) => known.get(id),
    behind: (id) => known.get(id) ?? known.get(asWrittenOf(id)),
    learn(id, log, users) {
      const scenario = known.get(id)
      if (scenario === undefined) return
      const messages = messageSteps(scenario.planned.derived.course.flow)
      for (const [index, { direction, step, octets, role, message }] of log.entries()) {
        if (direction !== 'sent' || step === undefined || scenario.steps.has(step)) continue
        const place = messages.findIndex((one) => one.step === step)
        const next = messages[place + 1]
        const heard =
          place === -1 || next === undefined || seatOf(next.act, scenario.planned.derived.sut) === 'sut-sends'
        const before = log.slice(0, index)
        const inside = dialogsIn(before).length > 0
        const behindRequest = before.some((one) => one.direction === 'sent' && isRequestOutside(one.message))
        const again = before.some((one) => one.direction === 'sent' && kindOf(one.message) === kindOf(message))
        scenario.steps.set(step, {
          role,
          octets,
          shape: { step, message, heard, inside, again, behindRequest },
          read: legalityAt(octets, scenario.planned),
          numberBefore: numberBefore(octets, before),
          ...users,
        })
      }
    },
  }
}

import type { Flow, IeKind, Status } from '#flow'
import { carriedAt, messageSteps } from './course.ts'
import { seatOf } from './project.ts'

/** One element of one message that the roles under test receive. */
export interface FuzzTarget {
  readonly step: string
  readonly message: string
  readonly ie: string
  readonly kind: IeKind
  readonly status: Status
}

/** What a fuzzer can change, in the order in which it is sent. */
export const fuzzTargets = (flow: Flow, sut: readonly string[]): readonly FuzzTarget[] =>
  messageSteps(flow)
    .filter((step) => seatOf(step.act, sut) === 'tester-sends')
    .flatMap((step) =>
      Object.keys(carriedAt(flow, step)).flatMap((ie) => {
        const row = step.act.message.ies[ie]
        return row ? [{ step: step.step, message: step.act.message.name, ie, kind: row.kind, status: row.status }] : []
      }),
    )

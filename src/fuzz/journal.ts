import type { CampaignEvent, PlannedCell } from '#verdict'
import type { Finding } from './finding.ts'
import type { FuzzCase } from './case.ts'
import type { Execution } from './execution.ts'

/** What happens in a campaign, as it happens: one JSON value a line. */
export interface Journal {
  begin(what: Told<'campaign-began'>): void
  planned(cells: Iterable<PlannedCell>): void
  execution(what: {
    readonly at: number
    readonly hash: string
    readonly execution: Execution
    readonly answer: string
  }): void
  batch(what: { readonly at: number; readonly executions: number; readonly window: number }): void
  finding(finding: Finding): void
  examined(what: Told<'finding-examined'>): void
  /** What looked wrong among others and was right alone. */
  vanished(what: { readonly at: number; readonly one: FuzzCase; readonly what: readonly string[] }): void
  end(what: Told<'campaign-ended'>): void
}

type Told<Name extends CampaignEvent['event']> = Omit<Extract<CampaignEvent, { event: Name }>, 'event'>

/** A journal that hands its lines on. Octets stand in it where a finding is made; of all else the case says which they were. */
export function openJournal(write: (lines: string) => void): Journal {
  let lines = ''
  const put = (event: CampaignEvent): void => {
    lines += `${JSON.stringify(event)}\n`
    if (lines.length > 65_536) flush()
  }
  const flush = (): void => {
    if (lines !== '') write(lines)
    lines = ''
  }
  return {
    begin: (what) => {
      put({ event: 'campaign-began', ...what })
      flush()
    },
    planned: (cells) =>
      put({
        event: 'cells-planned',
        cells: [...cells].map(({ scenario, state, field, kind, planned }) => ({
          scenario,
          state,
          field,
          kind,
          planned,
        })),
      }),
    execution({ at, hash, execution: { one, expectation, observation, without }, answer }) {
      put({
        event: 'execution',
        at: Math.round(at),
        case: hash,
        scenario: one.scenario,
        edits: one.edits,
        ...(one.ops.length > 0 && { ops: one.ops }),
        ...(without.length > 0 && { without }),
        expected: expectation.class,
        answer,
        ms: Math.round(observation.latency * 100) / 100,
      })
    },
    batch: (what) => {
      put({ event: 'batch-survived', ...what })
      flush()
    },
    finding({ signature, one, complaint, executions, after, execution }) {
      put({
        event: 'finding',
        signature,
        case: one,
        complaint,
        executions,
        after: Math.round(after),
        octets: Buffer.from(execution.octets).toString('base64'),
      })
      flush()
    },
    examined: (what) => {
      put({ event: 'finding-examined', ...what })
      flush()
    },
    vanished: ({ one, ...what }) => put({ event: 'not-shown-again', ...what, case: one }),
    end(what) {
      put({ event: 'campaign-ended', ...what })
      flush()
    },
  }
}

const nothing = (): void => undefined

/** For who wants the result alone. */
export const silentJournal: Journal = {
  begin: nothing,
  planned: nothing,
  execution: nothing,
  batch: nothing,
  finding: nothing,
  examined: nothing,
  vanished: nothing,
  end: nothing,
}

import { createWriteStream } from 'node:fs'
import type { Finding } from './campaign.ts'
import type { FuzzCase } from './case.ts'
import type { Execution } from './player.ts'

/** What happens in a campaign, as it happens: one JSON value a line. */
export interface Journal {
  begin(what: Readonly<Record<string, unknown>>): void
  execution(what: {
    readonly at: number
    readonly hash: string
    readonly execution: Execution
    readonly answer: string
  }): void
  batch(what: { readonly at: number; readonly executions: number; readonly window: number }): void
  finding(finding: Finding): void
  /** What looked wrong among others and was right alone. */
  vanished(what: { readonly at: number; readonly one: FuzzCase; readonly what: readonly string[] }): void
  end(what: Readonly<Record<string, unknown>>): Promise<void>
}

/** A journal in a file. Octets stand in it where a finding is made; of all else the case says which they were. */
export function openJournal(file: string): Journal {
  const stream = createWriteStream(file)
  let lines = ''
  const put = (event: object): void => {
    lines += `${JSON.stringify(event)}\n`
    if (lines.length > 65_536) flush()
  }
  const flush = (): void => {
    if (lines !== '') stream.write(lines)
    lines = ''
  }
  return {
    begin: (what) => {
      put({ event: 'campaign-began', ...what })
      flush()
    },
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
    vanished: ({ one, ...what }) => put({ event: 'not-shown-again', ...what, case: one }),
    async end(what) {
      put({ event: 'campaign-ended', ...what })
      flush()
      await new Promise<void>((resolve) => stream.end(resolve))
    },
  }
}

const nothing = (): void => undefined

/** For who wants the result alone. */
export const silentJournal: Journal = {
  begin: nothing,
  execution: nothing,
  batch: nothing,
  finding: nothing,
  vanished: nothing,
  end: () => Promise.resolve(),
}

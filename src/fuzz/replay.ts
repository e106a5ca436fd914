import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readCase, type FuzzCase } from './case.ts'
import type { Execution } from './execution.ts'
import { isSame } from './examine.ts'
import { openLab, type Lab, type LabOptions } from './lab.ts'
import { noLongerServes, type Complaint } from './oracle.ts'
import { isGrowing } from './growth/growing.ts'
import { isFlowCase } from './flows/flow-stage.ts'
import { scenarioNamed } from './scenarios/index.ts'

/** A case to be played again, and what was complained of it, where that is known. */
export interface Recorded {
  readonly one: FuzzCase
  readonly complaint: Complaint | undefined
}

export interface Replayed {
  readonly outcome: 'fixed' | 'still fails' | 'different failure' | 'error'
  readonly times: number
  readonly of: number
  readonly complaints: readonly Complaint[]
  /** What went wrong with the replay itself. */
  readonly why?: string
}

/** Reads a finding directory or a case file; throws an `Error` of one line. */
export function readRecorded(path: string): Recorded {
  const inDirectory = statSync(path).isDirectory()
  const value: unknown = JSON.parse(readFileSync(inDirectory ? join(path, 'case.json') : path, 'utf8'))
  const wrapped = value as { readonly case?: unknown; readonly complaint?: Complaint }
  if (!inDirectory && wrapped.case !== undefined) return { one: readCase(wrapped.case), complaint: wrapped.complaint }
  if (!inDirectory) return { one: readCase(value), complaint: undefined }
  const { complaint } = JSON.parse(readFileSync(join(path, 'finding.json'), 'utf8')) as { complaint?: Complaint }
  return { one: readCase(value), complaint }
}

/** Plays a recorded case again, each time on a target started afresh. */
export async function replay(recorded: Recorded, repeat: number, options: LabOptions): Promise<Replayed> {
  const { one } = recorded
  if (isGrowing(one)) return failed('it shows over a whole campaign alone: run `mcx fuzz` once more')
  if (scenarioNamed(one.scenario) === undefined && (!isFlowCase(one) || options.startFlows === undefined))
    return failed(`no scenario is called ${one.scenario}`)
  const lab = await openLab(options)
  try {
    return await replayIn(lab, recorded, repeat)
  } finally {
    await lab.close()
  }
}

/** The same in a lab that is open, whose target has not played anything since it was started. */
async function replayIn(lab: Lab, { one, complaint }: Recorded, repeat: number): Promise<Replayed> {
  const seen: Complaint[] = []
  let times = 0
  const under = await lab.under(one)
  const isServed = await under.serves()
  // What is wrong with a flow may be wrong with it as it is written.
  if (!isServed && !isFlowCase(one)) return failed(notServed)
  for (let attempt = 0; attempt < repeat; attempt += 1) {
    if (attempt > 0) await under.restart()
    const execution = await lab.alone(one)
    const { complaints } = execution
    const dead = under.ended() !== undefined || (isServed && !(await under.serves()))
    const same = dead
      ? complaint === undefined || complaint.oracle === 'liveness'
      : (isServed || isHeard(execution)) &&
        complaints.some((other) => complaint === undefined || isSame(complaint, other))
    if (same) times += 1
    seen.push(
      ...complaints,
      ...(dead ? [noLongerServes(undefined, under.ended() ?? 'no valid flow goes its way')] : []),
    )
  }
  if (times === 0 && !isServed) return failed(notServed)
  const outcome = times > 0 ? 'still fails' : seen.length > 0 ? 'different failure' : 'fixed'
  return { outcome, times, of: repeat, complaints: seen }
}

const notServed = 'no valid flow goes its way, before anything was changed'

/** Whether anything came back. */
const isHeard = ({ passages = [] }: Execution): boolean => passages.some(({ direction }) => direction === 'received')

const failed = (why: string): Replayed => ({ outcome: 'error', times: 0, of: 0, complaints: [], why })

import type { FuzzCase } from './case.ts'
import { processFiguresOf, type ProcessFigures } from './growth/process-figures.ts'
import { validCase } from './grid.ts'
import { pause, type Lab } from './lab.ts'
import { noLongerServes, type Complaint } from './oracle.ts'
import type { Execution } from './execution.ts'
import type { Scenario } from './scenario.ts'

/** How a target is left once the last case is over. */
export interface Drained {
  /** Milliseconds until nothing had been heard of it for a while; `undefined` where it was still heard. */
  readonly quietAfter: number | undefined
  /** Valid flows, each to its functional entity, and how many of them went their way. */
  readonly valid: { readonly flows: number; readonly served: number }
  /** What its process holds then. */
  readonly holds: ProcessFigures | undefined
}

interface DrainOptions {
  readonly lab: Lab
  readonly scenarios: readonly Scenario[]
  readonly now: () => number
  /** Milliseconds that may be waited until it is quiet. */
  readonly longest: number
  readonly keep: (execution: Execution, complaint: Complaint) => void
}

/** Milliseconds in which nothing is heard of whoever has nothing more to say. */
const silence = 1000

/** Waits until nothing is under way and nothing comes late, and then asks every functional entity for a valid flow, alone: who no longer serves is a finding. */
export async function drain({ lab, scenarios, now, longest, keep }: DrainOptions): Promise<Drained> {
  const { target, wrongAnyway } = lab
  const began = now()
  const isQuiet = (): boolean => now() - Math.max(began, lab.lastHeard) >= silence
  while (!isQuiet() && now() - began < longest) await pause(50)
  const quietAfter = isQuiet() ? now() - began : undefined
  const isWrong = ({ complaints }: Execution): boolean => complaints.some(({ what }) => !wrongAnyway.has(what))
  let served = 0
  for (const scenario of scenarios) {
    const one: FuzzCase = validCase(scenario)
    let execution = await lab.alone(one)
    for (let again = 0; again < 2 && isWrong(execution); again += 1) execution = await lab.alone(one)
    if (!isWrong(execution)) served += 1
    else {
      const observed = `after the last case: ${execution.complaints.map(({ what }) => what).join(', ')}`
      keep(execution, noLongerServes(target.ended(), observed))
    }
  }
  const id = target.process?.()
  return {
    quietAfter,
    valid: { flows: scenarios.length, served },
    holds: id === undefined ? undefined : processFiguresOf(id),
  }
}

/** `quiet after 1.1 s; 8 of 8 valid flows go their way; 33 open files, 312 MB`. */
export function drainInWords({ quietAfter, valid: { flows, served }, holds }: Drained): string {
  const quiet = quietAfter === undefined ? 'still heard' : `quiet after ${(quietAfter / 1000).toFixed(1)} s`
  const held = holds === undefined ? '' : `; ${holds.descriptors} open files, ${Math.round(holds.memory / 1e6)} MB`
  const valid = flows === 0 ? '' : `; ${served} of ${flows} valid flows go their way`
  return `${quiet}${valid}${held}`
}

import type { Reproduced } from '#verdict'
import { titleOf, type FuzzCase } from './case.ts'
import type { Finding } from './finding.ts'
import { isFlowCase } from './flows/flow-stage.ts'
import { explainCase } from './explain.ts'
import { explainOperations } from './explain-operations.ts'
import { alternativesIn } from './flows/flow-alternatives.ts'
import type { Lab } from './lab.ts'
import { pause } from './lab.ts'
import type { Passage } from './observation.ts'
import type { Complaint } from './oracle.ts'
import type { Execution } from './execution.ts'
import { scenarioNamed } from './scenarios/index.ts'
import { shrinkCase } from './shrink.ts'

/** What is known of a finding once it has been looked into. */
export interface Examined {
  readonly finding: Finding
  /** The simplest case that shows it. */
  readonly minimal: FuzzCase
  readonly title: string
  readonly reproduced: Reproduced
  readonly explanation: readonly string[]
  /** What it took to make it as simple as that. */
  readonly shrinking: { readonly executions: number; readonly milliseconds: number }
  /** What went over the wire when it was played alone. */
  readonly passages: readonly Passage[]
  /** Executions that this took. */
  readonly executions: number
  readonly milliseconds: number
}

export interface ExamineOptions {
  readonly lab: Lab
  readonly now: () => number
  /** Milliseconds. */
  readonly limit: number
}

const width = 8
const fresh = 3

/** Whether it is the same finding: the same oracle, clause and words. */
export const isSame = (one: Complaint, other: Complaint): boolean =>
  one.oracle === other.oracle && one.what === other.what && one.clause === other.clause

const isOfHaste = ({ observation: { silent, sentAgain } }: Execution): boolean => silent || sentAgain

/** Makes the case of a finding as simple as it can be, says what of it matters, and plays it on a fresh target. */
export async function examine(finding: Finding, { lab, now, limit }: ExamineOptions): Promise<Examined> {
  const began = now()
  const timeLeft = (): boolean => now() - began < limit
  let executions = 0
  const { complaint } = finding
  const kills = complaint.oracle === 'liveness'
  const scenario = scenarioNamed(finding.one.scenario)

  const inFlow = isFlowCase(finding.one)
  const around = scenario === undefined ? [] : [scenario]
  const anew = async (): Promise<void> => (await lab.under(finding.one)).restart()

  const shows = ({ complaints }: Execution): boolean => complaints.some((one) => isSame(one, complaint))

  /** All at once: who is silent beside others, or was asked twice, is asked again alone. */
  async function failing(cases: readonly FuzzCase[]): Promise<readonly FuzzCase[]> {
    executions += cases.length
    const bad: FuzzCase[] = []
    if (kills) {
      for (const one of cases) if (await lab.kills([one], around)) bad.push(one)
      return bad
    }
    const played = await Promise.all(cases.map((one, index) => lab.played(one, 400 + index)))
    await pause(2)
    await lab.restore(around, played)
    for (const [index, execution] of played.entries()) {
      const one = cases[index] as FuzzCase
      if (shows(execution) && (!isOfHaste(execution) || shows(await lab.aloneAndRestored(one, around)))) bad.push(one)
    }
    return bad
  }

  const minimal = await shrinkCase(finding.one, {
    width: kills ? 1 : width,
    timeLeft,
    fails: async (candidates) => (await failing(candidates))[0],
  })
  const shrinking = { executions, milliseconds: now() - began }
  const places = scenario === undefined ? [] : lab.player.places(scenario)
  const octets = inFlow
    ? Buffer.alloc(0)
    : Buffer.from(lab.player.assemble({ ...minimal, edits: [] }, 0, 'fz0000000000').octets)
  const stage = inFlow && !kills ? await lab.flows() : undefined
  const explanation = kills
    ? []
    : stage !== undefined
      ? await explainOperations(minimal, {
          timeLeft,
          alternatives: alternativesIn(stage, minimal),
          // What was played before has left its users as they are.
          failing: async (cases) => {
            await stage.turn()
            return failing(cases)
          },
        })
      : await explainCase(minimal, {
          failing,
          timeLeft,
          placeAt: (path) => places.find((place) => place.path === path),
          textOf: ({ span }) => octets.toString('latin1', span.start, span.end),
        })
  await anew()
  let times = 0
  const { passages, value } = await lab.recorded(async () => {
    if (kills) return void (await Promise.race([lab.played(minimal, 0), pause(2000)]))
    const execution = await lab.alone(minimal)
    times += shows(execution) ? 1 : 0
    return execution
  })
  if (kills) await anew()
  else if (value !== undefined) await lab.restore(around, [value])
  for (let attempt = kills ? 0 : 1; attempt < fresh; attempt += 1) {
    executions += 1
    // Those who wait long in a flow are always the same users, and what was begun by them may stand still.
    if (inFlow && !kills) await anew()
    if (kills ? await lab.kills([minimal], around) : shows(await lab.aloneAndRestored(minimal, around))) times += 1
  }
  return {
    finding,
    minimal,
    title: titleOf(minimal),
    reproduced: { times, of: fresh, afresh: lab.target.restarts },
    explanation,
    shrinking,
    passages: value?.passages ?? passages,
    executions,
    milliseconds: now() - began,
  }
}

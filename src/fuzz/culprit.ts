import type { FuzzCase } from './case.ts'
import type { Lab } from './lab.ts'
import { whoOf } from './halving.ts'
import { noLongerServes, type Complaint } from './oracle.ts'
import type { Scenario } from './scenario.ts'
import type { Tally } from './tally.ts'

interface CulpritOptions {
  readonly lab: Lab
  readonly tally: Tally
  readonly scenarios: readonly Scenario[]
  /** Those that were not answered. */
  readonly unanswered: readonly FuzzCase[]
}

/** So many are tried one by one: to see that the target still serves takes far less time than to see that it does not. */
const mostTried = 64

/** What came of the search for who stopped the target. */
export interface Search {
  /** Whether it serves again: nothing else can be played where it does not. */
  readonly serves: boolean
  readonly culprit: FuzzCase | undefined
}

/** The target no longer serves: who of the batch did that is found by halving, as often as it can be started anew. */
export async function findCulprit(
  cases: readonly FuzzCase[],
  { lab, tally, scenarios, unanswered }: CulpritOptions,
): Promise<Search> {
  const { target } = lab
  const why = target.ended() ?? 'no valid flow goes its way'
  // What it said last is not the same each time.
  const ended = (): string | undefined => target.ended()?.replace(/ and said: .*/s, '')
  // Alone it may still be on its way to its end when it is looked at.
  const endedThen = ended()
  const dead = (observed: string): Complaint => noLongerServes(ended() ?? endedThen, observed)
  const blameLast = (because: string): Search => {
    const { last } = tally
    if (last !== undefined)
      tally.keep(last, dead(`${because}; it was one of ${cases.length}, of which this is the last`))
    return { serves: false, culprit: undefined }
  }

  const kills = (some: readonly FuzzCase[]): Promise<boolean> => lab.kills(some, scenarios)

  async function triedOut(): Promise<FuzzCase | undefined> {
    for (const one of fromBothEnds(unanswered).slice(0, mostTried))
      if ((await lab.kills([one], scenarios, 1)) && (await kills([one]))) return one
    return undefined
  }

  async function searched(): Promise<Search> {
    await lab.revive(scenarios)
    const one = (await triedOut()) ?? (await whoOf(cases, kills))
    if (one === undefined) {
      tally.shrug()
      return { serves: true, culprit: undefined }
    }
    const execution = await lab.alone(one)
    // Who stands still for a while serves again behind it, and is complained of for the while.
    const own = execution.complaints.filter(({ what }) => !lab.wrongAnyway.has(what))
    const isBack = own.length > 0 && target.ended() === undefined && !(await kills([one]))
    for (const complaint of isBack ? own : [dead(why)])
      if (!tally.isKnown(one, complaint)) tally.keep(execution, complaint)
    await lab.revive(scenarios)
    return { serves: true, culprit: one }
  }

  if (!target.restarts) return blameLast(why)
  try {
    return await searched()
  } catch (problem) {
    return blameLast(
      `${why}, and it cannot be brought back: ${problem instanceof Error ? problem.message : String(problem)}`,
    )
  }
}

/** Whoever is stopped by a message answers neither that one, nor those behind it, nor those before it that it was still busy with. */
const fromBothEnds = <T>(list: readonly T[]): readonly T[] =>
  list.map((_, index) => list.at(index % 2 === 0 ? index / 2 : -(index + 1) / 2) as T)

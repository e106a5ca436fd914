import { UsageError } from '#harness'
import type { FuzzCase } from '../case.ts'
import { createDeadly } from '../deadly.ts'
import { noLongerServes } from '../oracle.ts'
import type { Execution } from '../execution.ts'
import { inRounds } from '../rounds.ts'
import type { Turn } from '../turn.ts'
import {
  plannedLong,
  plannedDerived,
  plannedEdits,
  plannedOperations,
  plannedRaces,
  plannedRepairs,
  plannedTogether,
  type PlannedEdits,
} from './flow-plan.ts'
import { findFlowCulprit } from './flow-culprit.ts'
import { isApart } from './flow-operators.ts'
import { createFlowQueue, type FlowQueue } from './flow-queue.ts'
import { playAsWritten } from './flow-sanity.ts'
import type { FlowStage } from './flow-stage.ts'
import { createFlowSuspicion, isSure, type FlowAudience } from './flow-suspicion.ts'

export interface FlowPhaseOptions extends FlowAudience {
  readonly stage: FlowStage
  readonly random: () => number
  /** What is looked at alone is looked at while single messages wait. */
  readonly turn: Turn
  plan(cases: readonly FuzzCase[], cells: PlannedEdits['cells']): void
}

/** Flows, disturbed: as they are written, what is derived of them, every operation, every edit. */
export interface FlowPhase {
  /** Plays some; false once nothing is left. */
  next(): Promise<boolean>
}

/** So many flows are under way at once: most of each is waiting. */
const width = 144
/** So many are begun before what looked wrong is looked into. */
const most = 288

export function createFlowPhase(options: FlowPhaseOptions): FlowPhase {
  const { stage, random, timeLeft, turn, plan, counted, keep } = options
  const suspicion = createFlowSuspicion({ ...options, alone, forgetAll, isAlive })
  const { isWrong, settle } = suspicion
  const deadly = createDeadly()
  let queue: FlowQueue | undefined
  let waiting = 0
  let forgotten = Promise.withResolvers<void>()
  /** Who waits for that. */
  let due = 0
  let batches = 0
  /** What takes long, and would be ended if all users were forgotten. */
  let apart: readonly FuzzCase[] = []
  let lost = false
  /** Played last. */
  let latest: Execution | undefined

  /** Whoever is played next is new, and so are those who wait for that. */
  async function forgetAll(): Promise<void> {
    // When the time is over nobody comes next, and what was found is looked at: who is under way then is not to be forgotten.
    if (timeLeft()) await stage.turn()
    forgotten.resolve()
    forgotten = Promise.withResolvers<void>()
  }

  async function alone<T>(look: () => Promise<T>): Promise<T> {
    const giveBack = await turn()
    return look().finally(giveBack)
  }

  /** Each sort of change has its turn, however many there are of it. */
  function everything(): Iterator<FuzzCase> {
    const derived = plannedDerived(stage, random)
    const repairs = plannedRepairs(stage, random)
    const several = plannedTogether(stage)
    const operations = plannedOperations(stage, random)
    const edits = plannedEdits(stage, random)
    plan([...derived, ...repairs, ...several, ...operations], edits.cells)
    return inRounds([
      { cases: derived, each: 3 },
      { cases: repairs, each: 1 },
      { cases: several, each: 1 },
      { cases: operations, each: 6 },
      { cases: plannedRaces(stage, random), each: 1 },
      { cases: edits.cases, each: 6 },
    ])
  }

  /** The target no longer serves: which of them did that? Where it cannot be brought back, one of the last. */
  async function stopped(played: readonly Execution[], suspects: readonly Execution[]): Promise<void> {
    const why = stage.ended() ?? 'no valid flow goes its way'
    const isBack =
      stage.restarts &&
      (await stage.restart().then(
        () => true,
        () => false,
      ))
    if (!isBack) return lose(why)
    const culprit = await alone(() => findFlowCulprit(played, suspects[0], why, { stage, isAlive, keep }))
    if (culprit === undefined) return
    deadly.add(culprit)
    // What was complained of behind it may be its doing.
    const before = played.slice(
      0,
      played.findIndex(({ one }) => one === culprit),
    )
    await suspicion.confirmAll(suspects.filter((one) => before.includes(one)).slice(0, mostBefore))
    if (!(await isAlive())) await stage.restart()
  }

  function lose(why: string): void {
    lost = true
    if (latest !== undefined) keep(latest, noLongerServes(stage.ended(), why))
  }

  async function isAlive(): Promise<boolean> {
    const first = stage.written.find(({ id }) => suspicion.isRightAsWritten(id))
    return stage.ended() === undefined && (first === undefined || (await stage.serves(first.id)))
  }

  async function byNewUsers(one: FuzzCase): Promise<Execution> {
    due += 1
    await forgotten.promise
    due -= 1
    return stage.play(one)
  }

  /** It waits beside everything else. Who is not heard any more may have been started afresh meanwhile. */
  async function waitedFor(one: FuzzCase): Promise<void> {
    waiting += 1
    const execution = await stage.play(one)
    const again = isWrong(execution) && timeLeft() ? await byNewUsers(one) : execution
    waiting -= 1
    settle(execution, again)
  }

  /** Nobody is forgotten while they wait. */
  async function playApart(): Promise<boolean> {
    const cases = apart
    apart = []
    const played = await Promise.all(cases.map((one) => stage.play(one)))
    const suspects = new Set(played.filter(isWrong))
    if (suspects.size > 0) await forgetAll()
    const looked = async (execution: Execution): Promise<void> =>
      settle(execution, suspects.has(execution) && timeLeft() ? await stage.play(execution.one) : execution)
    await Promise.all(played.map(looked))
    return true
  }

  async function some(): Promise<boolean> {
    if (queue === undefined) {
      await playAsWritten({ ...options, alone, wrong: suspicion.isWrongAsWritten, stopped: deadly.addFlow })
      const long = plannedLong(stage).filter((one) => !deadly.has(one))
      apart = long.filter(({ ops }) => ops.some(isApart))
      for (const one of long) if (!apart.includes(one)) void waitedFor(one)
      queue = createFlowQueue(everything(), stage)
      return true
    }
    batches += 1
    if (batches === beforeApart) return playApart()
    const { next } = queue
    let begun = 0
    /** In the order in which they came to their end. */
    const played: Execution[] = []
    const suspects: Execution[] = []
    const lane = async (): Promise<void> => {
      while (begun < most && timeLeft() && stage.ended() === undefined) {
        const one = next()
        if (one === undefined) return
        if (deadly.has(one)) continue
        begun += 1
        const execution = await stage.play(one)
        played.push(execution)
        counted(execution)
        latest = execution
        if (execution.complaints.some(isSure)) suspects.push(execution)
      }
    }
    await Promise.all(Array.from({ length: width }, lane))
    if (begun === 0) {
      if (apart.length > 0) return playApart()
      if (waiting === 0) return false
      await new Promise((resolve) => setTimeout(resolve, 200))
      if (due > 0) await forgetAll()
      return true
    }
    if (await isAlive()) await suspicion.confirmAll(suspects)
    else if (timeLeft()) await stopped(played, suspects)
    if (!lost) await forgetAll()
    return !lost
  }

  return {
    next: () =>
      some().catch((problem: unknown) => {
        if (!(problem instanceof UsageError)) throw problem
        // Whoever does not take new users any more has been lost meanwhile.
        lose(problem.message)
        return false
      }),
  }
}

/** So many of those that came to their end before whoever stopped the target are looked at. */
const mostBefore = 16
/** So many batches go before what has to be played apart. */
const beforeApart = 14

import type { FuzzCase } from '../case.ts'
import { whoOf } from '../halving.ts'
import { noLongerServes, type Complaint } from '../oracle.ts'
import type { Execution } from '../execution.ts'
import { inRounds } from '../rounds.ts'
import type { Turn } from '../turn.ts'
import {
  flowCase,
  plannedLong,
  plannedDerived,
  plannedEdits,
  plannedOperations,
  plannedRepairs,
  plannedTogether,
  type PlannedEdits,
} from './flow-plan.ts'
import { isApart } from './flow-operators.ts'
import { together } from './flow-copies.ts'
import type { FlowStage } from './flow-stage.ts'

export interface FlowPhaseOptions {
  readonly stage: FlowStage
  readonly random: () => number
  timeLeft(): boolean
  /** What is looked at alone is looked at while single messages wait. */
  readonly turn: Turn
  plan(cases: readonly FuzzCase[], cells: PlannedEdits['cells']): void
  counted(execution: Execution): void
  /** What looked wrong among others and was right alone. */
  vanished(execution: Execution): void
  keep(execution: Execution, complaint: Complaint): void
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

export function createFlowPhase({
  stage,
  random,
  timeLeft,
  turn,
  plan,
  counted,
  vanished,
  keep,
}: FlowPhaseOptions): FlowPhase {
  const wrongAnyway = new Set<string>()
  const found = new Set<string>()
  /** How often several users at the same time were tried in vain, by what seemed wrong. */
  const vain = new Map<string, number>()
  let queue: Iterator<FuzzCase> | undefined
  let waiting = 0
  let forgotten = Promise.withResolvers<void>()
  /** Who waits for that. */
  let due = 0
  let batches = 0
  /** What takes long, and would be ended if all users were forgotten. */
  let apart: readonly FuzzCase[] = []
  /** Those for whom there were no users left. */
  const postponed: FuzzCase[] = []

  /** The next one for whom there are users who have done nothing yet. */
  function taken(): FuzzCase | undefined {
    const ready = postponed.findIndex(stage.hasUsersFor)
    if (ready !== -1) return postponed.splice(ready, 1)[0]
    while (postponed.length < mostPostponed) {
      const { value, done } = (queue as Iterator<FuzzCase, undefined>).next()
      if (done === true || stage.hasUsersFor(value)) return value
      postponed.push(value)
    }
    return undefined
  }

  /** Whoever is played next is new, and so are those who wait for that. */
  async function forgetAll(): Promise<void> {
    await stage.turn()
    forgotten.resolve()
    forgotten = Promise.withResolvers<void>()
  }

  async function alone<T>(look: () => Promise<T>): Promise<T> {
    const giveBack = await turn()
    return look().finally(giveBack)
  }

  /** What is wrong with a flow as it is written has nothing to do with any change. */
  async function sanity(): Promise<void> {
    for (const execution of await Promise.all(stage.written.map(({ id }) => stage.play(flowCase(id))))) {
      counted(execution)
      const again = execution.complaints.length === 0 ? execution : await alone(() => stage.play(execution.one))
      for (const one of again.complaints) {
        wrongAnyway.add(`${again.one.scenario} ${one.what}`)
        if (isSure(one)) keep(again, one)
      }
    }
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
      { cases: edits.cases, each: 6 },
    ])
  }

  const isKnown = ({ one }: Execution, { what }: Complaint): boolean =>
    wrongAnyway.has(`${one.scenario} ${what}`) || found.has(`${one.ops.map(({ op }) => op).join()} ${what}`)

  /** What shows once more beside the others is looked at alone. */
  async function confirmAll(suspects: readonly Execution[]): Promise<void> {
    const unknown = suspects.filter((one) => !one.complaints.every((each) => isKnown(one, each)))
    if (unknown.length === 0) return
    const again = await alone(() => playedAgain(unknown))
    for (const [index, suspect] of unknown.entries())
      if (timeLeft()) await alone(() => confirm(suspect, again[index]?.complaints.some(isSure) === true))
  }

  /** Beside one another, as many as there are users for: each may be used once. */
  async function playedAgain(suspects: readonly Execution[]): Promise<readonly Execution[]> {
    await forgetAll()
    const again: Promise<Execution>[] = []
    for (const { one } of suspects) {
      if (!stage.hasUsersFor(one)) {
        await Promise.all(again)
        await forgetAll()
      }
      again.push(stage.play(one))
    }
    return Promise.all(again)
  }

  /** Alone, twice: what shows each time is a finding. */
  async function confirm(suspect: Execution, showed: boolean): Promise<void> {
    if (suspect.complaints.every((one) => isKnown(suspect, one))) return
    if (showed && (await showsAgain(suspect.one))) return
    // What does not show of one user may show of several at the same time.
    const { what = '' } = suspect.complaints[0] ?? {}
    const times = vain.get(what) ?? 0
    if (times >= mostVain || suspect.one.ops.some(({ op }) => op === together)) return vanished(suspect)
    const { one } = suspect
    const several: FuzzCase = { ...one, ops: [...one.ops, { op: together, at: 'flow', p: 4 }] }
    if (await showsAgain(several)) return
    vain.set(what, times + 1)
    vanished(suspect)
  }

  async function showsAgain(one: FuzzCase): Promise<boolean> {
    await forgetAll()
    const again = await stage.play(one)
    if (!again.complaints.some(isSure)) return false
    await forgetAll()
    const twice = await stage.play(one)
    const inBoth = new Set(twice.complaints.filter(isSure).map(({ what }) => what))
    const shown = again.complaints.filter((each) => inBoth.has(each.what) && !isKnown(again, each))
    for (const each of shown) {
      found.add(`${one.ops.map(({ op }) => op).join()} ${each.what}`)
      keep(again, each)
    }
    return shown.length > 0
  }

  /** The target no longer serves: which of them did that? */
  async function bisect(cases: readonly FuzzCase[]): Promise<void> {
    const why = stage.ended() ?? 'no valid flow goes its way'
    await stage.restart()
    const one = await whoOf(cases, kills)
    if (one === undefined) return
    const execution = await stage.play(one)
    keep(execution, noLongerServes(stage.ended(), why))
    await stage.restart()
  }

  async function kills(cases: readonly FuzzCase[]): Promise<boolean> {
    await Promise.all(cases.map((one) => stage.play(one)))
    if (await isAlive()) return false
    await stage.restart()
    return true
  }

  async function isAlive(): Promise<boolean> {
    const first = stage.written.find(({ id }) => ![...wrongAnyway].some((what) => what.startsWith(id)))
    return stage.ended() === undefined && (first === undefined || (await stage.serves(first.id)))
  }

  async function byNewUsers(one: FuzzCase): Promise<Execution> {
    due += 1
    await forgotten.promise
    due -= 1
    return stage.play(one)
  }

  const isWrong = (execution: Execution): boolean =>
    execution.complaints.some((each) => isSure(each) && !isKnown(execution, each))

  /** What shows both times is a finding. */
  function settle(execution: Execution, again: Execution): void {
    if (!timeLeft()) return
    counted(execution)
    const inBoth = new Set(again.complaints.map(({ what }) => what))
    const shown = execution.complaints.filter((each) => isSure(each) && inBoth.has(each.what))
    for (const each of shown) if (!isKnown(execution, each)) keep(execution, each)
    if (isWrong(execution) && shown.length === 0) vanished(execution)
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

  return {
    async next() {
      if (queue === undefined) {
        await sanity()
        const long = plannedLong(stage)
        apart = long.filter(({ ops }) => ops.some(isApart))
        for (const one of long) if (!apart.includes(one)) void waitedFor(one)
        queue = everything()
        return true
      }
      batches += 1
      if (batches === beforeApart) return playApart()
      const begun: FuzzCase[] = []
      const suspects: Execution[] = []
      const lane = async (): Promise<void> => {
        while (begun.length < most && timeLeft() && stage.ended() === undefined) {
          const one = taken()
          if (one === undefined) return
          begun.push(one)
          const execution = await stage.play(one)
          counted(execution)
          if (execution.complaints.some(isSure)) suspects.push(execution)
        }
      }
      await Promise.all(Array.from({ length: width }, lane))
      if (begun.length === 0) {
        if (apart.length > 0) return playApart()
        if (waiting === 0) return false
        await new Promise((resolve) => setTimeout(resolve, 200))
        if (due > 0) await forgetAll()
        return true
      }
      if (!(await isAlive())) await alone(() => bisect(begun))
      else await confirmAll(suspects)
      await forgetAll()
      return true
    },
  }
}

const mostVain = 2
/** So many may wait for users. */
const mostPostponed = 256

/** So many batches go before what has to be played apart. */
const beforeApart = 14

/** What was seen while others were under way may be their doing. */
const isSure = ({ what }: Complaint): boolean => !what.startsWith('perhaps: ')

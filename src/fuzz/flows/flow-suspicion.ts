import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { noLongerServes, type Complaint } from '../oracle.ts'
import { together } from './flow-copies.ts'
import type { FlowStage } from './flow-stage.ts'

/** Who is told of what was played. */
export interface FlowAudience {
  timeLeft(): boolean
  counted(execution: Execution): void
  /** What looked wrong among others and was right alone. */
  vanished(execution: Execution): void
  /** Whether nobody can say of a flow as it is written that it is right, or wrong. */
  doubted(execution: Execution, is: boolean): void
  keep(execution: Execution, complaint: Complaint): void
}

interface FlowSuspicionOptions extends Omit<FlowAudience, 'doubted'> {
  readonly stage: Pick<FlowStage, 'play' | 'hasUsersFor' | 'restart' | 'restarts' | 'ended'>
  /** While it looks, no single messages leave. */
  alone<T>(look: () => Promise<T>): Promise<T>
  /** Whoever is played next is new. */
  forgetAll(): Promise<void>
  /** Whether a valid flow goes its way. */
  isAlive(): Promise<boolean>
}

/** What looked wrong of flows is looked at again, and a finding is what shows each time. */
export interface FlowSuspicion {
  /** What is wrong with a flow as it is written has nothing to do with any change. */
  isWrongAsWritten(execution: Execution): void
  isRightAsWritten(id: string): boolean
  /** Whether something is surely wrong that is not known yet. */
  isWrong(execution: Execution): boolean
  confirmAll(suspects: readonly Execution[]): Promise<void>
  /** What shows both times is a finding. */
  settle(execution: Execution, again: Execution): void
}

/** So often several at the same time are tried in vain, and one alone in vain where it shows of several. */
const [mostVain, mostVainOfSeveral] = [2, 3]

/** What was seen while others were under way may be their doing. */
export const isSure = ({ what }: Complaint): boolean => !what.startsWith('perhaps: ')

/** Of the sure complaints of the one, those that the other has too. */
function inBoth(one: Execution, { complaints }: Execution): readonly Complaint[] {
  const others = new Set(complaints.filter(isSure).map(({ what }) => what))
  return one.complaints.filter((each) => isSure(each) && others.has(each.what))
}

export function createFlowSuspicion(options: FlowSuspicionOptions): FlowSuspicion {
  const { stage, timeLeft, alone, forgetAll, isAlive, counted, vanished, keep } = options
  const wrongAnyway = new Set<string>()
  const found = new Set<string>()
  /** How often it was looked at alone, and by several users at the same time, in vain; by what seemed wrong. */
  const vain = new Map<string, number>()

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
      if (!timeLeft()) break
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
    const { what = '' } = suspect.complaints[0] ?? {}
    const times = vain.get(what) ?? 0
    // What was done to it does not matter where it shows of several to whom nothing was done.
    const isOfSeveral = suspect.complaints.every((each) => found.has(`${together} ${each.what}`))
    if (isOfSeveral && times >= mostVainOfSeveral) return vanished(suspect)
    if (showed && (await showsAgain(suspect.one))) return
    if (!isOfSeveral && times < mostVain && (await showsOfSeveral(suspect.one))) return
    vain.set(what, times + 1)
    vanished(suspect)
  }

  /** What does not show of one user may show of several at the same time. */
  async function showsOfSeveral(one: FuzzCase): Promise<boolean> {
    if (one.ops.some(({ op }) => op === together)) return false
    const several = { op: together, at: 'flow', p: 4 }
    if (await showsAgain({ ...one, edits: [], ops: [several] })) return true
    return one.edits.length + one.ops.length > 0 && showsAgain({ ...one, ops: [...one.ops, several] })
  }

  async function showsAgain(one: FuzzCase): Promise<boolean> {
    if (!timeLeft()) return false
    await forgetAll()
    const again = await stage.play(one)
    if (!again.complaints.some(isSure)) return false
    await forgetAll()
    const twice = inBoth(again, await stage.play(one)).filter((each) => !isKnown(again, each))
    if (twice.length === 0) return false
    if (!stage.restarts || !timeLeft() || (await isAlive())) return told(again, twice)
    // What went before may have stopped the target, of which this one would have nothing to say.
    await stage.restart()
    const afresh = await stage.play(one)
    const showed = told(afresh, inBoth({ ...again, complaints: twice }, afresh))
    if (await isAlive()) return showed
    keep(afresh, noLongerServes(stage.ended(), 'no valid flow goes its way'))
    await stage.restart()
    return true
  }

  /** Whether there was anything to tell. */
  function told(execution: Execution, shown: readonly Complaint[]): boolean {
    for (const each of shown) {
      found.add(`${execution.one.ops.map(({ op }) => op).join()} ${each.what}`)
      keep(execution, each)
    }
    return shown.length > 0
  }

  const isWrong = (execution: Execution): boolean =>
    execution.complaints.some((each) => isSure(each) && !isKnown(execution, each))

  function settle(execution: Execution, again: Execution): void {
    if (!timeLeft()) return
    counted(execution)
    const shown = inBoth(execution, again)
    for (const each of shown) if (!isKnown(execution, each)) keep(execution, each)
    if (isWrong(execution) && shown.length === 0) vanished(execution)
  }

  return {
    isWrongAsWritten({ one, complaints }) {
      for (const { what } of complaints) wrongAnyway.add(`${one.scenario} ${what}`)
    },
    isRightAsWritten: (id) => ![...wrongAnyway].some((what) => what.startsWith(id)),
    isWrong,
    confirmAll,
    settle,
  }
}

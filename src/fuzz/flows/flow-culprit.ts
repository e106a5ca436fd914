import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { whoOf } from '../halving.ts'
import { noLongerServes, type Complaint } from '../oracle.ts'
import type { FlowStage } from './flow-stage.ts'
import { isSure } from './flow-suspicion.ts'

interface FlowCulpritOptions {
  readonly stage: Pick<FlowStage, 'play' | 'turn' | 'restart' | 'ended'>
  isAlive(): Promise<boolean>
  keep(execution: Execution, complaint: Complaint): void
}

/** So many are tried first: fewer than all of a batch take less time. */
const nearest = 16

/**
 * The target no longer serves: which of the flows did that is found by halving, first of those that came to their end around `first`, the first
 * that was complained of. It serves when the search begins. Nobody where none does it by itself. Leaves a target that serves.
 */
export async function findFlowCulprit(
  played: readonly Execution[],
  first: Execution | undefined,
  why: string,
  { stage, isAlive, keep }: FlowCulpritOptions,
): Promise<FuzzCase | undefined> {
  async function kills(some: readonly FuzzCase[]): Promise<boolean> {
    await Promise.all(some.map((one) => stage.play(one)))
    if (await isAlive()) {
      // Each user begins a flow once.
      await stage.turn()
      return false
    }
    await stage.restart()
    return true
  }

  const cases = played.map(({ one }) => one)
  const from = Math.max(0, (first === undefined ? cases.length : played.indexOf(first)) - nearest / 2)
  const near = cases.slice(from, from + nearest)
  const culprit = await whoOf((await kills(near)) ? near : cases, kills)
  if (culprit === undefined) return undefined
  const execution = await stage.play(culprit)
  // Who stands still for a while serves again behind it, and is complained of for the while.
  const own = execution.complaints.filter(isSure)
  const isBack = (await isAlive()) && own.length > 0
  for (const complaint of isBack ? own : [noLongerServes(stage.ended(), why)]) keep(execution, complaint)
  await stage.restart()
  return culprit
}

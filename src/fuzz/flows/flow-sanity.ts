import type { FuzzCase } from '../case.ts'
import type { Execution } from '../execution.ts'
import { noLongerServes } from '../oracle.ts'
import { flowCase } from './flow-case.ts'
import type { FlowStage } from './flow-stage.ts'
import { isSure, type FlowAudience } from './flow-suspicion.ts'

interface FlowSanityOptions extends Pick<FlowAudience, 'timeLeft' | 'counted' | 'keep' | 'doubted'> {
  readonly stage: Pick<FlowStage, 'written' | 'play' | 'turn' | 'restart' | 'ended'>
  /** While it looks, no single messages leave. */
  alone<T>(look: () => Promise<T>): Promise<T>
  /** Is told of what is wrong with a flow as it is written: it has nothing to do with any change. */
  wrong(execution: Execution): void
  /** Is told of a flow that stops the target as it is written: none of its changes need be tried. */
  stopped(flow: FuzzCase): void
}

/** Milliseconds: who falls over what came last does so soon afterwards. */
const settling = 150
/** So often a flow of which nobody can say whether it is right is played once more. */
const mostAgain = 2

const isDoubtful = ({ complaints }: Execution): boolean => complaints.length > 0 && !complaints.some(isSure)

/** Plays the flows as they are written, before anything is changed. What stops the target is told of; what cannot be judged is said to be so. */
export async function playAsWritten(options: FlowSanityOptions): Promise<void> {
  const { stage, alone, timeLeft, counted, keep, doubted, wrong, stopped } = options
  const flows = stage.written.map(({ id }) => flowCase(id))

  /** One after the other, each with a target that runs. */
  async function inTurn(): Promise<readonly Execution[]> {
    const all: Execution[] = []
    for (const flow of flows) {
      if (!timeLeft() || !(await runs())) break
      await stage.turn()
      const execution = await played(flow)
      if (stage.ended() === undefined) all.push(execution)
      else stops(execution)
    }
    await runs()
    return all
  }

  /** Whether it does, or does again. */
  const runs = async (): Promise<boolean> =>
    stage.ended() === undefined ||
    stage.restart().then(
      () => true,
      () => false,
    )

  let isFound = false
  function stops(execution: Execution): void {
    isFound = true
    const complaint = noLongerServes(stage.ended(), 'it runs no longer')
    counted(execution)
    keep(execution, complaint)
    wrong({ ...execution, complaints: [complaint] })
    stopped(execution.one)
  }

  async function played(flow: FuzzCase): Promise<Execution> {
    const execution = await stage.play(flow)
    await new Promise((resolve) => setTimeout(resolve, settling))
    return execution
  }

  /** What shows beside the others is looked at alone; what cannot be judged, more than once. */
  async function lookedAt(execution: Execution): Promise<Execution> {
    let again = execution
    for (let time = 0; time < mostAgain && timeLeft(); time += 1) {
      if (again.complaints.length === 0 || (time > 0 && again.complaints.some(isSure))) break
      again = await alone(() => stage.play(execution.one))
    }
    return again
  }

  const together = await Promise.all(flows.map(played))
  const ended = stage.ended()
  const apart = ended === undefined ? together : await alone(inTurn)
  const [first] = together
  if (first !== undefined && ended !== undefined && !isFound)
    keep(first, noLongerServes(ended, 'it runs no longer, once all flows have been played beside each other'))
  // Of many at once some may come late. Where none goes its way, all are in doubt until they are looked at, should the time be over before.
  const isNoneRight = apart.every(({ complaints }) => complaints.length > 0)
  for (const execution of isNoneRight ? apart.filter(isDoubtful) : []) doubted(execution, true)
  for (const execution of apart) {
    counted(execution)
    if (!timeLeft()) continue
    const again = await lookedAt(execution)
    wrong(again)
    for (const one of again.complaints.filter(isSure)) keep(again, one)
    if (!isDoubtful(again)) doubted(again, false)
    else if (timeLeft()) doubted(again, true)
  }
}

import type { FlowOperation, FuzzCase } from './case.ts'
import { validCase } from './grid.ts'
import type { Lab } from './lab.ts'
import type { Complaint } from './oracle.ts'
import type { Execution } from './execution.ts'
import { comesFirst, type Scenario } from './scenario.ts'
import { streamOperations, takesLong } from './streams.ts'

interface StreamPhaseOptions {
  readonly lab: Lab
  readonly scenarios: readonly Scenario[]
  timeLeft(): boolean
  counted(execution: Execution): void
  keep(execution: Execution, complaint: Complaint): void
  plan(scenario: Pick<Scenario, 'id' | 'state'>, operation: FlowOperation): void
}

/** What is done to connections: all at once, and beside everything else where it takes long. */
export async function playStreams({
  lab,
  scenarios,
  timeLeft,
  counted,
  keep,
  plan,
}: StreamPhaseOptions): Promise<void> {
  const { target } = lab
  const cases = scenarios
    .filter((scenario) => comesFirst(scenario) && scenario.role !== 'element')
    .flatMap((scenario) => streamOperations(scenario).map((one) => ({ ...validCase(scenario), ops: [one] })))
  for (const { scenario, ops } of cases) for (const one of ops) plan({ id: scenario, state: 'over TCP' }, one)
  const judged = async (one: FuzzCase): Promise<void> => {
    const execution = await lab.alone(one)
    if (!timeLeft()) return
    counted(execution)
    const again = execution.complaints.length > 0 && !takesLong(one) ? await lab.alone(one) : execution
    for (const each of again.complaints) keep(again, each)
  }
  for (const one of cases.filter(takesLong)) void judged(one)
  const soon = cases.filter((one) => !takesLong(one))
  const all = await Promise.all(soon.map((one) => lab.alone(one)))
  for (const execution of all) counted(execution)
  const ended = target.ended()
  if (ended !== undefined && target.restarts) await target.restart()
  for (const execution of all) {
    if (execution.complaints.length === 0 || !timeLeft()) continue
    const again = await lab.alone(execution.one)
    for (const each of again.complaints) keep(again, each)
    if (target.ended() !== undefined && target.restarts) await target.restart()
  }
}

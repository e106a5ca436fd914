import type { FuzzCase } from '../case.ts'
import type { Alternatives } from '../explain-operations.ts'
import { parameterOf } from './flow-operator.ts'
import { flowOperatorNamed } from './flow-operators.ts'
import type { FlowStage } from './flow-stage.ts'

const flowIn = (scenario: string): string => scenario.slice(0, scenario.indexOf('#'))

/** What the flows of a stage have in the place of the operations of a case. */
export function alternativesIn(
  { written, derived }: Pick<FlowStage, 'written' | 'derived'>,
  one: FuzzCase,
): Alternatives {
  const flow = written.find(({ id }) => id === one.scenario)
  return {
    surroundings: [...written, ...derived]
      .map(({ id }) => id)
      .filter((id) => id !== one.scenario && flowIn(id) === flowIn(one.scenario)),
    parameters: (operation) =>
      (flowOperatorNamed(operation.op)?.parameters ?? [])
        .filter((p) => p !== parameterOf(operation))
        .map((p) => ({ ...operation, p })),
    steps: (operation) =>
      [...(flow?.steps.values() ?? [])]
        .filter(({ shape }) => shape.step !== operation.at && flowOperatorNamed(operation.op)?.suits(shape) === true)
        .map(({ shape }) => ({ ...operation, at: shape.step })),
  }
}

import type { FlowOperation, FuzzCase } from './case.ts'
import { namesOf, type Tried } from './explain.ts'
import { parameterOf } from './flows/flow-operator.ts'

/** What might stand in the place of an operation, or of the flow. */
export interface Alternatives {
  /** Parameters of the operation, its own left out. */
  readonly parameters: (operation: FlowOperation) => readonly FlowOperation[]
  /** The same at other steps that it suits. */
  readonly steps: (operation: FlowOperation) => readonly FlowOperation[]
  /** The same flow between other entities, by other ways, or over another transport. */
  readonly surroundings: readonly string[]
}

export interface ExplainOperationsOptions extends Tried {
  readonly alternatives: Alternatives
}

/** So many others are tried of each sort. */
const most = 8

/** What of each operation matters, by trying others in its place: `at any step of 4 tried`, `surroundings both-gateways,udp alone, of 2 tried`. */
export async function explainOperations(one: FuzzCase, options: ExplainOperationsOptions): Promise<readonly string[]> {
  const { alternatives, failing, timeLeft } = options
  const { parameters, steps, surroundings } = alternatives
  const said: string[] = []

  /** Which of them show it too; `undefined` where there is nothing to try, or no time. */
  async function tried<T>(others: readonly T[], caseOf: (other: T) => FuzzCase): Promise<[T[], T[]] | undefined> {
    const some = others.slice(0, most)
    if (some.length === 0 || !timeLeft()) return undefined
    const cases = some.map(caseOf)
    const bad = await failing(cases)
    return [some, some.filter((_, index) => bad.includes(cases[index] as FuzzCase))]
  }

  for (const [index, operation] of one.ops.entries()) {
    const withOperation = (other: FlowOperation): FuzzCase => ({ ...one, ops: one.ops.with(index, other) })
    const { op, at } = operation
    const byParameter = await tried(parameters(operation), withOperation)
    if (byParameter !== undefined)
      said.push(`${op}: ${namesOf('', parameterOf(operation), byParameter[0].length, byParameter[1].map(parameterOf))}`)
    const byStep = await tried(steps(operation), withOperation)
    if (byStep !== undefined)
      said.push(
        `${op}: ${namesOf(
          'step',
          at,
          byStep[0].length,
          byStep[1].map((each) => each.at),
        )}`,
      )
  }
  const elsewhere = await tried(surroundings, (scenario) => ({ ...one, scenario }))
  if (elsewhere !== undefined)
    said.push(namesOf('surroundings', wordsIn(one.scenario), elsewhere[0].length, elsewhere[1].map(wordsIn)))
  return said
}

const wordsIn = (scenario: string): string => scenario.slice(scenario.indexOf('#') + 1)

import type { FlowOperation, FuzzCase } from '../case.ts'
import type { Scenario } from '../scenario.ts'
import { answerOperators } from './answers.ts'
import { operationsOf, placeOf, type Interference, type Operator, type Outcome, type Setting } from './operator.ts'
import { reactionOperators } from './reactions.ts'
import { requestOperators } from './requests.ts'

export type { Interference, Outcome } from './operator.ts'

const operators: readonly Operator[] = [...requestOperators, ...answerOperators, ...reactionOperators]

/** Every single operation on the messages of a scenario. */
export const singleOperations = (scenario: Scenario): readonly FlowOperation[] =>
  operators.filter(({ suits }) => suits?.(scenario) ?? true).flatMap((operator) => operationsOf(scenario, operator))

/** Operations that only together show something: who was not answered about asks once more. */
export const jointOperations = (scenario: Scenario): readonly (readonly FlowOperation[])[] =>
  singleOperations(scenario)
    .filter(({ op, at }) => op === 'drop' && at === placeOf(scenario, 'reaction'))
    .map((drop) => [drop, { op: 'replay', at: scenario.step, p: 'answer' }])

const foundFor = (scenario: Scenario, { ops }: FuzzCase): readonly (readonly [Operator, unknown])[] =>
  ops.flatMap(({ op, at, p }) => {
    const found = operators.find(({ name, on }) => name === op && placeOf(scenario, on) === at)
    return found === undefined ? [] : [[found, p] as const]
  })

/** What is done to the flow by all operations of a case. */
export function interferenceOf(one: FuzzCase, setting: Setting): Interference {
  const all = foundFor(setting.scenario, one).map(([{ interfere }, p]) => interfere(p, setting))
  const asides = all.flatMap((each) => each.asides ?? [])
  return all.reduce<Interference>((made, each) => ({ ...made, ...each, asides }), { asides })
}

/** What is due in spite of the operations: what the most forgiving of them leaves. */
export function outcomeOf(scenario: Scenario, one: FuzzCase): Outcome & { readonly clause: string } {
  const all = foundFor(scenario, one).map(([{ outcome, clause }, p]) => ({ ...outcome(p), clause }))
  const [first] = all
  return (
    all.find(({ kind }) => kind === 'any') ??
    all.find(({ kind }) => kind === 'not granted') ??
    first ?? { kind: 'same', clause: '' }
  )
}

/** How often the receiver may take the request for a new one. */
export const timesAnew = (scenario: Scenario, one: FuzzCase): number =>
  1 + foundFor(scenario, one).filter(([{ anew }]) => anew === true).length

/** How many requests beside the flow have to be answered. */
export function answersDue(scenario: Scenario, one: FuzzCase): number {
  // Where the other system is silent, so is this one for a while.
  if (outcomeOf(scenario, one).kind === 'not granted') return 0
  return foundFor(scenario, one).filter(([{ answered }]) => answered === true).length
}

/** Whether the answer has to come once more: of whoever asks again it was not heard (RFC 3261 17.2.2). */
export function isAnsweredAgain({ step, answer }: Scenario, { edits, ops }: FuzzCase): boolean {
  const [operation, another] = ops
  const isIt = operation?.op === 'retransmit' && operation.at === step && operation.p === 'answer'
  // A success of INVITE is sent again for reasons of its own, and what is acknowledged never (17.2.1, RFC 6026 7.1).
  return isIt && another === undefined && edits.length === 0 && answer === undefined
}

/** What is wrong when a request beside the flow has success, and the requirement that says so. */
export const refusedBeside = (scenario: Scenario, one: FuzzCase): readonly Operator[] =>
  foundFor(scenario, one)
    .map(([operator]) => operator)
    .filter(({ notTwice }) => notTwice !== undefined)

export { checks, states, timers, type Check, type State, type Timer } from './check.ts'
export { conditions, type Condition } from './condition.ts'
export {
  defineFlow,
  flow,
  type Flow,
  type FlowText,
  type Outcome,
  type Precondition,
  type Service,
  type Variant,
} from './flow.ts'
export {
  C,
  kindOf,
  kinds,
  M,
  malformedWays,
  O,
  type Ie,
  type IeKind,
  type Ies,
  type Status,
} from './information-element.ts'
export { literals, message, nameOfTerm, sameTerm, values, type Carried, type Message, type Term } from './message.ts'
export { everyStep, FlowError } from './refuse.ts'
export { actors, anyOrder, byUser, dueBy, either, speech, step, when, within, type Actor } from './sentence.ts'
export type { Basis, Source } from './source.ts'
export { isMessage, rolesOf, type Act, type MessageAct, type Otherwise, type Step, type Within } from './step.ts'

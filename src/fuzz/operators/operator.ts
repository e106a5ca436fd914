import type { FlowOperation } from '../case.ts'
import type { Aside, Spoken, Said } from '../flight.ts'
import type { Scenario } from '../scenario.ts'

/** Which message of the flow it is done to: the request, the response to an INVITE on another leg, the request because of one there. */
type Concerned = 'request' | 'answer' | 'reaction'

/** What is due in spite of the operation. */
export type Outcome =
  /** What is due without it. */
  | { readonly kind: 'same' }
  /** Nothing that could be said. */
  | { readonly kind: 'any' }
  /** Whatever it is, it is no success. */
  | { readonly kind: 'not granted'; readonly because: string }

/** What an operator has at hand. */
export interface Setting {
  readonly scenario: Scenario
  /** The request as it leaves. */
  readonly octets: Uint8Array
  /** What the flow would answer to the request on the other leg, though none came. */
  readonly unasked: () => { readonly octets: Uint8Array; readonly from: Aside['from'] } | undefined
}

/** What is done to the flow; what is not named goes its way. */
export interface Interference {
  readonly asides?: readonly Aside[]
  /** What is said to an INVITE on another leg. */
  readonly speech?: readonly Spoken[]
  /** When the request because of one on another leg leaves. */
  readonly reactionTimes?: readonly Said[]
  readonly patience?: number
  /** What is said to a request on another leg that is no INVITE, in the place of 200. */
  readonly said?: readonly Spoken[]
}

/** One way of changing the course of a flow, with the requirement that decides what is due then. */
export interface Operator {
  readonly name: string
  readonly clause: string
  readonly on: Concerned
  readonly parameters: readonly (string | number)[]
  readonly suits?: (scenario: Scenario) => boolean
  readonly outcome: (p: unknown) => Outcome
  /** Whether the receiver may take it for one request more. */
  readonly anew?: boolean
  /** Whether what leaves beside the flow has a final response of its own. */
  readonly answered?: boolean
  /** What is wrong when that is a success. */
  readonly notTwice?: string
  readonly interfere: (p: unknown, setting: Setting) => Interference
}

/** Step of an operation: `5`, `5/answer`, `5/reaction`. */
export const placeOf = ({ step }: Scenario, on: Concerned): string => (on === 'request' ? step : `${step}/${on}`)

/** Every parameter of an operator at its message of the scenario. */
export const operationsOf = (scenario: Scenario, { name, on, parameters }: Operator): readonly FlowOperation[] => {
  const bare: FlowOperation = { op: name, at: placeOf(scenario, on) }
  return parameters.length === 0 ? [bare] : parameters.map((p) => ({ ...bare, p }))
}

import type { Check, State, Timer } from './check.ts'
import type { Condition } from './condition.ts'
import type { Carried, Message, Term } from './message.ts'

/** What happens at a step: plain data, a tagged union, walked by every derivation. */
export type Act =
  | {
      readonly act: 'send'
      readonly from: string
      readonly to: string
      readonly message: Message
      readonly carries: Carried
    }
  | {
      /** Passes on the last message of this name with its elements as they were. */
      readonly act: 'forward'
      readonly from: string
      readonly to: string
      readonly message: Message
      /** The element that decides where it goes, when the specification says so. */
      readonly routedBy?: Term
      /** Actors of whose names and addresses nothing may survive. */
      readonly hides?: readonly string[]
    }
  | {
      readonly act: 'check'
      readonly at: string
      readonly check: Check
      readonly otherwise: Otherwise
    }
  | {
      readonly act: 'record'
      readonly at: string
      readonly state: State
      readonly what: Carried
    }
  | {
      readonly act: 'perform'
      readonly at: string
      readonly flow: string
      readonly as: Readonly<Record<string, string>>
      /** Term of that flow to term of this one; the others have the same name in both. */
      readonly values: Readonly<Record<string, string>>
    }
  | {
      /** Speech of one user goes along a path of actors, one after the other. */
      readonly act: 'media'
      readonly path: readonly string[]
      /** The path that it took before, and takes no longer. */
      readonly insteadOf: readonly string[]
      /** Who is heard, an MC service ID. */
      readonly talker: Term
      /** Who decides whose turn it is to talk. */
      readonly floorAt: string
    }
  | { readonly act: 'anyOrder'; readonly steps: readonly Step[] }
  | { readonly act: 'either'; readonly alternatives: Readonly<Record<string, readonly Step[]>> }

/** What follows when a check turns out negative. */
export type Otherwise =
  /** The flow goes on at a later step, and from then on carries what is set; it ends after `last`, if that is said. */
  | { readonly step: string; readonly set: Carried; readonly last?: string }
  /** These steps come in place of all that would have followed. */
  | { readonly instead: readonly Step[] }

export interface Within {
  readonly atMost?: Timer
  readonly atLeast?: Timer
}

export interface Step {
  /** The specification's own number: `4`, `4a`. */
  readonly step: string
  readonly act: Act
  readonly within?: Within
  /** The step exists only where this holds. */
  readonly when?: Condition
  /** It happens because the user wants it, not because of what came before. */
  readonly byUser?: true
  /** It may come earlier, and is due no sooner than when this step has happened. */
  readonly dueBy?: string
  /** Id of the flow that has it, where another one performs that flow. */
  readonly of?: string
}

export type MessageAct = Extract<Act, { act: 'send' | 'forward' }>
export const isMessage = (act: Act): act is MessageAct => act.act === 'send' || act.act === 'forward'

/** The roles an act binds. */
export function rolesOf(act: Act): readonly string[] {
  switch (act.act) {
    case 'send':
    case 'forward':
      return [act.from, act.to]
    case 'check':
    case 'record':
    case 'perform':
      return [act.at]
    case 'media':
      return [...act.path, ...act.insteadOf, act.floorAt]
    case 'anyOrder':
      return act.steps.flatMap((step) => rolesOf(step.act))
    case 'either':
      return Object.values(act.alternatives).flatMap((steps) => steps.flatMap((step) => rolesOf(step.act)))
  }
}

import type { State } from './check.ts'
import { deepFreeze, mapValues } from './record.ts'
import { refuse } from './refuse.ts'
import type { Actor } from './sentence.ts'
import type { Source } from './source.ts'
import type { Step } from './step.ts'

/** A lasting state a flow ends in when nothing was refused. */
export interface Outcome {
  readonly at: string
  readonly state: State
}

/** A stage-2 procedure: frozen, JSON-safe data. Every output of this product is a function of this value. */
export interface Flow {
  readonly id: string
  readonly title: string
  readonly spec: Source & { readonly figure: string }
  /** Role key to its title, in the order of the figure. */
  readonly actors: Readonly<Record<string, string>>
  readonly given: readonly string[]
  readonly steps: readonly Step[]
  readonly outcome: readonly Outcome[]
  readonly variants: Readonly<Record<string, Variant>>
}

/** The same procedure where some actors do not exist. */
export interface Variant {
  readonly title: string
  readonly without: readonly string[]
}

/** A flow as it is written down. */
export interface FlowText {
  readonly id: string
  readonly title: string
  readonly spec: Source & { readonly figure: string }
  readonly actors: readonly Actor[]
  readonly given: readonly string[]
  readonly steps: readonly Step[]
  readonly outcome?: readonly { readonly at: Actor; readonly state: State }[]
  readonly variants: Readonly<Record<string, { readonly title: string; readonly without: readonly Actor[] }>>
}

/** Defines a flow. Throws a FlowError that names the step, the rule and the repair when the text is wrong. */
export const flow = (text: FlowText): Flow =>
  defineFlow({
    id: text.id,
    title: text.title,
    spec: text.spec,
    actors: Object.fromEntries(text.actors.map((actor) => [actor.key, actor.title])),
    given: text.given,
    steps: text.steps,
    outcome: (text.outcome ?? []).map(({ at, state }) => ({ at: at.key, state })),
    variants: mapValues(text.variants, ({ title, without }) => ({ title, without: without.map((actor) => actor.key) })),
  })

/** Refuses a wrong flow, freezes a right one. Whatever transforms a flow passes through here again. */
export function defineFlow(value: Flow): Flow {
  refuse(value)
  return deepFreeze(value)
}

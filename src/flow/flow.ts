import type { State } from './check.ts'
import type { Condition } from './condition.ts'
import { nameOfTerm, type Term } from './message.ts'
import { deepFreeze, mapValues } from './record.ts'
import { everyStep, refuse } from './refuse.ts'
import type { Actor } from './sentence.ts'
import type { Source } from './source.ts'
import type { Step } from './step.ts'

/** A lasting state a flow ends in when nothing was refused. */
export interface Outcome {
  readonly at: string
  readonly state: State
  /** It held before, and holds no longer. */
  readonly ended?: true
  /** The step by which it is so; the last one unless said. */
  readonly by?: string
}

/** Something that holds before a flow begins because another flow made it so. */
export interface Precondition {
  readonly that: string
  /** Id of the flow that brings it about. */
  readonly flow: string
  /** Actor of that flow to actor of this one; the others have the same key in both. */
  readonly as: Readonly<Record<string, string>>
  /** The actors of this flow who take part in that one, and so know the values. */
  readonly between: readonly string[]
  /** Term of that flow to term of this one; the others have the same name in both. */
  readonly values: Readonly<Record<string, string>>
  /** Keys of the states that flow brings about or ends. */
  readonly states: readonly string[]
  /** The check of this flow that turns out negative where it does not hold. */
  readonly shownBy?: string
}

/** A stage-2 procedure: frozen, JSON-safe data. Every output of this product is a function of this value. */
export interface Flow {
  readonly id: string
  readonly title: string
  readonly spec: Source & { readonly figure: string }
  /** Role key to its title, in the order of the figure. */
  readonly actors: Readonly<Record<string, string>>
  /** Those who do here what no such entity may: they are never under test. */
  readonly misbehaving: readonly string[]
  readonly given: readonly Given[]
  /** What the text leaves for further study, and what is done about it here: never a failure by itself. */
  readonly furtherStudy?: readonly OpenPoint[]
  readonly preconditions: readonly Precondition[]
  readonly steps: readonly Step[]
  readonly outcome: readonly Outcome[]
  /** The MC services it is a procedure of, by key: one flow, played once for each. */
  readonly services: Readonly<Record<string, Service>>
  /** Kinds of communication that have this procedure too and are not played, by key. */
  readonly unplayed: Readonly<Record<string, Unplayed>>
  readonly variants: Readonly<Record<string, Variant>>
}

/** What is not played, and why not. */
interface Unplayed {
  readonly title: string
  readonly why: string
}

/** An MC service that has this procedure, and the conditions that never hold in it. */
export interface Service {
  readonly title: string
  readonly without: readonly string[]
  /** Conditions that hold in every case. */
  readonly always?: readonly string[]
  /** Conditions that do not hold in the flow as written; where each of them does, the flow is played too. */
  readonly sometimes?: readonly string[]
}

/** The same procedure where some actors do not exist. */
export interface Variant {
  readonly title: string
  readonly without: readonly string[]
}

/** Something that holds before the procedure begins, and that no flow of ours brings about. */
export interface Given {
  readonly that: string
  /** Checks of the flow that turn out negative where it does not hold, by key. */
  readonly shownBy: readonly string[]
  /** How it is taken where no check is about it. */
  readonly taken: string
}

/** A point that the text leaves open. */
interface OpenPoint {
  readonly step: string
  readonly that: string
  /** How it is taken. */
  readonly option: string
}

/** A flow as it is written down. */
export interface FlowText {
  readonly id: string
  readonly title: string
  readonly spec: Source & { readonly figure: string }
  readonly actors: readonly Actor[]
  readonly misbehaving?: readonly Actor[]
  readonly given: readonly (string | GivenText)[]
  readonly furtherStudy?: readonly OpenPoint[]
  readonly preconditions?: readonly PreconditionText[]
  readonly steps: readonly Step[]
  readonly outcome?: readonly {
    readonly at: Actor
    readonly state: State
    readonly ended?: true
    readonly by?: string | number
  }[]
  readonly services?: Readonly<Record<string, ServiceText>>
  readonly unplayed?: Readonly<Record<string, Unplayed>>
  readonly variants: Readonly<Record<string, { readonly title: string; readonly without: readonly Actor[] }>>
}

interface GivenText {
  readonly that: string
  readonly shownBy?: readonly { readonly key: string }[]
  readonly taken?: string
}

interface ServiceText {
  readonly title: string
  readonly without: readonly Condition[]
  readonly always?: readonly Condition[]
  readonly sometimes?: readonly Condition[]
}

interface PreconditionText {
  readonly that: string
  readonly by: Pick<Flow, 'id' | 'actors' | 'steps' | 'outcome' | 'preconditions'>
  readonly as?: Readonly<Record<string, Actor>>
  readonly values?: Readonly<Record<string, Term>>
  readonly shownBy?: { readonly key: string }
}

/** Where a text names no service, the procedure is that of MCPTT. */
const mcptt = { mcptt: { title: 'MCPTT', without: [] } } as const

const givenOf = (text: string | GivenText): Given => {
  const { that, shownBy = [], taken = 'so in every case' } = typeof text === 'string' ? { that: text } : text
  return { that, shownBy: shownBy.map(({ key }) => key), taken }
}

/** Defines a flow. Throws a FlowError that names the step, the rule and the repair when the text is wrong. */
export const flow = (text: FlowText): Flow =>
  defineFlow({
    id: text.id,
    title: text.title,
    spec: text.spec,
    actors: Object.fromEntries(text.actors.map((actor) => [actor.key, actor.title])),
    misbehaving: (text.misbehaving ?? []).map(({ key }) => key),
    given: text.given.map(givenOf),
    ...(text.furtherStudy && { furtherStudy: text.furtherStudy }),
    preconditions: (text.preconditions ?? []).map(({ that, by, as = {}, values = {}, shownBy }) => ({
      that,
      flow: by.id,
      as: mapValues(as, (actor) => actor.key),
      between: Object.keys(by.actors).map((key) => as[key]?.key ?? key),
      values: mapValues(values, nameOfTerm),
      states: statesOf(by),
      ...(shownBy && { shownBy: shownBy.key }),
    })),
    steps: text.steps,
    outcome: (text.outcome ?? []).map(({ at, by, ...lasting }) => ({
      ...lasting,
      at: at.key,
      ...(by !== undefined && { by: String(by) }),
    })),
    services: mapValues<Readonly<Record<string, ServiceText>>, Service>(
      text.services ?? mcptt,
      ({ title, without, always, sometimes }) => ({
        title,
        without: without.map(({ key }) => key),
        ...(always && { always: always.map(({ key }) => key) }),
        ...(sometimes && { sometimes: sometimes.map(({ key }) => key) }),
      }),
    ),
    unplayed: text.unplayed ?? {},
    variants: mapValues(text.variants, ({ title, without }) => ({ title, without: without.map((actor) => actor.key) })),
  })

/** What a flow records or ends in, and what its own preconditions do. */
const statesOf = ({ steps, outcome, preconditions }: PreconditionText['by']): readonly string[] => [
  ...new Set([
    ...everyStep(steps).flatMap(({ act }) => (act.act === 'record' ? [act.state.key] : [])),
    ...outcome.map(({ state }) => state.key),
    ...preconditions.flatMap(({ states }) => states),
  ]),
]

/** Refuses a wrong flow, freezes a right one. Whatever transforms a flow passes through here again. */
export function defineFlow(value: Flow): Flow {
  refuse(value)
  return deepFreeze(value)
}

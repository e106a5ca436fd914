import type { Check, State, Timer } from './check.ts'
import type { Condition } from './condition.ts'
import type { Ies } from './information-element.ts'
import { nameOfTerm, type Carried, type Carries, type Message, type Term } from './message.ts'
import { mapValues } from './record.ts'
import type { Act, Step, Within } from './step.ts'

interface Sends<F extends Ies> {
  readonly verb: 'sends'
  readonly from: string
  readonly to: string
  readonly message: Message<F>
}
interface Forwards {
  readonly verb: 'forwards'
  readonly from: string
  readonly to: string
  readonly message: Message
}
interface Checks {
  readonly verb: 'checks'
  readonly at: string
  readonly check: Check
}
interface Records {
  readonly verb: 'records'
  readonly at: string
  readonly state: State
}
interface Performs {
  readonly verb: 'performs'
  readonly at: string
  readonly flow: string
}
// The message's elements are invariant in a send; `any` here only widens the union, every call site keeps its own F.
// oxlint-disable-next-line typescript/no-explicit-any
type Sentence = Sends<any> | Forwards | Checks | Records | Performs

/** What a sentence still needs to be a step. */
type Details<S extends Sentence> =
  S extends Sends<infer F>
    ? [carries: Carries<F>]
    : S extends Checks
      ? [refusal: Refusal]
      : S extends Records
        ? [what: Carried]
        : S extends Performs
          ? [roles: Recast]
          : [passing?: Passing]
type Refusal =
  | { readonly otherwise: readonly Step[] }
  | ({ readonly otherwise: number | string; readonly last?: number | string } & {
      readonly [ie: string]: Term | number | string
    })
interface Recast {
  readonly as: Readonly<Record<string, Actor>>
  readonly values?: Readonly<Record<string, Term>>
}
interface Passing {
  readonly routedBy?: Term
  readonly hides?: readonly Actor[]
}

/** A functional entity, as the subject of sentences. */
export interface Actor {
  readonly key: string
  readonly title: string
  sends<F extends Ies>(message: Message<F>): { to(actor: Actor): Sends<F> }
  forwards(message: Message): { to(actor: Actor): Forwards }
  checks(check: Check): Checks
  records(state: State): Records
  performs(flow: { readonly id: string }): Performs
}

const actor = (title: string, key: string): Actor => ({
  key,
  title,
  sends: (message) => ({ to: (to) => ({ verb: 'sends', from: key, to: to.key, message }) }),
  forwards: (message) => ({ to: (to) => ({ verb: 'forwards', from: key, to: to.key, message }) }),
  checks: (check) => ({ verb: 'checks', at: key, check }),
  records: (state) => ({ verb: 'records', at: key, state }),
  performs: (flow) => ({ verb: 'performs', at: key, flow: flow.id }),
})

/** Declares who takes part: `actors({ client: 'MC service client', ... })`. */
export const actors = <const A extends Record<string, string>>(titles: A): { readonly [K in keyof A]: Actor } =>
  mapValues(titles, actor)

/** Speech of a user goes along these actors, and no longer along the others. */
export const speech = (
  number: number | `${number}${string}`,
  said: {
    readonly of: Term<'mcServiceId'>
    readonly along: readonly Actor[]
    readonly insteadOf: readonly Actor[]
    readonly floorAt: Actor
  },
): Step => ({
  step: String(number),
  act: {
    act: 'media',
    path: said.along.map(({ key }) => key),
    insteadOf: said.insteadOf.map(({ key }) => key),
    talker: said.of,
    floorAt: said.floorAt.key,
  },
})

/** One numbered step; the number is the specification's own: 4, '4a'. */
export const step = <S extends Sentence>(
  number: number | `${number}${string}`,
  sentence: S,
  ...details: Details<S>
): Step => ({ step: String(number), act: toAct(sentence, details) })

/** The steps happen, in whatever order. */
export const anyOrder = (...steps: readonly Step[]): Step => ({
  step: steps.map((one) => one.step).join('|'),
  act: { act: 'anyOrder', steps },
})

/** Exactly one of the named courses is taken. */
export const either = (alternatives: Readonly<Record<string, readonly Step[]>>): Step => ({
  step: Object.values(alternatives)
    .map((steps) => steps.map((one) => one.step).join('-'))
    .join('|'),
  act: { act: 'either', alternatives },
})

/** The step exists only where the condition holds. */
export const when = (condition: Condition, conditional: Step): Step => ({ ...conditional, when: condition })

/** The step happens because the user wants it: whoever is under test there has to be set going. */
export const byUser = (wanted: Step): Step => ({ ...wanted, byUser: true })

/** Nobody can say that the message is late before that other step has happened. */
export const dueBy = (number: number | `${number}${string}`, awaited: Step): Step => ({
  ...awaited,
  dueBy: String(number),
})

/** Bounds a step in time by timers of the IXIT. */
export const within = (limits: { readonly atMost?: Timer; readonly atLeast?: Timer }, bounded: Step): Step => ({
  ...bounded,
  within: limits satisfies Within,
})

function toAct(sentence: Sentence, details: readonly unknown[]): Act {
  switch (sentence.verb) {
    case 'sends':
      return {
        act: 'send',
        from: sentence.from,
        to: sentence.to,
        message: sentence.message,
        carries: details[0] as Carried,
      }
    case 'forwards': {
      const { routedBy, hides } = (details[0] ?? {}) as Passing
      return {
        act: 'forward',
        from: sentence.from,
        to: sentence.to,
        message: sentence.message,
        ...(routedBy && { routedBy }),
        ...(hides && { hides: hides.map((hidden) => hidden.key) }),
      }
    }
    case 'checks': {
      const { otherwise, last, ...set } = details[0] as Refusal & { readonly last?: number | string }
      return {
        act: 'check',
        at: sentence.at,
        check: sentence.check,
        otherwise:
          typeof otherwise === 'object'
            ? { instead: otherwise }
            : {
                step: String(otherwise),
                set: set as Carried,
                ...(last !== undefined && { last: String(last) }),
              },
      }
    }
    case 'records':
      return {
        act: 'record',
        at: sentence.at,
        state: sentence.state,
        what: details[0] as Carried,
      }
    case 'performs': {
      const { as, values = {} } = details[0] as Recast
      return {
        act: 'perform',
        at: sentence.at,
        flow: sentence.flow,
        as: mapValues(as, (role) => role.key),
        values: mapValues(values, nameOfTerm),
      }
    }
  }
}

import { defineFlow, everyStep, isMessage } from '#flow'
import type { Act, Carried, Condition, Flow, MessageAct, Otherwise, Step, Term } from '#flow'

/** The flow where the variant's absent actors do not exist: what they would have passed on goes straight through. */
export function inVariant(flow: Flow, name: string): Flow {
  const variant = flow.variants[name]
  if (!variant)
    throw new RangeError(`${flow.id} has no variant ${name}; variants: ${Object.keys(flow.variants).join(', ')}`)
  const gone = new Set(variant.without)
  const steps: Step[] = []
  for (const step of flow.steps) {
    const before = steps.at(-1)
    if (step.act.act === 'forward' && gone.has(step.act.from) && before)
      steps[steps.length - 1] = straightTo(before, step.act)
    else steps.push(step)
  }
  const actors = Object.fromEntries(Object.entries(flow.actors).filter(([key]) => !gone.has(key)))
  return defineFlow({
    ...flow,
    actors,
    steps: steps.map((step) => ({ ...step, act: forgetting(gone, step.act) })),
    outcome: flow.outcome.filter(({ at }) => !gone.has(at)),
    variants: {},
  })
}

/** The step before a forward that nobody is there to make: what would have been forwarded goes to where it would have gone. */
function straightTo(before: Step, forward: Extract<Act, { act: 'forward' }>): Step {
  const { act } = before
  if (act.act === 'anyOrder')
    return { ...before, act: { ...act, steps: act.steps.map((one) => straightTo(one, forward)) } }
  return isMessage(act) && act.to === forward.from && act.message.name === forward.message.name
    ? { ...before, act: { ...act, to: forward.to } }
    : before
}

const forgetting = (gone: ReadonlySet<string>, act: Act): Act =>
  act.act === 'forward' && act.hides ? { ...act, hides: act.hides.filter((hidden) => !gone.has(hidden)) } : act

/** The flow in a world where some conditions do not hold: without the steps that need them. */
export function inWorld(flow: Flow, conditions: Readonly<Record<string, boolean>>): Flow {
  const exists = ({ when }: Step): boolean => when === undefined || (conditions[when.key] ?? true)
  if (flow.steps.every(exists)) return flow
  return defineFlow({ ...flow, steps: flow.steps.filter(exists) })
}

/** A condition that a step or an element of the flow needs, by key. */
export const conditionOf = (flow: Flow, key: string): Condition | undefined =>
  everyStep(flow.steps)
    .flatMap((step) => [
      step.when,
      ...(step.act.act === 'send'
        ? Object.keys(step.act.carries).map((name) => isMessage(step.act) && step.act.message.ies[name]?.when)
        : []),
    ])
    .find((condition) => typeof condition === 'object' && condition.key === key) || undefined

/** Each way through the alternatives of a flow, by name; a flow without `either` has the one unnamed way. */
export function choicesOf(flow: Flow): readonly { readonly name: string; readonly flow: Flow }[] {
  const index = flow.steps.findIndex((step) => step.act.act === 'either')
  const act = flow.steps[index]?.act
  if (act?.act !== 'either') return [{ name: '', flow }]
  return Object.entries(act.alternatives).flatMap(([name, steps]) => {
    const chosen = defineFlow({ ...flow, steps: flow.steps.toSpliced(index, 1, ...steps) })
    return choicesOf(chosen).map((rest) => ({ name: rest.name ? `${name}-${rest.name}` : name, flow: rest.flow }))
  })
}

/**
 * The flow with every performed flow written out; its steps are numbered `4a.1` under the performing step. It is
 * performed in the variant in which whoever does not exist here does not exist there; what is refused in it ends with it.
 */
export function writtenOut(flow: Flow, library: Readonly<Record<string, Flow>>): Flow {
  const steps = flow.steps.flatMap((step): readonly Step[] => {
    if (step.act.act !== 'perform') return [step]
    const { flow: id, as, values } = step.act
    const performed = library[id]
    if (!performed)
      throw new RangeError(
        `${flow.id} step ${step.step} performs ${id}, which is not among: ${Object.keys(library).join(', ')}`,
      )
    const role = (key: string): string => as[key] ?? key
    const here = amongThese(performed, (key) => role(key) in flow.actors)
    if (!here)
      throw new RangeError(
        `${flow.id} step ${step.step} performs ${id}, which has no variant with these actors alone: ${Object.keys(flow.actors).join(', ')}; name the others with as`,
      )
    const inside = writtenOut(here, library).steps
    const last = inside.at(-1)?.step ?? ''
    const number = (inner: string): string => `${step.step}.${inner}`
    const names: Names = { role, number, last: number(last), term: (key) => values[key] ?? key }
    return inside.map((inner, index) => ({
      ...belonging(renamed(inner, names), id),
      ...(step.when && { when: step.when }),
      ...(step.byUser && index === 0 && { byUser: step.byUser }),
    }))
  })
  return defineFlow({ ...flow, steps })
}

const belonging = (step: Step, id: string): Step => ({
  ...step,
  of: id,
  ...(step.act.act === 'anyOrder' && {
    act: { ...step.act, steps: step.act.steps.map((inner) => belonging(inner, id)) },
  }),
})

/** The flow in the variant that has exactly the actors who exist; undefined where there is none. */
function amongThese(flow: Flow, exists: (actor: string) => boolean): Flow | undefined {
  const absent = Object.keys(flow.actors).filter((actor) => !exists(actor))
  if (absent.length === 0) return flow
  const found = Object.entries(flow.variants).find(
    ([, { without }]) => without.length === absent.length && without.every((actor) => absent.includes(actor)),
  )
  return found && inVariant(flow, found[0])
}

/** What things of a performed flow are called in the one that performs it. */
interface Names {
  role(key: string): string
  number(step: string): string
  /** The last step of it, with which a refusal ends. */
  readonly last?: string
  term(key: string): string
}

function renamed(step: Step, names: Names): Step {
  const { role, number } = names
  const terms = (carried: Carried): Carried =>
    Object.fromEntries(Object.entries(carried).map(([name, term]): [string, Term] => [name, renamedTerm(term, names)]))
  const all = (steps: readonly Step[]): readonly Step[] => steps.map((inner) => renamed(inner, names))
  const into = (act: Act): Act => {
    switch (act.act) {
      case 'send':
        return { ...act, from: role(act.from), to: role(act.to), carries: terms(act.carries) }
      case 'forward':
        return {
          ...act,
          from: role(act.from),
          to: role(act.to),
          ...(act.routedBy && { routedBy: renamedTerm(act.routedBy, names) }),
          ...(act.hides && { hides: act.hides.map(role) }),
        }
      case 'check':
        return {
          ...act,
          at: role(act.at),
          check: { ...act.check, about: act.check.about.map((term) => renamedTerm(term, names)) },
          otherwise:
            'instead' in act.otherwise
              ? { instead: all(act.otherwise.instead) }
              : refusedInside(act.otherwise, names, terms(act.otherwise.set)),
        }
      case 'record':
        return {
          ...act,
          at: role(act.at),
          what: terms(act.what),
          state: { ...act.state, about: act.state.about.map((term) => renamedTerm(term, names)) },
        }
      case 'media':
        return {
          ...act,
          path: act.path.map(role),
          insteadOf: act.insteadOf.map(role),
          floorAt: role(act.floorAt),
          talker: renamedTerm(act.talker, names),
        }
      case 'perform':
        return { ...act, at: role(act.at) }
      case 'anyOrder':
        return { ...act, steps: all(act.steps) }
      case 'either':
        return {
          ...act,
          alternatives: Object.fromEntries(Object.entries(act.alternatives).map(([name, steps]) => [name, all(steps)])),
        }
    }
  }
  return {
    ...step,
    step: number(step.step),
    act: into(step.act),
    ...(step.dueBy !== undefined && { dueBy: number(step.dueBy) }),
  }
}

/** A refusal of a performed flow goes no further than that flow. */
function refusedInside({ step, last }: Onward, names: Names, set: Carried): Onward {
  const end = last === undefined ? names.last : names.number(last)
  return { step: names.number(step), set, ...(end !== undefined && { last: end }) }
}
type Onward = Exclude<Otherwise, { readonly instead: readonly Step[] }>

const renamedTerm = <K extends Term>(term: K, { term: name }: Names): K =>
  'term' in term ? { ...term, term: name(term.term), called: term.called ?? term.term } : term

/** The flow with other actors in its roles; what is recorded on the way is left out, what it comes to is not. */
export function recast(flow: Flow, as: Readonly<Record<string, string>>): Flow {
  const role = (key: string): string => as[key] ?? key
  const names: Names = { role, number: (step) => step, term: (key) => key }
  return defineFlow({
    ...flow,
    actors: Object.fromEntries(Object.entries(flow.actors).map(([key, title]) => [role(key), title])),
    steps: flow.steps.filter(({ act }) => act.act !== 'record').map((step) => renamed(step, names)),
    outcome: flow.outcome.map((lasting) => ({ ...lasting, at: role(lasting.at) })),
    variants: Object.fromEntries(
      Object.entries(flow.variants).map(([name, { title, without }]) => [name, { title, without: without.map(role) }]),
    ),
  })
}

/** A course of a flow, and the steps that must not happen because it was taken. */
export interface Course {
  readonly flow: Flow
  readonly cut: readonly Step[]
}

/** The course when a check turns out negative: straight to where the refusal continues, with what it sets. */
export function refusedAt(flow: Flow, number: string): Course {
  const index = flow.steps.findIndex((step) => step.step === number)
  const check = flow.steps[index]?.act
  if (check?.act !== 'check') throw new RangeError(`${flow.id} step ${number} is not a check`)
  const { otherwise } = check
  if ('instead' in otherwise) {
    const steps = [...flow.steps.slice(0, index), ...otherwise.instead]
    return { flow: defineFlow({ ...flow, steps, outcome: [] }), cut: flow.steps.slice(index + 1) }
  }
  const target = flow.steps.findIndex((step) => step.step === otherwise.step)
  if (target < 0)
    throw new RangeError(
      `${flow.id} step ${number}: a refusal cannot continue inside a group, at step ${otherwise.step}`,
    )
  const end = otherwise.last === undefined ? -1 : flow.steps.findIndex((step) => step.step === otherwise.last)
  const after = end < 0 ? flow.steps.length : end + 1
  const kept = flow.steps.slice(target, after).map((step) => ({ ...step, act: overridden(step.act, otherwise.set) }))
  const refused = defineFlow({
    ...flow,
    steps: [...flow.steps.slice(0, index), ...kept.filter((step) => step.act.act !== 'record')],
    outcome: [],
  })
  return { flow: refused, cut: [...flow.steps.slice(index + 1, target), ...flow.steps.slice(after)] }
}

function overridden(act: Act, set: Carried): Act {
  if (act.act !== 'send') return act
  const carries = Object.fromEntries(
    Object.entries(act.carries).map(([name, term]): [string, Term] => [name, set[name] ?? term]),
  )
  return { ...act, carries }
}

/** The elements on the wire at a step: a forward carries what the last send of that message carried. */
export function carriedAt(flow: Flow, step: Step): Carried {
  if (step.act.act === 'send') return step.act.carries
  if (step.act.act !== 'forward') return {}
  const name = step.act.message.name
  const all = flow.steps.flatMap((one) => (one.act.act === 'anyOrder' ? one.act.steps : [one]))
  const upTo = all.findIndex((one) => one.step === step.step)
  const sent = all.slice(0, upTo).findLast(({ act }) => act.act === 'send' && act.message.name === name)
  return sent?.act.act === 'send' ? sent.act.carries : {}
}

export interface MessageStep extends Step {
  readonly act: MessageAct
}

const messagesOf = new WeakMap<readonly Step[], readonly MessageStep[]>()

/** The message steps in order, those in any order in the order of the text. Asked for at every turn, so once a flow. */
export function messageSteps({ steps }: Pick<Flow, 'steps'>): readonly MessageStep[] {
  const known = messagesOf.get(steps)
  if (known) return known
  const found = steps.flatMap((step): readonly MessageStep[] => {
    const { act } = step
    if (act.act === 'anyOrder') return messageSteps(act)
    return isMessage(act) ? [{ ...step, act }] : []
  })
  messagesOf.set(steps, found)
  return found
}

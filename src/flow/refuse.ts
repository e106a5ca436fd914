import type { Flow } from './flow.ts'
import { nameOfTerm, type Carried } from './message.ts'
import { isMessage, rolesOf, type Otherwise, type Step } from './step.ts'

/** A flow that cannot be what the specification says. The message is a sentence with the repair. */
export class FlowError extends Error {
  override name = 'FlowError'
}

/** Throws a FlowError at the first thing that is wrong with the flow. */
export function refuse(flow: Flow): void {
  const all = everyStep(flow.steps)
  const numbers = all.map((step) => step.step)
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(flow.id))
    wrong(flow.id, 'a flow id is theme/name in lower case with hyphens, for example migration/service-authorization')
  if (all.length === 0) wrong(flow.id, 'a flow has at least one step; write its steps')
  for (const [name, variant] of Object.entries(flow.variants)) {
    if (!/^[a-z0-9-]+$/.test(name))
      wrong(
        `${flow.id} variant "${name}"`,
        'a variant is named in lower case with hyphens, since the name is part of case ids',
      )
    for (const actor of variant.without) {
      knownActor(flow, `${flow.id} variant "${name}"`, actor)
      refuseAbsence(`${flow.id} variant "${name}"`, actor, all)
    }
  }
  for (const { that, as } of flow.preconditions)
    for (const actor of Object.values(as)) knownActor(flow, `${flow.id} precondition "${that}"`, actor)
  for (const actor of flow.misbehaving) knownActor(flow, `${flow.id} misbehaving`, actor)
  if (Object.keys(flow.services).length === 0)
    wrong(flow.id, 'a flow is the procedure of at least one MC service; name it in services')
  for (const { at, state, by } of flow.outcome) {
    const here = `${flow.id} outcome "${state.that}"`
    knownActor(flow, here, at)
    if (by !== undefined && !numbers.includes(by))
      wrong(here, `it is so by step "${by}", which this flow does not have; steps: ${numbers.join(', ')}`)
  }
  all.forEach((step, index) => {
    const here = `${flow.id} step ${step.step}`
    if (numbers.indexOf(step.step) !== index)
      wrong(here, 'two steps have this number; use the specification’s own, such as 4a and 4b')
    for (const role of rolesOf(step.act)) knownActor(flow, here, role)
    refuseStep(flow, here, step, all, index)
  })
}

function refuseStep(flow: Flow, here: string, { act }: Step, all: readonly Step[], index: number): void {
  switch (act.act) {
    case 'send':
      if (act.from === act.to) wrong(here, `${act.from} sends to itself; name another recipient`)
      carriesItsElements(here, act.message.name, Object.keys(act.message.ies), mandatory(act.message.ies), act.carries)
      for (const [name, term] of Object.entries(act.carries)) {
        const ie = act.message.ies[name]
        if (ie && ie.kind !== term.kind)
          wrong(
            here,
            `${name} of the ${act.message.name} is of kind ${ie.kind}, but ${nameOfTerm(term)} is of kind ${term.kind}`,
          )
      }
      return
    case 'forward': {
      if (act.from === act.to) wrong(here, `${act.from} forwards to itself; name another recipient`)
      const earlier = all
        .slice(0, index)
        .some(({ act: before }) => isMessage(before) && before.message.name === act.message.name)
      if (!earlier) wrong(here, `a ${act.message.name} is forwarded before anyone sent one; send it in an earlier step`)
      for (const hidden of act.hides ?? []) knownActor(flow, here, hidden)
      if (act.routedBy) routedByWhatItCarries(here, act.message.name, nameOfTerm(act.routedBy), all.slice(0, index))
      return
    }
    case 'check': {
      if (Object.keys(act.check.ways).length === 0)
        wrong(here, 'a check names at least one way in which it can turn out negative')
      refuseOtherwise(here, act.otherwise, all, index)
      return
    }
    case 'record':
      if (Object.keys(act.what).length === 0) wrong(here, 'nothing is recorded; name the values')
      return
    case 'perform':
      return
    case 'media':
      if (act.path.length < 2) wrong(here, 'speech goes from one actor to another; name the actors along its path')
      return
    case 'anyOrder':
      if (act.steps.length < 2) wrong(here, 'anyOrder takes at least two steps')
      for (const inner of act.steps)
        if (!isMessage(inner.act) && inner.act.act !== 'record')
          wrong(
            here,
            `anyOrder takes messages and records, but step ${inner.step} is neither; write it before or after`,
          )
      return
    case 'either':
      if (Object.keys(act.alternatives).length < 2) wrong(here, 'either takes at least two alternatives')
      for (const name of Object.keys(act.alternatives))
        if (!/^[a-z0-9-]+$/.test(name))
          wrong(
            here,
            `the alternative "${name}" is named in lower case with hyphens, since the name is part of case ids`,
          )
      return
  }
}

const mandatory = (ies: Readonly<Record<string, { readonly status: string }>>): readonly string[] =>
  Object.keys(ies).filter((name) => ies[name]?.status === 'M')

function carriesItsElements(
  here: string,
  name: string,
  known: readonly string[],
  must: readonly string[],
  carries: Carried,
): void {
  for (const ie of must)
    if (!(ie in carries)) wrong(here, `the ${name} has the mandatory element ${ie}, which is not carried; add ${ie}`)
  for (const ie of Object.keys(carries))
    if (!known.includes(ie)) wrong(here, `the ${name} has no element ${ie}; its elements: ${known.join(', ')}`)
}

/** Who is absent in a variant only ever passed things on, at once: else the flow would have a hole. */
function refuseAbsence(here: string, actor: string, all: readonly Step[]): void {
  for (const [index, { step, act }] of all.entries()) {
    if (act.act === 'anyOrder' || act.act === 'either' || !rolesOf(act).includes(actor)) continue
    const next = all[index + 1]?.act
    const onlyPassesOn = isMessage(act) && (act.act === 'forward' || act.from !== actor)
    const goesOn = !isMessage(act) || act.to !== actor || (next?.act === 'forward' && next.from === actor)
    if (!onlyPassesOn)
      wrong(here, `${actor} does more than forward (step ${step}); leave out only who forwards what it gets`)
    if (!goesOn)
      wrong(
        here,
        `what ${actor} gets in step ${step} it does not forward in the next; leave out only who forwards at once`,
      )
  }
}

function refuseOtherwise(here: string, otherwise: Otherwise, all: readonly Step[], index: number): void {
  if ('instead' in otherwise) {
    if (otherwise.instead.length === 0)
      wrong(
        here,
        'a refusal has at least one step of its own; write it, or name the later step at which the flow goes on',
      )
    return
  }
  const target = all.findIndex((step) => step.step === otherwise.step)
  if (target < 0)
    wrong(
      here,
      `a refusal continues at step "${otherwise.step}", which this flow does not have; steps: ${all.map((s) => s.step).join(', ')}`,
    )
  if (target <= index) wrong(here, `a refusal continues at step "${otherwise.step}", which is not after this one`)
  setsWhatIsCarried(here, otherwise, all.slice(target))
}

/** A slip of the pen in what a refusal sets would make the refused course look granted. */
function setsWhatIsCarried(
  here: string,
  otherwise: { readonly step: string; readonly set: Carried },
  onward: readonly Step[],
): void {
  const sends = onward.flatMap(({ act }) => (act.act === 'send' ? [act] : []))
  for (const [name, term] of Object.entries(otherwise.set)) {
    const carriers = sends.filter(({ carries }) => name in carries)
    if (carriers.length === 0)
      wrong(
        here,
        `a refusal sets ${name}, which nothing sent from step ${otherwise.step} on carries; carried there: ${[...new Set(sends.flatMap(({ carries }) => Object.keys(carries)))].join(', ')}`,
      )
    for (const { message } of carriers)
      if (message.ies[name]?.kind !== term.kind)
        wrong(
          here,
          `a refusal sets ${name}, which is of kind ${message.ies[name]?.kind ?? 'none'} in the ${message.name}, to ${nameOfTerm(term)} of kind ${term.kind}`,
        )
  }
}

function routedByWhatItCarries(here: string, name: string, by: string, before: readonly Step[]): void {
  const sent = before.findLast(({ act }) => act.act === 'send' && act.message.name === name)?.act
  const carried = sent?.act === 'send' ? Object.values(sent.carries).map(nameOfTerm) : []
  if (!carried.includes(by))
    wrong(here, `the ${name} is routed by ${by}, which it does not carry; it carries: ${carried.join(', ')}`)
}

function knownActor(flow: Flow, here: string, actor: string): void {
  if (!(actor in flow.actors)) wrong(here, `"${actor}" is not an actor; actors: ${Object.keys(flow.actors).join(', ')}`)
}

/** All steps in order of the text, those inside anyOrder and either and those of refusals too. */
export const everyStep = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => {
    switch (step.act.act) {
      case 'anyOrder':
        return [step, ...everyStep(step.act.steps)]
      case 'either':
        return [step, ...Object.values(step.act.alternatives).flatMap(everyStep)]
      case 'check':
        return 'instead' in step.act.otherwise ? [step, ...everyStep(step.act.otherwise.instead)] : [step]
      case 'send':
      case 'forward':
      case 'record':
      case 'perform':
      case 'media':
        return [step]
    }
  })

function wrong(where: string, what: string): never {
  throw new FlowError(`${where}: ${what}.`)
}

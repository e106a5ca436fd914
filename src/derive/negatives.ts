import { everyStep, kindOf, malformedWays, nameOfTerm, sameTerm, type Flow, type Ie, type Term } from '#flow'
import { carriedAt, messageSteps, refusedAt, type MessageStep } from './course.ts'
import { project, seatOf } from './project.ts'
import type { Variation } from './variation.ts'

/** What must not be granted, passed on or taken for something else; each from the flow's own text. */
export function* negatives(flow: Flow, sut: readonly string[]): Generator<Variation> {
  const steps = messageSteps(flow)
  const received = steps.filter(
    // Of who misbehaves anyway nothing need be altered.
    ({ act }) => seatOf(act, sut) === 'tester-sends' && !flow.misbehaving.includes(act.from),
  )
  for (const step of received) {
    // How a message of a performed flow may be wrong is the matter of that flow's own cases.
    const own = step.of === undefined
    if (own && showsLater(flow, steps, sut, step)) yield* wrongElements(flow, step, passesOn(steps, sut, step))
    if (own && sendsAfter(steps, sut, step)) yield { kind: 'twice', step: step.step }
    if (tookPartBefore(steps, sut, step) && showsLater(flow, steps, sut, step))
      yield { kind: 'withhold', step: step.step }
  }
  for (const [index, step] of received.entries()) {
    const earlier = received[index - 1]
    if (earlier && !passesOn(steps, sut, step) && !isBegunAnew(steps, earlier, step))
      yield { kind: 'before', step: step.step, earlier: earlier.step }
  }
  yield* refusals(flow, sut)
  yield* crossings(steps, received, sut)
}

/** What begins the procedure, or a part of it that a user wants, may begin it at any time. */
const isBegunAnew = (steps: readonly MessageStep[], earlier: MessageStep, step: MessageStep): boolean =>
  step.act.message.name === steps[0]?.act.message.name ||
  steps.slice(steps.indexOf(earlier) + 1, steps.indexOf(step) + 1).some(({ byUser }) => byUser)

function* wrongElements(flow: Flow, step: MessageStep, passedOn: boolean): Generator<Variation> {
  const routedBy = passedOn ? routingElement(flow, step) : undefined
  if (passedOn && !routedBy) return
  for (const [name, term] of Object.entries(carriedAt(flow, step))) {
    const ie = step.act.message.ies[name]
    if (!ie) continue
    // A forwarder answers only for the element it routes by.
    if (routedBy && nameOfTerm(term) !== routedBy) continue
    if (ie.status === 'M' || isMissed(flow, step, ie, term)) yield { kind: 'omit', step: step.step, ie: name }
    for (const flaw of Object.keys(malformedWays(ie))) yield { kind: 'malform', step: step.step, ie: name, flaw }
    // Whom an optional element belongs to is for nobody in this flow to check, nor what was never heard of before.
    if (ie.status === 'M' && knowsBetter(flow, step, term))
      for (const flaw of Object.keys(kindOf(ie.kind).foreign))
        yield { kind: 'foreign', step: step.step, ie: name, flaw }
  }
}

/** Whether the receiver knows by what it was told or said before that a conditional element, which is new to it, must be there. */
function isMissed(flow: Flow, step: MessageStep, { when }: Ie, term: Term): boolean {
  if (!when) return false
  const steps = messageSteps(flow)
  const before = steps
    .slice(
      0,
      steps.findIndex((one) => one.step === step.step),
    )
    .filter(({ act }) => act.to === step.act.to || act.from === step.act.to)
    .flatMap((one) =>
      Object.entries(carriedAt(flow, one)).map(([name, other]) => ({ ie: one.act.message.ies[name], other })),
    )
  return before.some(({ ie }) => ie?.when?.key === when.key) && !before.some(({ other }) => sameTerm(other, term))
}

/** Whether the receiver can tell a well-formed wrong value: it was told the right one, or it checks or routes by it. */
function knowsBetter(flow: Flow, step: MessageStep, term: Term): boolean {
  if ('literal' in term || term.kind === 'credentials') return true
  const receiver = step.act.to
  const steps = messageSteps(flow)
  const told = steps
    .slice(
      0,
      steps.findIndex((one) => one.step === step.step),
    )
    .some(
      (one) =>
        (one.act.to === receiver || one.act.from === receiver) &&
        Object.values(carriedAt(flow, one)).some((other) => sameTerm(other, term)),
    )
  const asked = flow.steps.some(
    ({ act }) =>
      (act.act === 'check' && act.at === receiver && act.check.about.some((other) => sameTerm(other, term))) ||
      (act.act === 'forward' && act.from === receiver && act.routedBy !== undefined && sameTerm(act.routedBy, term)),
  )
  const before = flow.preconditions.some(
    ({ values, between }) => Object.values(values).includes(term.term) && between.includes(receiver),
  )
  return told || asked || before
}

/** The forward that passes this very message on, when the receiver is under test and does nothing else with it. */
export const passesOn = (steps: readonly MessageStep[], sut: readonly string[], step: MessageStep): boolean => {
  const next = steps.slice(steps.indexOf(step) + 1).find((later) => seatOf(later.act, sut) === 'sut-sends')
  return next?.act.act === 'forward' && next.act.message.name === step.act.message.name
}

function routingElement(flow: Flow, step: MessageStep): string | undefined {
  const steps = messageSteps(flow)
  const next = steps
    .slice(steps.findIndex((one) => one.step === step.step) + 1)
    .find((later) => later.act.from === step.act.to)
  return next?.act.act === 'forward' && next.act.routedBy ? nameOfTerm(next.act.routedBy) : undefined
}

/** Silence says nothing about a role that nothing has reached yet. */
const tookPartBefore = (steps: readonly MessageStep[], sut: readonly string[], step: MessageStep): boolean =>
  steps.slice(0, steps.indexOf(step)).some(({ act }) => sut.includes(act.from) || sut.includes(act.to))

/** Whether anything of the roles under test could show that they went on: a message, or a state they are asked for. */
const showsLater = (flow: Flow, steps: readonly MessageStep[], sut: readonly string[], step: MessageStep): boolean =>
  sendsAfter(steps, sut, step) ||
  flow.outcome.some(({ at, ended }) => sut.includes(at) && (!ended || !tookPartBefore(steps, sut, step))) ||
  // What was recorded before stands.
  flow.steps
    .slice(flow.steps.findIndex((one) => everyStep([one]).some(({ step: number }) => number === step.step)) + 1)
    .some(({ act }) => act.act === 'record' && sut.includes(act.at))

const sendsAfter = (steps: readonly MessageStep[], sut: readonly string[], step: MessageStep): boolean =>
  steps.slice(steps.indexOf(step) + 1).some((later) => seatOf(later.act, sut) === 'sut-sends')

function* refusals(flow: Flow, sut: readonly string[]): Generator<Variation> {
  const seen = new Set<string>()
  for (const { step, act } of flow.steps) {
    if (act.act !== 'check') continue
    const own = sut.includes(act.at)
    const course = refusedAt(flow, step).flow
    const local = project(course, sut).filter((one) => one.does === 'sends' || one.does === 'expects')
    if (local.length === 0) continue
    // Refusals that look alike from here are one case.
    const look = JSON.stringify(local)
    if (!own && seen.has(look)) continue
    seen.add(look)
    const ways = Object.keys(act.check.ways)
    for (const way of own ? ways : ways.slice(0, 1)) yield { kind: 'deny', step, check: act.check.key, way }
  }
}

function* crossings(
  steps: readonly MessageStep[],
  received: readonly MessageStep[],
  sut: readonly string[],
): Generator<Variation> {
  const first = steps[0]
  if (!first || seatOf(first.act, sut) === 'sut-sends') return
  const answered = received.find((step) =>
    steps.slice(0, steps.indexOf(step)).some((before) => seatOf(before.act, sut) === 'sut-sends'),
  )
  if (answered) yield { kind: 'crossed', step: answered.step }
}

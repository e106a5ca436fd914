import { messageSteps, seatOf, type MessageStep } from '#derive'
import type { Flow } from '#flow'
import { clauseOf, type Ledger } from './ledger.ts'
import type { Arrival } from './port.ts'
import type { Script } from './script.ts'

type MessageArrival = Extract<Arrival, { kind: 'message' }>
export const fits = (step: MessageStep, arrival: Arrival): boolean =>
  arrival.kind === 'message' && arrival.message === step.act.message.name && arrival.role === step.act.to

/** Whether the arrival says that nothing was granted. */
export const refuses = (arrival: MessageArrival): boolean => arrival.ies['result'] === 'refused'

/** Whether a check of the flow, when it turns out negative, has steps of its own that are this message. */
const hasSuchRefusal = (flow: Flow, arrival: MessageArrival): boolean =>
  flow.steps.some(
    ({ act }) =>
      act.act === 'check' &&
      'instead' in act.otherwise &&
      messageSteps({ ...flow, steps: act.otherwise.instead }).some((step) => fits(step, arrival)),
  )

/**
 * Judges a message that is not the one awaited. Returns true when the course is broken and playing on is senseless.
 */
export function judgeUnexpected(
  script: Script,
  ledger: Ledger,
  arrival: MessageArrival,
  awaited: readonly MessageStep[],
  done: ReadonlySet<string>,
): boolean {
  const { course, flow, variation } = script.derived
  const role = script.derived.sut.join('+')
  const expected = awaited.map(
    (step) => `step ${step.step}: the ${step.act.message.name} to the ${flow.actors[step.act.to]}`,
  )
  const cut = messageSteps({ ...flow, steps: course.cut }).find((step) => fits(step, arrival))
  // After a refusal anybody may give up what was begun.
  if (cut?.act.message.releases) return false
  if (cut) {
    ledger.step(cut.step, 'diverged', `the ${arrival.message} came in spite of the refusal`, arrival.seq)
    ledger.find({
      requirement: `after the refusal the flow goes straight on, without step ${cut.step}`,
      clause: clauseOf(flow.spec, cut.step),
      basis: flow.spec.basis,
      step: cut.step,
      role,
      expected: expected.length > 0 ? expected : ['nothing more'],
      actual: `the ${arrival.message} to the ${flow.actors[arrival.role]}`,
      messages: [arrival.seq],
    })
    return true
  }
  // What the tester says to itself is no step of the system under test, though the same message may be one elsewhere.
  const own = messageSteps(course.flow).filter(
    (step) => fits(step, arrival) && seatOf(step.act, script.derived.sut) === 'sut-sends',
  )
  const later = own.find((step) => !done.has(step.step))
  if (later && !refuses(arrival)) {
    ledger.step(later.step, 'diverged', `the ${arrival.message} came before its time`, arrival.seq)
    ledger.find({
      requirement: `step ${later.step} follows the steps before it`,
      clause: clauseOf(flow.spec, later.step),
      basis: flow.spec.basis,
      step: later.step,
      role,
      expected: expected.length > 0 ? expected : ['nothing yet'],
      actual: `step ${later.step} already: the ${arrival.message} to the ${flow.actors[arrival.role]}`,
      messages: [arrival.seq],
    })
    return true
  }
  if (later) {
    // A refusal that the procedure has, but not here, comes in place of what was awaited; so does one to who awaits something else.
    const sameWay = awaited.find(({ act }) => act.to === arrival.role)
    const inPlaceOf = sameWay ?? (hasSuchRefusal(flow, arrival) ? awaited[0] : undefined) ?? later
    ledger.step(inPlaceOf.step, 'diverged', `the ${arrival.message} refuses`, arrival.seq)
    ledger.find({
      requirement: `the procedure succeeds when every check succeeds`,
      clause: clauseOf(flow.spec, inPlaceOf.step),
      basis: flow.spec.basis,
      step: inPlaceOf.step,
      role,
      field: 'result',
      expected: expected.length > 0 ? expected : ['nothing yet'],
      actual: `a ${arrival.message} that refuses`,
      refuses: true,
      messages: [arrival.seq],
    })
    return true
  }
  const again = own[0]
  if (again && variation.kind === 'twice') {
    ledger.find({
      requirement: 'a retransmission is absorbed and not handled as a new request',
      clause: 'RFC 3261 17.2.2',
      basis: 'rfc',
      step: again.step,
      role,
      expected: [`one ${arrival.message}`],
      actual: `a second ${arrival.message}`,
      messages: [arrival.seq],
    })
    return false
  }
  ledger.find({
    requirement: 'nothing comes that the procedure does not have',
    clause: clauseOf(flow.spec, again?.step ?? awaited[0]?.step ?? '-'),
    basis: flow.spec.basis,
    verdict: 'inconclusive',
    step: again?.step ?? awaited[0]?.step ?? '-',
    role,
    expected: expected.length > 0 ? expected : ['nothing more'],
    actual: again
      ? `the ${arrival.message} once more`
      : `a ${arrival.message} to the ${flow.actors[arrival.role] ?? arrival.role}`,
    messages: [arrival.seq],
  })
  return false
}

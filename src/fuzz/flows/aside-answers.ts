import type { PlannedCase } from '#harness'
import { readMessage, statusOf } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import { nothingObserved } from '../observation.ts'
import { answeredAck, complaint, lineOf, type Complaint } from '../oracle.ts'
import { answerLegality } from '../oracles/answer-legality.ts'
import type { Scenario } from '../scenario.ts'
import { methodOf } from './dialogs.ts'
import { latin1, type Aside, type Playing } from './disturbance.ts'
import { legalityAt } from './flow-expectation.ts'
import { parameterOf, type FlowOutcome } from './flow-operator.ts'
import { flowOperatorNamed } from './flow-operators.ts'

export const asksRefusal = ({ ops }: FuzzCase): boolean =>
  ops.some(({ op }) => flowOperatorNamed(op)?.onlyIfRefused === true)

/** Whether all that was asked beside the flow was refused. */
export const areRefused = ({ asides, asideAnswers }: Playing): boolean =>
  [...asides.values()].every((aside) =>
    asideAnswers.some((answer) => answer.aside === aside && statusOf(answer.message) >= 300),
  )

/** What was sent beside the flow was not to be granted, and an ACK not to be answered. */
export function asideComplaints({ ops }: FuzzCase, { asideAnswers }: Playing): readonly Complaint[] {
  const toAck = asideAnswers.find(({ aside }) => latin1(aside.octets).startsWith('ACK '))
  const acknowledged = toAck === undefined ? [] : [answeredAck(toAck.message)]
  const granted = ops.flatMap((each) => {
    const { op } = each
    const operator = flowOperatorNamed(op)
    const taken = asideAnswers.find(
      ({ aside, message }) => aside.name === op && statusOf(message) >= 200 && statusOf(message) < 300,
    )
    if (operator?.notGranted === undefined || taken === undefined) return []
    const what = `${operator.notGranted}: ${parameterOf(each)}`
    return [complaint('order', operator.clause, 'security', what, 'a refusal', lineOf(taken.message))]
  })
  return [...acknowledged, ...granted]
}

/** What answers a request beside the flow is a message like any other, and says whose it is. */
export const asideLegality = (one: FuzzCase, planned: PlannedCase, { asideAnswers }: Playing): readonly Complaint[] =>
  asideAnswers.flatMap(({ aside, message }) =>
    answerLegality({
      one,
      read: legalityAt(aside.octets, planned),
      expectation: { class: 'any', violations: [], silenceAllowed: true },
      observation: { ...nothingObserved, finals: [message] },
      legs: [],
      scenario: {} as Scenario,
    }),
  )

/** Requests beside the flow that have no final response; nothing answers an ACK. */
export function unanswered({ asides, asideAnswers }: Pick<Playing, 'asides' | 'asideAnswers'>): readonly Aside[] {
  const answered = new Set(asideAnswers.filter(({ message }) => statusOf(message) >= 200).map(({ aside }) => aside))
  return [...asides.values()].filter((aside) => !answered.has(aside) && !latin1(aside.octets).startsWith('ACK '))
}

/** Those of which nothing was heard at all. */
export function unheard({ asides, asideAnswers }: Pick<Playing, 'asides' | 'asideAnswers'>): readonly Aside[] {
  const heard = new Set(asideAnswers.map(({ aside }) => aside))
  return unanswered({ asides, asideAnswers }).filter((aside) => !heard.has(aside))
}

/** RFC 3261 8.2.6: a request beside the flow is answered, and the answer is its own. */
export function unansweredAsides(
  { ops }: FuzzCase,
  outcome: FlowOutcome,
  { asides, asideAnswers }: Playing,
): readonly Complaint[] {
  const when = ops.map(({ op }) => flowOperatorNamed(op)?.answered)
  if (!when.includes('always') && (outcome !== 'same' || !when.includes('where the flow goes its way'))) return []
  const left = unanswered({ asides, asideAnswers })
  if (left.length === 0) return []
  const what = `no answer to the ${methodOf(readMessage(left[0]?.octets ?? new Uint8Array()))} beside the flow`
  return [complaint('class', 'RFC 3261 8.2.6', 'robustness', what, 'a final response', 'none')]
}

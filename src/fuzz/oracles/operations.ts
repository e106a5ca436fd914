import { headerValue, type SipMessage, statusOf } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import { complaint, isGranted, lineOf, type Complaint, type Oracle } from '../oracle.ts'
import { answersDue, isAnsweredAgain, outcomeOf, refusedBeside } from '../operators/index.ts'

/** Of anything but a CANCEL, whose success says nothing of what it cancels (RFC 3261 9.2). */
const isSuccess = (answer: SipMessage): boolean =>
  statusOf(answer) >= 200 && statusOf(answer) < 300 && headerValue(answer, 'CSeq')?.method !== 'CANCEL'

/** Nothing was decided, or against it: a success says the contrary. */
export const notGranted: Oracle = (played) => {
  const { one, scenario, observation } = played
  const outcome = outcomeOf(scenario, one)
  const { finals, asideAnswers } = observation
  if (outcome.kind !== 'not granted') return []
  // A changed message may reach somebody who is not told what to say to it.
  if (one.edits.length > 0 && observation.legs.length === 0) return []
  const success = [...finals, ...asideAnswers].find(isSuccess)
  if (success === undefined || !isGranted({ ...played, observation: { ...observation, finals: [success] } })) return []
  const what = `granted though ${outcome.because}`
  return [complaint('order', outcome.clause, 'security', what, 'no success', lineOf(success))]
}

/** RFC 3261 17.2: what comes again is answered again, not decided again. */
export const sameAgain: Oracle = ({ one, observation: { finals } }) => {
  if (one.edits.length > 0 || one.ops.length === 0 || one.ops.some(({ op }) => op !== 'retransmit')) return []
  const classes = new Set(finals.map((final) => statusOf(final) >= 300))
  if (classes.size < 2) return []
  const observed = finals.map(lineOf).join(', ')
  return [
    complaint('once', 'RFC 3261 17.2', 'legality', 'a retransmission is decided anew', 'the same answer', observed),
  ]
}

/** RFC 3261 13.2.2.4 and 15: every 2xx is acknowledged, and no session is left to one side alone. */
export const nothingStands: Oracle = ({ one, expectation, observation: { finals, standing, ends, hungUp } }) => {
  if (one.ops.length === 0 || one.edits.length > 0 || finals.length === 0) return []
  const left = standing.map(({ to, acknowledged }) =>
    complaint(
      'legs',
      acknowledged ? 'RFC 3261 15' : 'RFC 3261 13.2.2.4',
      'robustness',
      acknowledged ? `a session is left at ${to}` : `a 2xx of ${to} is neither acknowledged nor ended`,
      acknowledged ? 'BYE' : 'ACK',
      'nothing for 2 s',
    ),
  )
  if (expectation.class !== 'accept') return left
  if (hungUp) return [...left, hangsUp(one)]
  const end = ends.find((answer) => statusOf(answer) >= 300)
  if (end === undefined) return left
  return [
    ...left,
    complaint('class', 'RFC 3261 15.1.2', 'legality', 'the session cannot be ended', '2xx to BYE', lineOf(end)),
  ]
}

/** Nobody has asked for the end of what was granted; "if the UAS has already sent a final response", a CANCEL has no effect on it either. */
function hangsUp({ ops }: FuzzCase): Complaint {
  const clause = ops.some(({ op }) => op === 'cancel late') ? 'RFC 3261 9.2' : 'RFC 3261 15'
  return complaint('legs', clause, 'robustness', 'a call that was answered is ended', 'a session that stands', 'BYE')
}

/** RFC 3261 8.2.6, 9.2: each request has an answer of its own, and what proves who sent one proves nothing of another. */
export const besideTheFlow: Oracle = ({ one, scenario, observation: { finals, silent, asideAnswers } }) => {
  if (one.ops.length === 0 || one.edits.length > 0 || silent || finals.length === 0) return []
  const expected = 'a final response'
  const unanswered = complaint(
    'once',
    'RFC 3261 8.2.6',
    'robustness',
    'no answer to a request beside it',
    expected,
    'none',
  )
  const granted = asideAnswers.filter(isSuccess).slice(0, 1).map(lineOf)
  const [refused] = refusedBeside(scenario, one)
  return [
    ...(asideAnswers.length < answersDue(scenario, one) ? [unanswered] : []),
    ...granted.flatMap((observed) =>
      refused === undefined
        ? []
        : [complaint('class', refused.clause, 'security', refused.notTwice ?? '', 'a challenge', observed)],
    ),
  ]
}

/** RFC 3261 17.2.2: whoever asks again has not heard the answer, and gets it again. */
export const answeredAgain: Oracle = ({ one, scenario, observation: { finals, repeated } }) => {
  if (!isAnsweredAgain(scenario, one)) return []
  if (finals.length !== 1 || repeated > 0) return []
  const what = 'a retransmission is not answered again'
  return [complaint('once', 'RFC 3261 17.2.2', 'legality', what, 'the same answer', 'none')]
}

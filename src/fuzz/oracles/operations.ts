import { statusOf } from '#wire/sip'
import { complaint, isGranted, lineOf, type Oracle } from '../oracle.ts'
import { outcomeOf } from '../operators/index.ts'

/** Nothing was decided, or against it: a success says the contrary. */
export const notGranted: Oracle = (played) => {
  const { one, scenario, observation } = played
  const outcome = outcomeOf(scenario, one)
  const { finals, asideAnswers } = observation
  if (outcome.kind !== 'not granted') return []
  const success = [...finals, ...asideAnswers].find((answer) => statusOf(answer) >= 200 && statusOf(answer) < 300)
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
export const nothingStands: Oracle = ({ one, expectation, observation: { finals, standing, ends } }) => {
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
  const end = expectation.class === 'accept' ? ends.find((answer) => statusOf(answer) >= 300) : undefined
  if (end === undefined) return left
  return [
    ...left,
    complaint('class', 'RFC 3261 15.1.2', 'legality', 'the session cannot be ended', '2xx to BYE', lineOf(end)),
  ]
}

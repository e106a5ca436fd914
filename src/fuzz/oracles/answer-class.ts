import { type SipMessage, statusOf } from '#wire/sip'
import { answeredAck, complaint, isGranted, isInside, lineOf, type Complaint, type Oracle } from '../oracle.ts'

/** Accepted, refused or left alone, as what left lets the receiver do. */
export const answerClass: Oracle = (played) => {
  const { scenario, expectation, observation, read } = played
  const { finals, silent, provisionals, waited } = observation
  const [first] = finals
  if (silent || first === undefined) {
    // Whom it rings at takes the time that it takes (RFC 3261 13.3.1.1).
    if (scenario.mayRefuse === true && provisionals.some((answer) => statusOf(answer) > 100)) return []
    // It may be left alone; whoever comes behind it may not.
    if (expectation.silenceAllowed && !observation.stalled) return []
    const none = `none within ${(waited / 1000).toFixed(1)} s, though retried`
    if (expectation.silenceAllowed)
      return [
        complaint(
          'class',
          'RFC 3261 8.2.6',
          'robustness',
          'no answer to the valid request behind it',
          'a final response to OPTIONS',
          none,
        ),
      ]
    return [complaint('class', 'RFC 3261 8.2.6', 'robustness', 'no answer', 'a final response', none)]
  }
  const status = statusOf(first)
  if (isAck(read.message) && !expectation.violations.some(({ level }) => level === 'sip')) return [answeredAck(first)]
  if (expectation.class === 'accept' && (scenario.mayRefuse === true ? status === 400 : status < 200 || status > 299))
    return [
      complaint(
        'class',
        'RFC 3261 8.2',
        'legality',
        `legal, answered ${status}`,
        '2xx: nothing is wrong with it',
        lineOf(first),
      ),
    ]
  if (expectation.class === 'refuse' && isGranted(played)) {
    const [violation] = expectation.violations.filter(({ reaction }) => reaction === 'refuse')
    const what = `accepted in spite of ${violation?.rule ?? ''}`
    const because = expectation.violations
      .map(({ rule, clause }) => `${rule} (${clause})`)
      .slice(0, 3)
      .join(', ')
    return [complaint('class', violation?.clause ?? '', 'security', what, `an error, since ${because}`, lineOf(first))]
  }
  if (status === 500 && !isInside(read.message))
    return [
      complaint(
        'class',
        'RFC 3261 21.5.1',
        'robustness',
        'answered 500',
        'an answer that the server did not fail to make',
        lineOf(first),
      ),
    ]
  return []
}

/** RFC 3261 8.2.6: one final response, and none to an ACK (17). */
export const onlyOnce: Oracle = ({ one, observation: { finals, answersToAck } }) => [
  // What comes again may be answered again, in whichever words.
  ...(finals.length < 2 || one.ops.length > 0
    ? []
    : [once('RFC 3261 8.2.6', 'several final responses', 'one', finals)]),
  ...(answersToAck.length === 0 ? [] : [once('RFC 3261 17', 'an ACK is answered', 'none', answersToAck)]),
]

const once = (clause: string, what: string, due: string, came: readonly SipMessage[]): Complaint =>
  complaint('once', clause, 'legality', what, due, came.map(lineOf).join(', '))

const isAck = ({ startLine }: SipMessage): boolean => startLine.kind === 'request' && startLine.method === 'ACK'

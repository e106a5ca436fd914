import type { Conducted, PlannedCase } from '#harness'
import type { Finding } from '#verdict'
import { header, headerValue, readMessage, type SipMessage, statusOf } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import type { Expectation } from '../expectation.ts'
import { nothingObserved, type Observation } from '../observation.ts'
import { complaint, isInside, lineOf, type Complaint } from '../oracle.ts'
import { answerLegality } from '../oracles/answer-legality.ts'
import type { Execution } from '../execution.ts'
import type { Scenario } from '../scenario.ts'
import { methodOf } from './dialogs.ts'
import { branchOf, ending, transactionOf, type Passage, type Playing } from './disturbance.ts'
import { neverAnswered, neverEnded, neverRepeated, neverSilent, neverSlower } from './abandoned.ts'
import { areRefused, asideComplaints, asideLegality, asksRefusal, unansweredAsides } from './aside-answers.ts'
import { isTakenUp, leavingOf } from './begun-before.ts'
import { brokenRequests } from './broken-requests.ts'
import { endedByExpiry } from './expiring-invite.ts'
import { disclosed, saidByEdit } from './flow-disclosure.ts'
import { expectationAt, legalityAt, numberBefore, outcomeOf, sentByAnother, type Way } from './flow-expectation.ts'
import type { FlowOutcome } from './flow-operator.ts'
import { flowOperatorNamed } from './flow-operators.ts'
import { idleKept } from './idle-floor.ts'
import { givenUpEarly, misacknowledged } from './late-acknowledgement.ts'
import { failedAnswers } from './failed-answers.ts'
import { cancelledInVain } from './cancelled-call.ts'
import { endedByLateCancel } from './late-cancel.ts'
import { wasRefused } from './refusal.ts'
import { unsignedPassedOn } from './refused-operators.ts'
import { repeatedSuccess, retaggedSuccess } from './repeated-success.ts'
import { unfollowedRoutes } from './route-set.ts'
import { secondCall } from './second-call.ts'
import { otherStreams, unacknowledgedAgain } from './session-answers.ts'
import { strayRoutes, strayTargets } from './stray-requests.ts'
import { refusedOnce } from './unacknowledged-refusal.ts'

interface Edited {
  readonly octets?: Uint8Array
  readonly original?: Uint8Array
  readonly without: readonly number[]
}

interface Over {
  readonly one: FuzzCase
  readonly planned: PlannedCase
  readonly way: Way
  readonly playing: Playing
  readonly conducted: Conducted
  readonly edited: Edited
  readonly milliseconds: number
}

/** What came and went before these octets left. */
const logUntil = (octets: Uint8Array, { log }: Playing): readonly Passage[] => {
  const index = log.findIndex((one) => one.direction === 'sent' && Buffer.compare(one.octets, octets) === 0)
  return index === -1 ? log : log.slice(0, index)
}

/** What the oracles say of a flow that is over. */
export function judgeFlow({ one, planned, way, playing, conducted, edited, milliseconds }: Over): Execution {
  const [first] = playing.log.filter(({ step }) => step !== undefined)
  const octets = edited.octets ?? first?.octets ?? new Uint8Array()
  const original = edited.original ?? first?.octets ?? new Uint8Array()
  const read = legalityAt(octets, planned)
  const expectation =
    edited.octets === undefined
      ? ({ class: 'any', violations: [], silenceAllowed: true } as const)
      : expectationAt(octets, original, planned, numberBefore(original, logUntil(octets, playing)))
  const outcome = edited.octets === undefined ? way.outcome : outcomeOf(one, way, expectation)
  const answers = answersTo(playing, octets, original)
  const [provisionals, finals] = [
    answers.filter((answer) => statusOf(answer) < 200),
    answers.filter((answer) => statusOf(answer) >= 200),
  ]
  const isSilent = finals.length === 0
  const asideAnswers = playing.asideAnswers.map(({ message }) => message)
  const observation: Observation = {
    ...nothingObserved,
    provisionals,
    finals,
    latency: milliseconds,
    waited: milliseconds,
    silent: isSilent,
    asideAnswers,
  }
  const complaints = [
    ...(outcome === 'any' ? [] : conducted.findings)
      .filter(({ verdict, requirement }) => verdict !== 'error' && (outcome === 'same' || about.test(requirement)))
      .filter(() => !asksRefusal(one) || areRefused(playing))
      .filter(() => !leavingOf(one) || isTakenUp(playing))
      .filter((finding) => !saidByEdit(finding, edited))
      .filter(
        ({ requirement }) =>
          !isForgiving(one) || (wasRefused(playing, playing.disturbed) && / holds /.test(requirement)),
      )
      .map(asComplaint),
    ...asideComplaints(one, playing),
    ...(outcome === 'same' ? asideLegality(one, planned, playing) : []),
    ...unansweredAsides(one, outcome, playing),
    ...strayRoutes(playing),
    ...unfollowedRoutes(playing),
    ...(one.edits.length === 0 ? strayTargets(playing) : []),
    ...neverSilent(playing),
    ...neverSlower(playing),
    ...neverAnswered(playing),
    ...neverEnded(playing),
    ...neverRepeated(playing),
    ...refusedOnce(playing),
    ...(one.edits.length === 0 ? repeatedSuccess(playing) : []),
    ...retaggedSuccess(playing),
    ...givenUpEarly(playing),
    ...endedByExpiry(playing),
    ...endedByLateCancel(playing, planned),
    ...cancelledInVain(playing),
    ...unsignedPassedOn(playing),
    ...misacknowledged(playing),
    ...idleKept(one, playing),
    ...(one.edits.length === 0 ? unacknowledgedAgain(playing) : []),
    ...otherStreams(playing),
    ...(one.edits.length + one.ops.length === 0 ? failedAnswers(playing) : []),
    ...secondCall(one, playing, planned),
    ...(edited.octets === undefined ? [] : brokenRequests(playing, planned, read)),
    ...disclosed(playing, planned, edited),
    ...(edited.octets === undefined
      ? []
      : answerLegality({ one, read, expectation, observation, legs: [], scenario: {} as Scenario })),
    ...(edited.octets === undefined ? [] : robustness(expectation, observation, original)),
    ...(playing.disturbed === ending ? endingJudged(one, outcome, playing, expectation) : []),
  ]
  return {
    one,
    octets,
    correlation: '',
    user: 0,
    without: edited.without,
    read,
    expectation,
    observation,
    complaints,
  }
}

const isForgiving = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => flowOperatorNamed(op)?.unlessRefused === true)

/** What is said of a refusal; the tester believes that it left as it was, and so what it says of SIP is none of it. */
const about = /granted|passed on| holds /

/** Responses to the message that was changed. */
function answersTo({ log }: Playing, octets: Uint8Array, original: Uint8Array) {
  const [changed, meant] = [readMessage(octets), readMessage(original)]
  const branches = [branchOf(changed), branchOf(meant)]
  const method = headerValue(meant, 'CSeq')?.method ?? ''
  // CANCEL has the branch of what it cancels (RFC 3261 9.1).
  const ofOther = method === 'CANCEL' ? /\bINVITE\s*$/ : /\bCANCEL\s*$/
  const isOther = (message: SipMessage): boolean => ofOther.test(header(message, 'CSeq') ?? '')
  return (
    log
      .filter(({ direction, message }) => direction === 'received' && message.startLine.kind !== 'request')
      .map(({ message }) => message)
      // The number may be none.
      .filter((message) => branches.includes(branchOf(message)))
      .filter((message) => !isOther(message) || isOther(changed))
  )
}

/** What nobody says, as long as it may come yet. */
const silence = 'no answer'

export const isUnanswered = ({ complaints }: Execution): boolean => complaints.some(({ what }) => what === silence)

function robustness(
  { silenceAllowed, violations }: Expectation,
  { provisionals, finals, silent }: Observation,
  original: Uint8Array,
): readonly Complaint[] {
  if (readMessage(original).startLine.kind !== 'request') return []
  const [first] = finals
  // Who sent it does not hear that it is being looked into (18.1.2), and so cannot go on; an INVITE waits for that (13.3.1).
  if (silent && provisionals.length > 0 && violations.includes(sentByAnother)) return []
  if (silent && !silenceAllowed)
    return [complaint('class', 'RFC 3261 8.2.6', 'robustness', silence, 'a final response', 'none')]
  if (first === undefined || statusOf(first) !== 500 || isInside(readMessage(original))) return []
  const expected = 'an answer that the server did not fail to make'
  return [complaint('class', 'RFC 3261 21.5.1', 'robustness', 'answered 500', expected, lineOf(first))]
}

/** RFC 3261 15.1.2: what ends a session is answered by a success where it stands, and by an error where it is none of it. */
function endingJudged(
  { edits }: FuzzCase,
  outcome: FlowOutcome,
  { log }: Playing,
  { violations }: Expectation,
): readonly Complaint[] {
  const bye = log.find(({ step }) => step === ending)
  if (bye === undefined) return []
  const answer = log.find(
    ({ direction, message }) =>
      direction === 'received' && statusOf(message) >= 200 && transactionOf(message) === transactionOf(bye.message),
  )?.message
  if (answer === undefined) return []
  const status = statusOf(answer)
  const callId = header(bye.message, 'Call-ID')
  const over = log.some(
    ({ direction, message }) =>
      direction === 'received' && methodOf(message) === 'BYE' && header(message, 'Call-ID') === callId,
  )
  // What is no call of two parties may be over for other reasons whilst it waits.
  if (outcome === 'same' && edits.length > 0 && status >= 300 && !over) {
    return [
      complaint('class', 'RFC 3261 15.1.2', 'legality', `legal, answered ${status}`, '2xx to BYE', lineOf(answer)),
    ]
  }
  if (outcome !== 'refused' || status >= 300) return []
  const violation = violations.find(({ reaction }) => reaction === 'refuse')
  const what = `accepted in spite of ${violation?.rule ?? ''}`
  return [complaint('class', violation?.clause ?? '', 'security', what, 'an error', lineOf(answer))]
}

/** What the flow itself says is wrong, without what differs between executions. */
function asComplaint({ requirement, clause, field, step, expected, actual, verdict }: Finding): Complaint {
  const what = `${verdict === 'fail' ? '' : 'perhaps: '}step ${step}: ${requirement}${field === undefined ? '' : ` (${field})`}`
  return complaint('flow', clause, 'legality', plain(what), plain(expected.join(', ')), plain(actual))
}

const plain = (text: string): string =>
  text
    .replace(/-[0-9a-f]{12}@/g, '@')
    .replace(/\b[0-9a-f]{12,}\b/g, '...')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1')

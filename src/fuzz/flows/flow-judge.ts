import type { DerivedCase } from '#derive'
import type { Conducted, PlannedCase } from '#harness'
import type { Finding } from '#verdict'
import { rel18 } from '#bindings'
import { header, headers, headerValue, readMessage, readNameAddress, type SipMessage, statusOf } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { Edit, FuzzCase } from '../case.ts'
import { anyCorrelation } from '../correlation.ts'
import { expectationOf, type Expectation } from '../expectation.ts'
import { compareIdentities } from '../identities.ts'
import type { Dialog } from '../inside.ts'
import { judgeLegality, type Legality, type Violation } from '../legality.ts'
import { nothingObserved, type Observation } from '../observation.ts'
import { complaint, lineOf, tagOf, type Complaint } from '../oracle.ts'
import { answerLegality } from '../oracles/answer-legality.ts'
import { placesOf } from '../places.ts'
import type { Execution } from '../player.ts'
import type { Scenario } from '../scenario.ts'
import type { FuzzUser } from '../world.ts'
import { methodOf } from './dialogs.ts'
import { branchOf, ending, transactionOf, type Playing, type Role } from './disturbance.ts'
import { disclosed } from './flow-disclosure.ts'
import type { FlowOutcome, StepShape } from './flow-operator.ts'
import { flowOperatorNamed, parameterOf } from './flow-operators.ts'
import type { FlowScenario } from './flow-stage.ts'
import { idleKept } from './idle-floor.ts'

/** A message of ours as it left when nothing was changed. */
export interface Baseline {
  readonly role: Role
  readonly octets: Uint8Array
  readonly shape: StepShape
  readonly read: Legality
  readonly user: FuzzUser
  readonly other: FuzzUser
}

/** What is due of an execution, and the case with the oracle that judges it. */
export interface Way {
  readonly outcome: FlowOutcome
  readonly derived: DerivedCase
}

export const legalityAt = (octets: Uint8Array, { service }: PlannedCase): Legality => {
  const sip = readMessage(octets).startLine.kind !== 'request'
  return judgeLegality(octets, rel18, service, sip)
}

/** What an operation or an edit leaves due, by the most forgiving of them; what has to be refused is refused at its step. */
export function wayOf(one: FuzzCase, planned: PlannedCase, scenario: FlowScenario | undefined): Way {
  const { derived } = planned
  const dues = [
    ...one.ops.map((each) => ({ at: each.at, due: flowOperatorNamed(each.op)?.outcome(parameterOf(each)) ?? 'same' })),
    ...[...new Set(one.edits.map(({ at }) => at))].map((at) => ({ at, due: dueOf(one, at, planned, scenario) })),
  ]
  const found = dues.find(({ due }) => due === 'refused') ?? dues.find(({ due }) => due === 'any')
  if (found === undefined) return { outcome: 'same', derived }
  // What ends the sessions of a flow comes behind it.
  if (found.at === ending) return { outcome: found.due, derived }
  const variation = { kind: 'malform', step: found.at, ie: 'what left', flaw: 'as it was' } as const
  return {
    outcome: found.due,
    derived: { ...derived, variation, oracle: found.due === 'refused' ? 'refusal' : 'either', step: found.at },
  }
}

function dueOf(one: FuzzCase, at: string, planned: PlannedCase, scenario: FlowScenario | undefined): FlowOutcome {
  const baseline = scenario?.steps.get(at)
  if (baseline === undefined) return 'any'
  const edits = one.edits.filter((edit) => edit.at === at)
  const { octets } = changedAt(baseline, edits)
  const { class: due } = expectationAt(octets, baseline.octets, planned)
  return due === 'accept' ? 'same' : due === 'refuse' ? 'refused' : 'any'
}

/** A message with edits, as it would leave. */
function changedAt({ octets, user, other }: Baseline, edits: readonly Edit[]) {
  const places = new Map(placesOf(octets).map((place) => [place.path, place]))
  const around = { user, other, canary: anyCorrelation }
  return assemble(baselineOf(Buffer.from(octets)), (path) => places.get(path), edits, around)
}

/** What the standard lets the entity under test do with octets that left in the place of others. */
function expectationAt(octets: Uint8Array, original: Uint8Array, planned: PlannedCase): Expectation {
  const [read, was] = [legalityAt(octets, planned), legalityAt(original, planned)]
  if (was.message.startLine.kind !== 'request')
    return { class: 'any', violations: read.violations, silenceAllowed: true }
  const { message } = was
  const tag = tagOf(header(message, 'From') ?? '')
  const envelope = {
    requestUri: was.message.startLine.requestUri,
    from: readNameAddress(header(message, 'From') ?? '')?.uri ?? '',
  }
  const scenario = { message: was.name, judge: (came: Legality) => elementsChanged(came, was, planned) }
  return expectationOf(read, scenario as unknown as Scenario, {} as FuzzUser, {
    port: headerValue(message, 'Via')?.port ?? 5060,
    correlation: '',
    isOwn: (came) =>
      branchOf(came) === branchOf(message) &&
      (header(came, 'Call-ID') === header(message, 'Call-ID') || tagOf(header(came, 'From') ?? '') === tag),
    envelope,
    dialog: dialogAt(was),
  })
}

function dialogAt({ message }: Legality): Dialog | undefined {
  const to = header(message, 'To') ?? ''
  if (tagOf(to) === undefined) return undefined
  return {
    callId: header(message, 'Call-ID') ?? '',
    from: header(message, 'From') ?? '',
    to,
    target: '',
    via: '',
    sequence: (headerValue(message, 'CSeq')?.sequence ?? 1) - 1,
  }
}

/** An element with another value: what has to be made of it is in the negative cases of the flow; else nobody knows. */
function elementsChanged(came: Legality, was: Legality, { derived }: PlannedCase): readonly Violation[] {
  const names = [...new Set([...Object.keys(came.ies), ...Object.keys(was.ies)])]
  // What an offer or an answer has to be like is more than its grammar.
  const sdp = (read: Legality): string =>
    /^v=0[\s\S]*?(?=\r\n--|$(?![\s\S]))/m.exec(Buffer.from(read.message.body).toString('latin1'))?.[0] ?? ''
  const session: readonly Violation[] =
    sdp(came) === sdp(was) ? [] : [{ level: 'body', rule: 'session changed', clause: 'RFC 3264 5', reaction: 'either' }]
  const [sentBy, wasSentBy] = [came, was].map(({ message }) => {
    const via = headerValue(message, 'Via')
    return `${via?.host}:${via?.port}`
  })
  // Whoever reads the response is not whom it names.
  const via: readonly Violation[] =
    sentBy === wasSentBy
      ? []
      : [{ level: 'elements', rule: 'sent by another', clause: 'RFC 3261 18.1.2', reaction: 'either' }]
  return names
    .flatMap((name): readonly Violation[] => {
      const [now, before] = [came.ies[name], was.ies[name]]
      if (now === before) return []
      const same = now !== undefined && before !== undefined && compareIdentities(now, before) !== 'different'
      const rule = `${name} ${now === undefined ? 'missing' : same ? 'written otherwise' : 'changed'}`
      return [{ level: 'elements', rule, clause: `${derived.source.doc} ${derived.source.clause}`, reaction: 'either' }]
    })
    .concat(session, via)
}

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

/** What the oracles say of a flow that is over. */
export function judgeFlow({ one, planned, way, playing, conducted, edited, milliseconds }: Over): Execution {
  const [first] = playing.log.filter(({ step }) => step !== undefined)
  const octets = edited.octets ?? first?.octets ?? new Uint8Array()
  const original = edited.original ?? first?.octets ?? new Uint8Array()
  const read = legalityAt(octets, planned)
  const expectation =
    edited.octets === undefined
      ? ({ class: 'any', violations: [], silenceAllowed: true } as const)
      : expectationAt(octets, original, planned)
  const finals = answersTo(playing, octets, original)
  const isSilent = finals.length === 0
  const asideAnswers = playing.asideAnswers.map(({ message }) => message)
  const observation: Observation = { ...nothingObserved, finals, latency: milliseconds, silent: isSilent, asideAnswers }
  const complaints = [
    ...(way.outcome === 'any' ? [] : conducted.findings)
      .filter(({ verdict, requirement }) => verdict !== 'error' && (way.outcome === 'same' || about.test(requirement)))
      .filter(({ requirement }) => !isForgiving(one) || (wasRefused(playing) && / holds /.test(requirement)))
      .map(asComplaint),
    ...asideComplaints(one, playing),
    ...(way.outcome === 'same' ? asideLegality(one, planned, playing) : []),
    ...unansweredAsides(one, way, playing),
    ...strayRoutes(playing),
    ...neverSilent(playing),
    ...idleKept(one, playing),
    ...disclosed(playing, planned),
    ...(edited.octets === undefined
      ? []
      : answerLegality({ one, read, expectation, observation, legs: [], scenario: {} as Scenario })),
    ...(edited.octets === undefined ? [] : robustness(expectation, observation, original)),
    ...(playing.disturbed === ending ? endingJudged(one, way, playing, expectation) : []),
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

/** Whether who asked first was told that it is not granted. */
const wasRefused = ({ log, disturbed }: Playing): boolean =>
  log
    .filter(({ direction, step }) => direction === 'sent' && step !== undefined && step !== disturbed)
    .some((asked) =>
      log.some(
        ({ direction, message }) =>
          direction === 'received' &&
          statusOf(message) >= 300 &&
          transactionOf(message) === transactionOf(asked.message),
      ),
    )

/** What is said of a refusal; the tester believes that it left as it was, and so what it says of SIP is none of it. */
const about = /granted|passed on| holds /

/** Final responses to the message that was changed. */
function answersTo({ log }: Playing, octets: Uint8Array, original: Uint8Array) {
  const branches = [branchOf(readMessage(octets)), branchOf(readMessage(original))]
  const method = headerValue(readMessage(original), 'CSeq')?.method ?? ''
  // CANCEL has the branch of what it cancels (RFC 3261 9.1).
  const ofOther = method === 'CANCEL' ? /\bINVITE\s*$/ : /\bCANCEL\s*$/
  const isOther = (message: SipMessage): boolean => ofOther.test(header(message, 'CSeq') ?? '')
  return (
    log
      .filter(({ direction, message }) => direction === 'received' && statusOf(message) >= 200)
      .map(({ message }) => message)
      // The number may be none.
      .filter((message) => branches.includes(branchOf(message)))
      .filter((message) => !isOther(message) || isOther(readMessage(octets)))
  )
}

function robustness(
  { silenceAllowed }: Expectation,
  { finals, silent }: Observation,
  original: Uint8Array,
): readonly Complaint[] {
  if (readMessage(original).startLine.kind !== 'request') return []
  const [first] = finals
  if (silent && !silenceAllowed)
    return [complaint('class', 'RFC 3261 8.2.6', 'robustness', 'no answer', 'a final response', 'none')]
  if (first === undefined || statusOf(first) !== 500 || tagOf(header(readMessage(original), 'To') ?? '') !== undefined)
    return []
  const expected = 'an answer that the server did not fail to make'
  return [complaint('class', 'RFC 3261 21.5.1', 'robustness', 'answered 500', expected, lineOf(first))]
}

/** What was sent beside the flow was not to be granted. */
function asideComplaints({ ops }: FuzzCase, { asideAnswers }: Playing): readonly Complaint[] {
  return ops.flatMap((each) => {
    const { op } = each
    const operator = flowOperatorNamed(op)
    const granted = asideAnswers.find(
      ({ aside, message }) => aside.name === op && statusOf(message) >= 200 && statusOf(message) < 300,
    )
    if (operator?.notGranted === undefined || granted === undefined) return []
    const what = `${operator.notGranted}: ${parameterOf(each)}`
    return [complaint('order', operator.clause, 'security', what, 'a refusal', lineOf(granted.message))]
  })
}

/** RFC 3261 15.1.2: what ends a session is answered by a success where it stands, and by an error where it is none of it. */
function endingJudged(
  { edits }: FuzzCase,
  { outcome }: Way,
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

/** What answers a request beside the flow is a message like any other, and says whose it is. */
const asideLegality = (one: FuzzCase, planned: PlannedCase, { asideAnswers }: Playing): readonly Complaint[] =>
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

/** RFC 3261 8.2.6: a request inside a dialog that stands is answered, and the answer is its own. */
function unansweredAsides(
  { ops }: FuzzCase,
  { outcome }: Way,
  { asides, asideAnswers }: Playing,
): readonly Complaint[] {
  const when = ops.map(({ op }) => flowOperatorNamed(op)?.answered)
  if (!when.includes('always') && (outcome !== 'same' || !when.includes('where the flow goes its way'))) return []
  const answered = new Set(asideAnswers.filter(({ message }) => statusOf(message) >= 200).map(({ aside }) => aside))
  const left = [...asides.values()].filter((aside) => !answered.has(aside))
  if (left.length === 0) return []
  const what = `no answer to the ${methodOf(readMessage(left[0]?.octets ?? new Uint8Array()))} inside the dialog`
  return [complaint('class', 'RFC 3261 8.2.6', 'robustness', what, 'a final response', 'none')]
}

/** Milliseconds: 64*T1 (RFC 3261 17.1.1.1), after which nothing that nobody answers is sent again, and what a machine with much to do may be late by. */
export const untilSilent = 32_000 + 6000

/** RFC 3261 17.1.1.2, 17.1.2.2, 13.3.1.4. */
function neverSilent({ log, deafSince }: Playing): readonly Complaint[] {
  if (deafSince === undefined) return []
  const requests = log.filter(({ direction, message }) => direction === 'received' && methodOf(message) !== '')
  const begun = new Map<string, number>()
  for (const { message, at } of requests.toReversed()) begun.set(transactionOf(message), at)
  // A response may be late for reasons of its own: only what was asked long before is asked too often.
  const late = requests.filter(({ message, at }) => at > (begun.get(transactionOf(message)) ?? at) + untilSilent)
  const [first] = late
  if (first === undefined) return []
  const what = `a ${methodOf(first.message)} that nobody answers is sent again without end`
  return [complaint('legs', 'RFC 3261 17.1.2.2', 'robustness', what, 'silence after 64*T1', `${late.length} more`)]
}

/** RFC 3261 12.1, 12.2: the route set is that of the messages which made the dialog, for as long as it stands. */
function strayRoutes({ log }: Playing): readonly Complaint[] {
  const recorded = new Map<string, Set<string>>()
  for (const { message } of log) {
    const callId = header(message, 'Call-ID') ?? ''
    const known = recorded.get(callId) ?? new Set()
    recorded.set(callId, known)
    const makes =
      message.startLine.kind === 'response'
        ? headerValue(message, 'CSeq')?.method === 'INVITE' && known.size === 0
        : methodOf(message) === 'INVITE' && tagOf(header(message, 'To') ?? '') === undefined
    if (makes) for (const route of headers(message, 'Record-Route')) known.add(route)
  }
  const seen = log.find(
    ({ direction, message }) =>
      direction === 'received' &&
      message.startLine.kind === 'request' &&
      tagOf(header(message, 'To') ?? '') !== undefined &&
      headers(message, 'Route').some((route) => !recorded.get(header(message, 'Call-ID') ?? '')?.has(route)),
  )
  if (seen === undefined) return []
  const what = `a ${methodOf(seen.message)} follows a route that did not make its dialog`
  return [
    complaint(
      'legs',
      'RFC 3261 12.2',
      'security',
      what,
      'the route set of the dialog',
      header(seen.message, 'Route') ?? '',
    ),
  ]
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

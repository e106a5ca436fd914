import type { DerivedCase } from '#derive'
import type { PlannedCase } from '#harness'
import { rel18 } from '#bindings'
import { header, headers, headerValue, readMessage, readNameAddress, type SipMessage } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { Edit, FuzzCase } from '../case.ts'
import { anyCorrelation } from '../correlation.ts'
import { expectationOf, type Expectation } from '../expectation.ts'
import { compareIdentities, isWrittenAlike } from '../identities.ts'
import { asksForDialog, type Dialog } from '../inside.ts'
import { judgeLegality, type Legality, type Violation } from '../legality.ts'
import { isInside, tagIn, tagOf } from '../oracle.ts'
import { placesOf } from '../places.ts'
import type { Scenario } from '../scenario.ts'
import type { FuzzUser } from '../world.ts'
import { branchOf, ending, type Passage, type Role } from './disturbance.ts'
import { parameterOf, type FlowOutcome, type StepShape } from './flow-operator.ts'
import { flowOperatorNamed } from './flow-operators.ts'
import type { FlowScenario } from './written-flows.ts'

/** A message of ours as it left when nothing was changed. */
export interface Baseline {
  readonly role: Role
  readonly octets: Uint8Array
  readonly shape: StepShape
  readonly read: Legality
  readonly numberBefore: number
  readonly user: FuzzUser
  readonly other: FuzzUser
}

/** What is due of an execution, and the case with the oracle that judges it. */
export interface Way {
  readonly outcome: FlowOutcome
  readonly derived: DerivedCase
}

const judged = new WeakMap<Uint8Array, Map<string, Legality>>()

/** What octets are by the strict reading; those of one message are asked of by several, and judged once. */
export function legalityAt(octets: Uint8Array, { service }: PlannedCase): Legality {
  const known = judged.get(octets) ?? new Map<string, Legality>()
  judged.set(octets, known)
  const found = known.get(service)
  if (found !== undefined) return found
  const sip = readMessage(octets).startLine.kind !== 'request'
  const made = judgeLegality(octets, rel18, service, sip)
  known.set(service, made)
  return made
}

/** What an operation or an edit leaves due, by the most forgiving of them; what has to be refused is refused at its step. */
export function wayOf(one: FuzzCase, planned: PlannedCase, scenario: FlowScenario | undefined): Way {
  const { derived } = planned
  const found = disturbing(one, (at) => dueOf(one, at, planned, scenario))
  if (found === undefined) return { outcome: 'same', derived }
  // What ends the sessions of a flow comes behind it.
  if (found.at === ending) return { outcome: found.due, derived }
  const variation = { kind: 'malform', step: found.at, ie: 'what left', flaw: 'as it was' } as const
  return {
    outcome: found.due,
    derived: { ...derived, variation, oracle: found.due === 'refused' ? 'refusal' : 'either', step: found.at },
  }
}

/** What the octets that left leave due, where it is what the case was judged by; users have other names each time, and an edit may find in one what it does not in another. */
export function outcomeOf(one: FuzzCase, { outcome }: Way, expectation: Expectation): FlowOutcome {
  if (one.edits.length === 0) return outcome
  return (disturbing(one, () => outcomeFrom(expectation))?.due ?? 'same') === outcome ? outcome : 'any'
}

/** The first that does not leave the flow as it is. */
function disturbing(one: FuzzCase, dueAt: (at: string) => FlowOutcome) {
  const dues = [
    ...one.ops.map((each) => ({ at: each.at, due: flowOperatorNamed(each.op)?.outcome(parameterOf(each)) ?? 'same' })),
    ...[...new Set(one.edits.map(({ at }) => at))].map((at) => ({ at, due: dueAt(at) })),
  ]
  return dues.find(({ due }) => due === 'refused') ?? dues.find(({ due }) => due === 'any')
}

function dueOf(one: FuzzCase, at: string, planned: PlannedCase, scenario: FlowScenario | undefined): FlowOutcome {
  const baseline = scenario?.steps.get(at)
  if (baseline === undefined) return 'any'
  const edits = one.edits.filter((edit) => edit.at === at)
  const { octets } = changedAt(baseline, edits)
  return outcomeFrom(expectationAt(octets, baseline.octets, planned, baseline.numberBefore))
}

const outcomeFrom = ({ class: due }: Expectation): FlowOutcome =>
  due === 'accept' ? 'same' : due === 'refuse' ? 'refused' : 'any'

/** A message with edits, as it would leave. */
function changedAt({ octets, user, other }: Baseline, edits: readonly Edit[]) {
  const places = new Map(placesOf(octets).map((place) => [place.path, place]))
  const around = { user, other, canary: anyCorrelation }
  return assemble(baselineOf(Buffer.from(octets)), (path) => places.get(path), edits, around)
}

/** The highest number that the sender of a message has used before it inside of its dialog; below all of them where there was none (RFC 3261 12.1.2). */
export function numberBefore(octets: Uint8Array, before: readonly Passage[]): number {
  const dialogOf = (message: SipMessage): string => `${header(message, 'Call-ID')} ${tagIn(message, 'From')}`
  const own = dialogOf(readMessage(octets))
  const numbers = before
    .filter(({ direction, message }) => direction === 'sent' && message.startLine.kind === 'request')
    .filter(({ message }) => dialogOf(message) === own)
    .map(({ message }) => headerValue(message, 'CSeq')?.sequence ?? -1)
  return Math.max(-1, ...numbers)
}

/** What the standard lets the entity under test do with octets that left in the place of others, whose sender has used no higher number before. */
export function expectationAt(
  octets: Uint8Array,
  original: Uint8Array,
  planned: PlannedCase,
  before: number,
): Expectation {
  const [read, was] = [legalityAt(octets, planned), legalityAt(original, planned)]
  if (was.message.startLine.kind !== 'request')
    return { class: 'any', violations: read.violations, silenceAllowed: true }
  const { message } = was
  const tag = tagIn(message, 'From')
  const envelope = {
    requestUri: was.message.startLine.requestUri,
    from: readNameAddress(header(message, 'From') ?? '')?.uri ?? '',
  }
  const { sut } = planned.derived
  const role = sut.find((each) => each.endsWith('Gateway')) ?? sut[0]
  const scenario = { message: was.name, role, judge: (came: Legality) => elementsChanged(came, was, planned) }
  return expectationOf(read, scenario as unknown as Scenario, {} as FuzzUser, {
    port: headerValue(message, 'Via')?.port ?? 5060,
    correlation: '',
    isOwn: (came) =>
      branchOf(came) === branchOf(message) &&
      (header(came, 'Call-ID') === header(message, 'Call-ID') || tagIn(came, 'From') === tag),
    envelope,
    dialog: dialogAt(was, before),
  })
}

function dialogAt({ message }: Legality, sequence: number): Dialog | undefined {
  const to = header(message, 'To') ?? ''
  if (tagOf(to) === undefined) return undefined
  return {
    callId: header(message, 'Call-ID') ?? '',
    from: header(message, 'From') ?? '',
    to,
    target: '',
    via: '',
    sequence,
  }
}

/** An element with another value: what has to be made of it is in the negative cases of the flow; else nobody knows. */
function elementsChanged(came: Legality, was: Legality, { derived }: PlannedCase): readonly Violation[] {
  // A token names whom it names by octets (RFC 7519 2).
  const asksForNothing = came.ies['credentials'] === undefined
  const names = [...new Set([...Object.keys(came.ies), ...Object.keys(was.ies)])]
  // What an offer or an answer has to be like is more than its grammar.
  const sdp = (read: Legality): string =>
    /^v=0[\s\S]*?(?=\r\n--|$(?![\s\S]))/m.exec(Buffer.from(read.message.body).toString('latin1'))?.[0] ?? ''
  const session: readonly Violation[] =
    sdp(came) === sdp(was) ? [] : [{ level: 'body', rule: 'session changed', clause: 'RFC 3264 5', reaction: 'either' }]
  const changed = [
    ...(sentBy(came) === sentBy(was) ? [] : [sentByAnother]),
    ...(answeredBy(came) === answeredBy(was) ? [] : [answersAnotherRequest]),
    ...(nameOf(came) === nameOf(was) ? [] : [namedOtherwise]),
    ...dialogChanged(came, was),
  ]
  return names
    .flatMap((name): readonly Violation[] => {
      const [now, before] = [came.ies[name], was.ies[name]]
      if (now === before || (asksForNothing && isWrittenAlike(now, before))) return []
      const same = now !== undefined && before !== undefined && compareIdentities(now, before) !== 'different'
      const rule = `${name} ${now === undefined ? 'missing' : same ? 'written otherwise' : 'changed'}`
      return [{ level: 'elements', rule, clause: `${derived.source.doc} ${derived.source.clause}`, reaction: 'either' }]
    })
    .concat(session, changed)
}

export const sentByAnother: Violation = {
  level: 'elements',
  rule: 'sent by another',
  clause: 'RFC 3261 18.1.2',
  reaction: 'either',
}

/** It may name several (RFC 3261 20.21); which of them an answer belongs to nobody says. */
const answersAnotherRequest: Violation = {
  level: 'elements',
  rule: 'answers another request',
  clause: 'RFC 3261 20.21',
  reaction: 'either',
}

const answeredBy = ({ message }: Legality): string => headers(message, 'In-Reply-To').join().replaceAll(/\s/g, '')

/** What answers it names it by the Call-ID that left, and its sender waits for the one that it meant. */
const namedOtherwise: Violation = {
  level: 'elements',
  rule: 'Call-ID of another',
  clause: 'RFC 3261 20.21',
  reaction: 'either',
}

/** Inside of a dialog that is none, and refused. */
const nameOf = ({ message }: Legality): string | undefined =>
  !isInside(message) ? header(message, 'Call-ID')?.trim() : undefined

const sentBy = ({ message }: Legality): string => {
  const via = headerValue(message, 'Via')
  return `${via?.host}:${via?.port}`
}

/** RFC 3261 12.1.2, 12.2.1.1: of what makes a dialog, what its sender goes on with; it goes on with what it meant to send. */
function dialogChanged(came: Legality, was: Legality): readonly Violation[] {
  if (!asksForDialog(was.message)) return []
  const kept = ({ message }: Legality): string =>
    JSON.stringify([
      header(message, 'Call-ID'),
      tagIn(message, 'From'),
      headerValue(message, 'CSeq')?.sequence,
      headers(message, 'Contact').map((value) => readNameAddress(value)?.uri),
      headers(message, 'Record-Route'),
    ])
  if (kept(came) === kept(was)) return []
  return [{ level: 'elements', rule: 'dialog of another', clause: 'RFC 3261 12.1.2', reaction: 'either' }]
}

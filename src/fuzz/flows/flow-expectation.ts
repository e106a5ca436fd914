import type { DerivedCase } from '#derive'
import type { PlannedCase } from '#harness'
import { rel18 } from '#bindings'
import { header, headerValue, readMessage, readNameAddress } from '#wire/sip'
import { assemble } from '../assemble.ts'
import { baselineOf } from '../baseline.ts'
import type { Edit, FuzzCase } from '../case.ts'
import { anyCorrelation } from '../correlation.ts'
import { expectationOf, type Expectation } from '../expectation.ts'
import { compareIdentities } from '../identities.ts'
import type { Dialog } from '../inside.ts'
import { judgeLegality, type Legality, type Violation } from '../legality.ts'
import { tagOf } from '../oracle.ts'
import { placesOf } from '../places.ts'
import type { Scenario } from '../scenario.ts'
import type { FuzzUser } from '../world.ts'
import { branchOf, ending, type Role } from './disturbance.ts'
import type { FlowOutcome, StepShape } from './flow-operator.ts'
import { flowOperatorNamed, parameterOf } from './flow-operators.ts'
import type { FlowScenario } from './flow-stage.ts'

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
export function expectationAt(octets: Uint8Array, original: Uint8Array, planned: PlannedCase): Expectation {
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
  const via = sentBy === wasSentBy ? [] : [sentByAnother]
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

export const sentByAnother: Violation = {
  level: 'elements',
  rule: 'sent by another',
  clause: 'RFC 3261 18.1.2',
  reaction: 'either',
}

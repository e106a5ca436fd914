import type { FuzzCase } from './case.ts'
import type { Expectation } from './expectation.ts'
import type { Legality } from './legality.ts'
import type { Observation } from './observation.ts'
import type { ReadLeg, Scenario } from './scenario.ts'
import { header, headerValue, parameter, readNameAddress, type SipMessage, statusOf } from '#wire/sip'

type Severity = 'security' | 'robustness' | 'legality' | 'advisory'

/** Something that an oracle does not let pass. */
export interface Complaint {
  /** Who says so: `answer`, `class`, `once`, `legs`, `liveness`, ... */
  readonly oracle: string
  readonly clause: string
  readonly severity: Severity
  /** What is wrong, without anything that differs between executions: part of the signature. */
  readonly what: string
  readonly expected: string
  readonly observed: string
}

/** What is known of an execution once it is over. */
export interface Played {
  readonly one: FuzzCase
  readonly scenario: Scenario
  readonly read: Legality
  readonly expectation: Expectation
  readonly observation: Observation
  /** What left on other legs, as the bindings read it. */
  readonly legs: readonly ReadLeg[]
}

/** One step of the ladder of oracles: cheap ones first. */
export type Oracle = (played: Played) => readonly Complaint[]

/** What an oracle says; what was observed is cut to what a line can hold. */
export const complaint = (
  oracle: string,
  clause: string,
  severity: Severity,
  what: string,
  expected: string,
  observed: string,
): Complaint => ({ oracle, clause, severity, what, expected, observed: observed.slice(0, 300) })

/** The target serves nobody any more; `ended` says how it ended, where it did. */
export const noLongerServes = (ended: string | undefined, observed: string): Complaint =>
  complaint(
    'liveness',
    'RFC 3261 8.2',
    'security',
    `the target no longer serves valid requests${ended === undefined ? '' : `: ${ended}`}`,
    'a valid flow goes its way after it',
    observed,
  )

/** RFC 3261 17: there is no response to an ACK, whatever is wrong with it. */
export const answeredAck = (answer: SipMessage): Complaint =>
  complaint('class', 'RFC 3261 17', 'legality', 'an ACK is answered', 'no response', lineOf(answer))

/** Octets as one line of a report. */
export const shown = (text: string | undefined): string => (text === undefined ? 'none' : JSON.stringify(text))

export const lineOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : startLine.kind

export const tagOf = (value: string): string | undefined =>
  /tag/i.test(value) ? parameter(readNameAddress(value)?.parameters ?? [], 'tag') : undefined

/** The tag of From or To of a message, which has been read already. */
export function tagIn(message: SipMessage, name: 'From' | 'To'): string | undefined {
  const address = headerValue(message, name)
  return address === undefined ? tagOf(header(message, name) ?? '') : parameter(address.parameters, 'tag')
}

/** A tag in To asks for a dialog (RFC 3261 12.2.2). */
export const isInside = (message: SipMessage): boolean => tagIn(message, 'To') !== undefined

/** Whether the entity under test granted what it was asked for. */
export function isGranted({ scenario, observation: { finals }, legs }: Played): boolean {
  const status = finals[0] === undefined ? 0 : statusOf(finals[0])
  return status >= 200 && status < 300 && (scenario.granted?.(legs) ?? true)
}

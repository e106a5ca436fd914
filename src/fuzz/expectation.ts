import { largestDatagram } from '#transport'
import { header, headerValue, parameter, type SipMessage } from '#wire/sip'
import { correlationIn } from './correlation.ts'
import type { Dialog } from './inside.ts'
import type { Legality, Violation } from './legality.ts'
import { judgeOptions, judgeTaken, type Envelope, type Position } from './options.ts'
import { isInside, tagIn, tagOf } from './oracle.ts'
import type { Scenario } from './scenario.ts'
import type { FuzzUser } from './world.ts'

/** What the standard lets the entity under test do with the octets that left. */
export interface Expectation {
  /** `accept`: it is legal, and the flow goes its way. `refuse`: an error is due. `any`: only robustness is judged. */
  readonly class: 'accept' | 'refuse' | 'any'
  readonly violations: readonly Violation[]
  /** Whether it may stay without an answer. */
  readonly silenceAllowed: boolean
  /** Whether an answer is not worth waiting for: none could come back, or none that says anything. */
  readonly hopeless?: boolean
}

const positionOf = ({ mayRefuse, role }: Scenario): Position =>
  mayRefuse === true ? 'element' : role.endsWith('Gateway') ? 'between' : 'end'

/** What follows from the octets, the state and the role, whatever was intended. */
export function expectationOf(
  read: Legality,
  scenario: Scenario,
  user: FuzzUser,
  { port, correlation, envelope, dialog, isOwn = (message) => isUnique(message, correlation) }: Departure,
): Expectation {
  const asIntended = read.name === scenario.message
  const own = [
    ...read.violations,
    ...(isOwn(read.message) ? [] : [notUnique]),
    ...(read.message.octets.length > largestDatagram ? [tooLarge] : []),
  ]
  const violations = asIntended
    ? [
        ...own,
        ...scenario.judge(read, user),
        ...judgeInside(read, dialog),
        ...judgeOptions(read.message, envelope, positionOf(scenario)),
        ...(scenario.mayRefuse === true ? judgeTaken(read.message) : []),
      ]
    : own
  const lost = !read.answerable || isAcknowledgement(read.message) || !comesBack(read.message, port)
  // What is malformed should be answered (RFC 3261 16.3, 18.3, 21.4.1), and need not be.
  const dropped = violations.some(({ level }) => level === 'sip')
  const hopeless =
    lost || (dropped && scenario.mayRefuse === true) || violations.some(({ rule }) => unanswerable.has(rule))
  const silenceAllowed = hopeless || dropped
  // It may be answered as the one it is taken for.
  if (violations.includes(notUnique)) return { class: 'any', violations, silenceAllowed, hopeless }
  if (violations.some(({ reaction }) => reaction === 'refuse'))
    return { class: 'refuse', violations, silenceAllowed, hopeless }
  // Another message than intended is judged as what it is: nothing here knows the state in which it would be legal.
  if (!asIntended || (dialog === undefined && isInside(read.message)) || violations.length > 0)
    return { class: 'any', violations, silenceAllowed, hopeless }
  return { class: 'accept', violations, silenceAllowed, hopeless }
}

/** Nothing answers an ACK (RFC 3261 17). */
const isAcknowledgement = ({ startLine }: SipMessage): boolean =>
  startLine.kind === 'request' && startLine.method === 'ACK'

/** RFC 3261 12.2.2: it belongs to the dialog by Call-ID and both tags, and its number is above that of the request before it. */
function judgeInside({ message }: Legality, dialog: Dialog | undefined): readonly Violation[] {
  if (dialog === undefined) return []
  const broken = (rule: string): Violation => ({
    level: 'elements',
    rule,
    clause: 'RFC 3261 12.2.2',
    reaction: 'refuse',
  })
  return [
    ...(header(message, 'Call-ID') === dialog.callId ? [] : [broken('Call-ID of no dialog')]),
    ...(tagIn(message, 'From') === tagOf(dialog.from) ? [] : [broken('From tag of no dialog')]),
    ...(tagIn(message, 'To') === tagOf(dialog.to) ? [] : [broken('To tag of no dialog')]),
    ...((headerValue(message, 'CSeq')?.sequence ?? 0) > dialog.sequence
      ? []
      : [broken('CSeq not above the one before')]),
  ]
}

/** From where a request left, and the identifier that no other one has. */
export interface Departure {
  readonly port: number
  readonly correlation: string
  /** The envelope as it would be without edits. */
  readonly envelope: Envelope
  /** Inside of which it was sent. */
  readonly dialog?: Dialog | undefined
  /** Whether a message names its transaction as this one; by the correlation identifier, unless said. */
  readonly isOwn?: (message: SipMessage) => boolean
}

const notUnique: Violation = {
  level: 'execution',
  rule: 'not unique',
  clause: 'RFC 3261 8.1.1.7',
  reaction: 'either',
}

/** It does not leave. */
const tooLarge: Violation = {
  level: 'execution',
  rule: 'larger than a datagram',
  clause: 'RFC 768',
  reaction: 'either',
}

/** Who names its transaction as an earlier one may be taken for it (RFC 3261 17.2.3, 8.2.2.2). */
function isUnique(message: SipMessage, correlation: string): boolean {
  const has = (text: string | undefined): boolean => text !== undefined && correlationIn(text) === correlation
  const isOwn = has(header(message, 'Call-ID')) || has(tagIn(message, 'From'))
  return isOwn && has(headerValue(message, 'Via')?.branch)
}

/** Whether the topmost Via leads to the port that the request left from (RFC 3261 18.2.2, RFC 3581 4). */
function comesBack(message: SipMessage, port: number): boolean {
  const via = headerValue(message, 'Via')
  if (via === undefined || via.transport.toUpperCase() !== 'UDP') return false
  // Nor to where it says itself that it came from: whoever does not write over that answers there.
  const { parameters } = via
  if (['maddr', 'received'].some((name) => parameter(parameters, name) !== undefined)) return false
  // One that has a value already asks for nothing: whoever takes it answers there.
  return via.rport === '' || ((via.port ?? 5060) === port && [undefined, port].includes(numberIn(via.rport)))
}

const numberIn = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/** The way back is not known, or the message cannot be told from noise (RFC 3261 18.2.2). */
const unanswerable: ReadonlySet<string> = new Set([
  'via-missing',
  'via-malformed',
  'start-line-unreadable',
  'version-not-supported',
  'version-malformed',
  'start-line-folded',
  'start-line-white-space',
  'head-without-empty-line',
  'header-field-without-colon',
  'header-field-name-malformed',
  'carriage-return-alone',
  'not unique',
  'line-end-without-carriage-return',
  tooLarge.rule,
])

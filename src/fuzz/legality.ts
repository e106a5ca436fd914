import { decodeRequest, valuesOf, type Problem, type Profile, type Service } from '#bindings'
import {
  header,
  headers,
  headerValue,
  readMessage,
  readNameAddress,
  readUri,
  splitList,
  statusOf,
  type Diagnostic,
  type NameAddress,
  type SipMessage,
  type Parameter,
} from '#wire/sip'
import { asksForDialog } from './inside.ts'

/** A requirement that the octets which left do not keep, and what it lets the receiver do. */
export interface Violation {
  /** Of SIP, of the body and the header fields as the bindings have them, of what the elements say, or of the execution. */
  readonly level: 'sip' | 'body' | 'elements' | 'execution'
  /** Mnemonic of the rule, or the field that is concerned. */
  readonly rule: string
  /** Document and clause. */
  readonly clause: string
  /** Whether who receives it has to refuse, or may do as it likes. */
  readonly reaction: 'refuse' | 'either'
}

/** What was read, strictly, from the octets that left. */
export interface Legality {
  readonly message: SipMessage
  readonly violations: readonly Violation[]
  /** Whether the header fields from which a response is made are all there (RFC 3261 8.2.6.2). */
  readonly answerable: boolean
  /** Name of the stage-2 message that it is meant as; `undefined` when it is none. */
  readonly name: string | undefined
  /** Information elements as they were read. */
  readonly ies: Readonly<Record<string, string>>
}

/**
 * Rules whose breach has to be answered by an error: the request cannot be understood, or contradicts itself (RFC 3261 7, 8.1.1, 8.2, 18.3; RFC 4475
 * says so of each of them). A header field that is not needed may be passed over (RFC 3261 8.2.2), so all others leave the choice.
 */
const refused: ReadonlySet<string> = new Set([
  'version-not-supported',
  'via-missing',
  'from-missing',
  'to-missing',
  'call-id-missing',
  'cseq-missing',
  'cseq-malformed',
  'cseq-out-of-range',
  'cseq-method-mismatch',
  'content-length-beyond-message',
  'content-length-malformed',
  'content-length-contradicted',
])

const answers = ['Via', 'From', 'To', 'Call-ID', 'CSeq']

/** Judges octets by the strict reading of SIP and of the bindings; the encoder has no part in it. With `sipAlone` it is meant as no stage-2 message. */
export function judgeLegality(octets: Uint8Array, profile: Profile, service: Service, sipAlone = false): Legality {
  const message = readMessage(octets)
  const broken = message.diagnostics.filter(({ severity }) => severity === 'error')
  const violations = [
    ...broken.map(violationOf),
    ...repeatedParameters(message),
    ...strayContact(message),
    ...strayUri(message),
    ...strayStar(message),
  ]
  const answerable =
    message.startLine.kind === 'request' && answers.every((name) => header(message, name) !== undefined)
  if (sipAlone || message.startLine.kind !== 'request')
    return { message, violations, answerable, name: undefined, ies: {} }
  const alternative = message.startLine.method === 'REGISTER' ? 'register' : 'publish'
  const read = decodeRequest(profile, service, alternative, message, valuesOf(profile, service))
  violations.push(...read.problems.map(violationOfBody))
  if ('unrecognised' in read) {
    violations.push({ level: 'body', rule: 'unrecognised', clause: read.unrecognised, reaction: 'either' })
    return { message, violations, answerable, name: undefined, ies: {} }
  }
  return { message, violations, answerable, name: read.name, ies: read.ies }
}

const violationOf = ({ rule, clause }: Diagnostic): Violation => ({
  level: 'sip',
  rule,
  clause,
  reaction: refused.has(rule) ? 'refuse' : 'either',
})

/** RFC 3261 7.3.1, 19.1.1: no parameter name stands more than once, of a header field or of a URI; whose value counts where one does nobody says. */
function repeatedParameters(message: SipMessage): readonly Violation[] {
  const has = (name: string, isTwice: () => boolean): boolean => hasSeveral(header(message, name) ?? '') && isTwice()
  const isRepeated =
    has('Via', () => isAnyTwice(headerValue(message, 'Via')?.parameters)) ||
    has('From', () => isAnyTwiceIn(headerValue(message, 'From'))) ||
    has('To', () => isAnyTwiceIn(headerValue(message, 'To'))) ||
    has('Contact', () => isAnyTwiceIn(readNameAddress(header(message, 'Contact') ?? '')))
  return isRepeated ? [{ level: 'sip', rule: 'parameter-twice', clause: 'RFC 3261 7.3.1', reaction: 'either' }] : []
}

const isAnyTwiceIn = (address: NameAddress | undefined): boolean =>
  isAnyTwice(address?.parameters) ||
  (hasSeveral(address?.uri ?? '') && isAnyTwice(readUri(address?.uri ?? '')?.parameters))

/** Whether there are two semicolons: nothing that has one can have a parameter twice. */
const hasSeveral = (text: string): boolean => text.indexOf(';') !== text.lastIndexOf(';')

const isAnyTwice = (list: readonly Parameter[] = []): boolean =>
  list.length > 1 && new Set(list.map(({ name }) => name.toLowerCase())).size < list.length

/** Whether one of the values of a list is that, in however many lines; only lines that may have one are taken apart. */
const isAnyOf = (
  message: SipMessage,
  name: string,
  mayBe: (line: string) => boolean,
  is: (value: string) => boolean,
): boolean => headers(message, name).some((line) => mayBe(line) && splitList(line).some(is))

/** RFC 3261 8.1.1.8: what can set up a dialog has exactly one SIP or SIPS URI in Contact. */
function strayContact(message: SipMessage): readonly Violation[] {
  if (!asksForDialog(message)) return []
  const contacts = headers(message, 'Contact').flatMap(splitList)
  const isReached = /^sips?:/i.test(readNameAddress(contacts[0] ?? '')?.uri ?? '')
  if (contacts.length === 1 && isReached) return []
  return [{ level: 'elements', rule: 'contact-of-no-dialog', clause: 'RFC 3261 8.1.1.8', reaction: 'either' }]
}

/** RFC 3261 19.1.1, table 1: of the URIs that stand in header fields, those of redirections and registrations alone have a method or headers. */
function strayUri(message: SipMessage): readonly Violation[] {
  const { startLine } = message
  const isForAnybody =
    startLine.kind === 'request' ? startLine.method === 'REGISTER' : Math.floor(statusOf(message) / 100) === 3
  const lists = ['Route', 'Record-Route', ...(isForAnybody ? [] : ['Contact'])]
  const alone = [header(message, 'From') ?? '', header(message, 'To') ?? '']
  const isStray =
    alone.some(isForWhomeverItReaches) ||
    lists.some((name) => isAnyOf(message, name, mayBeStray, isForWhomeverItReaches))
  return isStray
    ? [{ level: 'sip', rule: 'uri-with-method-or-headers', clause: 'RFC 3261 19.1.1', reaction: 'either' }]
    : []
}

/** RFC 3261 20.10: `*` stands for all contacts of a registration, and for none of anything else. */
function strayStar(message: SipMessage): readonly Violation[] {
  const { startLine } = message
  const registers = startLine.kind === 'request' && startLine.method === 'REGISTER'
  return registers ||
    !isAnyOf(
      message,
      'Contact',
      (line) => line.includes('*'),
      (value) => value === '*',
    )
    ? []
    : [{ level: 'sip', rule: 'every-contact-of-nobody', clause: 'RFC 3261 20.10', reaction: 'either' }]
}

// To look for one character is quicker than an expression.
const mayBeStray = (text: string): boolean => text.includes('?') || (text.includes(';') && /;method=/i.test(text))

function isForWhomeverItReaches(address: string): boolean {
  if (!mayBeStray(address)) return false
  const uri = readUri(readNameAddress(address)?.uri ?? '')
  return uri !== undefined && (uri.headers.length > 0 || uri.parameters.some(({ name }) => /^method$/i.test(name)))
}

const violationOfBody = ({ field, source }: Problem): Violation => ({
  level: 'body',
  rule: field,
  clause: `${source.doc} ${source.clause}`,
  reaction: 'either',
})

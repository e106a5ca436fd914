import { contentLengthOf } from './headers/content-length.ts'
import { headerFamilies } from './headers/families.ts'
import { isFrom2543 } from './headers/via.ts'
import { longName } from './compact-forms.ts'
import { judgeFieldText } from './field-text.ts'
import type { Head } from './head.ts'
import { headerField, headerFields } from './header-field.ts'
import { judgeStartLine } from './judge-start-line.ts'
import type { Diagnostic, SipMessage } from './message.ts'
import { error, offsetIn, quoted, type Rule, warning } from './rule.ts'
import type { StartLineReading } from './start-line.ts'

const largestCount = 200

/** Every rule the message breaks, by offset. At most 200, so that a message of faults alone stays cheap. */
export function judgeMessage(message: SipMessage, head: Head, start: StartLineReading): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const report = (rule: Rule, offset: number, text: string): void => {
    if (diagnostics.length < largestCount) diagnostics.push({ ...rule, offset, text })
  }
  judgeStartLine(start, (rule, text) => report(rule, head.startLine.start, text))
  for (const fault of head.faults) report(fault.rule, fault.offset, fault.text)
  const seen = new Map<string, string>()
  for (const field of head.fields) {
    if (diagnostics.length >= largestCount) break
    const name = longName(field.name)
    const family = headerFamilies.get(name)
    judgeFieldText(message.octets, field, report)
    family?.judge?.(field, (rule, text, at = 0) => report(rule, offsetIn(field, at), `${field.name}: ${text}`), message)
    const first = seen.get(name)
    if (first === undefined) seen.set(name, field.value)
    else if (family?.single === true) judgeSecond(field.name, family.clause, field.span.start, report)
  }
  judgeMandatory(message, head, report)
  judgeBody(message, head, report)
  return diagnostics.sort((one, other) => one.offset - other.offset)
}

type ReportAt = (rule: Rule, offset: number, text: string) => void

function judgeSecond(name: string, clause: string, offset: number, report: ReportAt): void {
  report(error('header-field-twice', clause), offset, `expected ${name} once`)
}

interface Mandatory {
  readonly name: string
  readonly rule: string
  readonly clause: string
  readonly when: (message: SipMessage) => boolean
  /** Unknown to RFC 2543, whose elements are still to be served. */
  readonly since3261: boolean
}

const always = (): boolean => true
const inRequests = (message: SipMessage): boolean => message.startLine.kind === 'request'
const inInvites = (message: SipMessage): boolean =>
  message.startLine.kind === 'request' && message.startLine.method === 'INVITE'

/** "A valid SIP request formulated by a UAC MUST, at a minimum, contain ..." (RFC 3261 8.1.1; responses 8.2.6.2). */
const mandatory: readonly Mandatory[] = [
  { name: 'Via', rule: 'via-missing', clause: 'RFC 3261 8.1.1.7', when: always, since3261: false },
  { name: 'From', rule: 'from-missing', clause: 'RFC 3261 8.1.1.3', when: always, since3261: false },
  { name: 'To', rule: 'to-missing', clause: 'RFC 3261 8.1.1.2', when: always, since3261: false },
  { name: 'Call-ID', rule: 'call-id-missing', clause: 'RFC 3261 8.1.1.4', when: always, since3261: false },
  { name: 'CSeq', rule: 'cseq-missing', clause: 'RFC 3261 8.1.1.5', when: always, since3261: false },
  { name: 'Max-Forwards', rule: 'max-forwards-missing', clause: 'RFC 3261 8.1.1.6', when: inRequests, since3261: true },
  { name: 'Contact', rule: 'contact-missing', clause: 'RFC 3261 8.1.1.8', when: inInvites, since3261: true },
]

function judgeMandatory(message: SipMessage, head: Head, report: ReportAt): void {
  if (message.startLine.kind === 'unreadable') return
  for (const { name, rule, clause, when, since3261 } of mandatory) {
    if (!when(message) || headerField(message, name) !== undefined) continue
    const kind = since3261 && isFrom2543(message) ? warning : error
    report(kind(rule, clause), head.end, `expected a ${name} header field`)
  }
}

const beyondMessage = error('content-length-beyond-message', 'RFC 3261 18.3')
const octetsAfterBody = warning('octets-after-body', 'RFC 3261 18.3')
const lengthsDiffer = error('content-length-contradicted', 'RFC 3261 20.14')
const typeMissing = error('content-type-missing', 'RFC 3261 20.15')

function judgeBody(message: SipMessage, head: Head, report: ReportAt): void {
  const lengths = headerFields(message, 'content-length')
  const present = message.octets.length - head.end
  const declared = contentLengthOf(lengths[0]?.value)
  const offset = lengths[0]?.valueSpan.start ?? head.end
  if (lengths.some((field) => field.value !== lengths[0]?.value)) {
    report(
      lengthsDiffer,
      offset,
      `expected one length, came ${quoted(lengths.map((field) => field.value).join(' and '))}`,
    )
  }
  if (declared !== undefined && declared > present) {
    report(beyondMessage, offset, `expected ${declared} octets of body, came ${present}`)
  } else if (declared !== undefined && declared < present) {
    report(octetsAfterBody, message.bodySpan.end, `expected ${declared} octets of body, came ${present}`)
  }
  // "The Content-Type header field MUST be present if the body is not empty."
  if (message.body.length > 0 && headerField(message, 'content-type') === undefined) {
    report(typeMissing, head.end, 'expected a Content-Type header field, as there is a body')
  }
}

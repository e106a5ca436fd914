import { CSeqReading } from './headers/cseq.ts'
import { AddressReading } from './headers/name-address.ts'
import { magicCookie, ViaReading } from './headers/via.ts'
import type { FieldReading } from './field-reading.ts'
import { familiesByName } from './headers/families.ts'
import type { HeaderFamily } from './header-family.ts'
import { judgeFieldText } from './judge-field-text.ts'
import { judgeStartLine } from './judge-start-line.ts'
import type { MessageReading } from './message-reading.ts'
import type { Diagnostic } from './message.ts'
import { error, quoted, type Rule, warning } from './rule.ts'

/** So many breaches of one message are named, and no more. */
export const mostDiagnostics = 200

const familyNamed = (name: string): HeaderFamily => {
  const family = familiesByName.get(name)
  if (family === undefined) throw new Error(`no family of header fields is called ${name}`)
  return family
}
const viaFamily = familyNamed('via')
const fromFamily = familyNamed('from')
const toFamily = familyNamed('to')
const callIdFamily = familyNamed('call-id')
const cseqFamily = familyNamed('cseq')
const maxForwardsFamily = familyNamed('max-forwards')
const contactFamily = familyNamed('contact')
const lengthFamily = familyNamed('content-length')
const typeFamily = familyNamed('content-type')

type ReportAt = (rule: Rule, offset: number, text: string) => void

/** What messages have been judged so far, and by family in which of them it was seen last. */
let judged = 0
const seenIn = new Float64Array(familiesByName.size)
const seen = (family: HeaderFamily): boolean => seenIn[family.index] === judged

/** Every rule the message breaks, by offset. At most 200, so that a message of faults alone stays cheap. */
export function judgeReading(message: MessageReading): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const report: ReportAt = (rule, offset, text) => {
    if (diagnostics.length < mostDiagnostics) diagnostics.push({ ...rule, offset, text })
  }
  const { headers } = message
  if (!message.fragment || message.startLine.kind !== 'unreadable') judgeStartLine(message, report)
  for (const { rule, offset, text } of message.lineFaults) report(rule, offset, text)
  judged += 1
  let cseq: FieldReading | undefined
  let from: FieldReading | undefined
  let length: FieldReading | undefined
  for (const field of headers) {
    if (diagnostics.length >= mostDiagnostics) break
    judgeField(message, field, report)
    const { family } = field
    if (family === undefined) continue
    if (seen(family)) {
      if (!family.single) continue
      report(error('header-field-twice', family.clause), field.start, `expected ${family.name} once`)
      if (family === lengthFamily && length !== undefined) judgeSecondLength(length, field, report)
      continue
    }
    seenIn[family.index] = judged
    if (family === cseqFamily) cseq = field
    else if (family === fromFamily) from = field
    else if (family === lengthFamily) length = field
  }
  judgeMandatory(message, report)
  judgeCSeqMethod(message, cseq, report)
  judgeFromTag(message, from, report)
  judgeBody(message, length, report)
  return diagnostics.length < 2 ? diagnostics : diagnostics.sort((one, other) => one.offset - other.offset)
}

function judgeField(message: MessageReading, field: FieldReading, report: ReportAt): void {
  field.judge()
  const { faults, family } = field
  const faultless = faults === undefined || faults.length === 0
  if (field.odd || !message.source.ascii || family === undefined || !faultless)
    judgeFieldText(message.octets, field, report)
  if (faultless) return
  const { name } = field
  for (const { rule, offset, text } of faults) report(rule, offset, `${name}: ${text}`)
}

/** Whether the topmost Via shows an element of RFC 2543, which knew neither the magic cookie nor some mandatory fields. */
function isFrom2543(message: MessageReading): boolean {
  const via = message.first(viaFamily)?.readings[0]
  return via instanceof ViaReading && via.branch?.startsWith(magicCookie) !== true
}

interface Mandatory {
  readonly name: string
  readonly family: HeaderFamily
  readonly rule: string
  readonly clause: string
  readonly when: 'always' | 'request' | 'INVITE'
  /** Unknown to RFC 2543, whose elements are still to be served. */
  readonly since3261: boolean
}

const mandatoryField = (
  name: string,
  family: HeaderFamily,
  clause: string,
  when: Mandatory['when'],
  since3261: boolean,
): Mandatory => ({ name, family, rule: `${name.toLowerCase()}-missing`, clause, when, since3261 })

/** "A valid SIP request formulated by a UAC MUST, at a minimum, contain ..." (RFC 3261 8.1.1; responses 8.2.6.2). */
const mandatory: readonly Mandatory[] = [
  mandatoryField('Via', viaFamily, 'RFC 3261 8.1.1.7', 'always', false),
  mandatoryField('From', fromFamily, 'RFC 3261 8.1.1.3', 'always', false),
  mandatoryField('To', toFamily, 'RFC 3261 8.1.1.2', 'always', false),
  mandatoryField('Call-ID', callIdFamily, 'RFC 3261 8.1.1.4', 'always', false),
  mandatoryField('CSeq', cseqFamily, 'RFC 3261 8.1.1.5', 'always', false),
  mandatoryField('Max-Forwards', maxForwardsFamily, 'RFC 3261 8.1.1.6', 'request', true),
  mandatoryField('Contact', contactFamily, 'RFC 3261 8.1.1.8', 'INVITE', true),
]

function judgeMandatory(message: MessageReading, report: ReportAt): void {
  const { startLine } = message
  if (startLine.kind === 'unreadable' || message.fragment) return
  for (const { name, family, rule, clause, when, since3261 } of mandatory) {
    if (when !== 'always' && startLine.kind !== 'request') continue
    if (when === 'INVITE' && startLine.kind === 'request' && startLine.method !== 'INVITE') continue
    if (seen(family)) continue
    const kind = since3261 && isFrom2543(message) ? warning : error
    report(kind(rule, clause), message.headEnd, `expected a ${name} header field`)
  }
}

const methodMismatch = error('cseq-method-mismatch', 'RFC 3261 8.1.1.5')

function judgeCSeqMethod(message: MessageReading, field: FieldReading | undefined, report: ReportAt): void {
  const cseq = field?.readings[0]
  const { startLine } = message
  if (!(cseq instanceof CSeqReading) || startLine.kind !== 'request' || cseq.isMethod(startLine.method)) return
  const text = `CSeq: expected ${quoted(startLine.method)} as the request line says, came ${quoted(cseq.method)}`
  report(methodMismatch, cseq.methodStart, text)
}

const noTag = error('from-without-tag', 'RFC 3261 8.1.1.3')
const noTagFrom2543 = warning('from-without-tag', 'RFC 3261 8.1.1.3')

function judgeFromTag(message: MessageReading, field: FieldReading | undefined, report: ReportAt): void {
  const from = field?.readings[0]
  if (!(from instanceof AddressReading) || from.has('tag')) return
  report(isFrom2543(message) ? noTagFrom2543 : noTag, from.start, 'From: expected a tag parameter')
}

const beyondMessage = error('content-length-beyond-message', 'RFC 3261 18.3')
const octetsAfterBody = warning('octets-after-body', 'RFC 3261 18.3')
const lengthsDiffer = error('content-length-contradicted', 'RFC 3261 20.14')
const typeMissing = error('content-type-missing', 'RFC 3261 20.15')

function judgeSecondLength(first: FieldReading, second: FieldReading, report: ReportAt): void {
  if (first.value !== second.value)
    report(lengthsDiffer, first.valueStart, `expected one length, came ${quoted(`${first.value} and ${second.value}`)}`)
}

function judgeBody(message: MessageReading, length: FieldReading | undefined, report: ReportAt): void {
  const { bodySpan, headEnd } = message
  const present = message.octets.length - headEnd
  const declared = length?.readings[0]
  const offset = length?.valueStart ?? headEnd
  if (typeof declared === 'number' && declared > present)
    report(beyondMessage, offset, `expected ${declared} octets of body, came ${present}`)
  else if (typeof declared === 'number' && declared < present)
    report(octetsAfterBody, bodySpan.end, `expected ${declared} octets of body, came ${present}`)
  // "The Content-Type header field MUST be present if the body is not empty."
  if (bodySpan.end > bodySpan.start && !seen(typeFamily))
    report(typeMissing, headEnd, 'expected a Content-Type header field, as there is a body')
}

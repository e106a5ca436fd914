import type { FieldReading } from './field-reading.ts'
import { familyOf } from './header-name.ts'
import { headerFields } from './header-field.ts'
import type { HeaderField, SipMessage, Span } from './message.ts'
import { MessageReading } from './message-reading.ts'
import { isPlaced } from './placed.ts'
import { indexOfOutside, type Source, trimEnd } from './source.ts'
import { placeInUri } from './uri-place.ts'

/**
 * The octets of a part of the message, found when it is asked for; `undefined` when it is absent. A part is named
 * - `Method`, `Request-URI`, `Status`, `Reason-Phrase`, `Body`, or
 * - a header field (`From`: its value; compact names and any letter case), with the place of a value among all of that
 *   name (`Via[1]`), then a part of the value or a parameter of it: `From.tag`, `Via[1].branch`, `CSeq.method`,
 *   `Contact.uri`, `Contact.uri.host`, `Request-URI.transport`. Quotes of a value are within its span.
 */
export function spanOf(message: SipMessage, part: string): Span | undefined {
  const dot = part.indexOf('.')
  const head = dot === -1 ? part : part.slice(0, dot)
  const rest = dot === -1 ? '' : part.slice(dot + 1)
  const bracket = head.indexOf('[')
  const name = bracket === -1 ? head : head.slice(0, bracket)
  if (familyOf(name) === undefined && message instanceof MessageReading) {
    const found = spanInStartLine(message, name.toLowerCase(), rest)
    if (found !== undefined) return found
  }
  if (name.toLowerCase() === 'body') return message.bodySpan
  const fields = headerFields(message, name)
  if (bracket === -1 && rest === '') return fields[0]?.valueSpan
  return spanOfValue(fields, bracket === -1 ? 0 : Number(head.slice(bracket + 1, -1)), rest)
}

function spanInStartLine(message: MessageReading, part: string, rest: string): Span | undefined {
  const { startLine, startSpan, source } = message
  const find = (text: string, from: number): Span => {
    const start = source.octets.indexOf(text, from)
    return { start, end: start + Buffer.byteLength(text) }
  }
  if (startLine.kind === 'request') {
    const method = find(startLine.method, startSpan.start)
    if (part === 'method') return method
    if (part !== 'request-uri') return undefined
    const uri = find(startLine.requestUri, method.end)
    return rest === '' ? uri : placeInUri(source.octets, uri.start, uri.end, rest)
  }
  if (startLine.kind === 'response') {
    const version = message.start.version.length
    const status = find(String(startLine.status), startSpan.start + version)
    if (part === 'status') return status
    if (part === 'reason-phrase') return { start: Math.min(status.end + 1, startSpan.end), end: startSpan.end }
  }
  return undefined
}

function spanOfValue(fields: readonly HeaderField[], index: number, part: string): Span | undefined {
  let before = 0
  for (const field of fields as readonly FieldReading[]) {
    const { readings } = field
    if (index - before < readings.length) {
      const reading = readings[index - before]
      if (isPlaced(reading)) return reading.place(part)
      return part === '' ? listed(field.source, field, index - before) : undefined
    }
    before += readings.length
  }
  return undefined
}

/** The octets of one of the values between commas. */
function listed(source: Source, { valueStart, valueEnd }: FieldReading, index: number): Span | undefined {
  let start = valueStart
  for (let left = index; left > 0; left -= 1) {
    start = indexOfOutside(source.octets, start, valueEnd, 0x2c) + 1
    if (start > valueEnd) return undefined
  }
  const end = indexOfOutside(source.octets, start, valueEnd, 0x2c)
  while (
    start < end &&
    source.octets[start] !== undefined &&
    ' \t\r\n'.includes(String.fromCharCode(source.octets[start] ?? 0))
  )
    start += 1
  return { start, end: trimEnd(source.octets, start, end) }
}

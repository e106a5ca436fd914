import type { HeaderField, Span } from './message.ts'
import { error, type Rule } from './rule.ts'

/** A rule of the line structure that is broken, with where. */
interface LineFault {
  readonly rule: Rule
  readonly offset: number
  readonly text: string
}

/** The lines of a message before its body (RFC 3261 7). */
export interface Head {
  /** Start line without its line end. */
  readonly startLine: Span
  readonly fields: readonly HeaderField[]
  /** Where the body begins. */
  readonly end: number
  readonly faults: readonly LineFault[]
}

const bareLineFeed = error('line-end-without-carriage-return', 'RFC 3261 7')
const noEmptyLine = error('head-without-empty-line', 'RFC 3261 7')
const noColon = error('header-field-without-colon', 'RFC 3261 7.3.1')
const foldedStartLine = error('start-line-folded', 'RFC 3261 7.1')

const CR = 13
const LF = 10
const COLON = 58
const isWhiteSpace = (code: number | undefined): boolean => code === 32 || code === 9

/** Text of the octets between two offsets. */
export type Text = (start: number, end: number) => string

/** Scans the head once, line by line. `text` decodes; nothing is judged but the line structure. */
export function readHead(octets: Uint8Array, text: Text): Head {
  const length = octets.length
  const fields: HeaderField[] = []
  const faults: LineFault[] = []
  let at = 0
  // Empty lines before the start line are ignored (RFC 3261 7.5).
  while (at < length && (octets[at] === LF || (octets[at] === CR && octets[at + 1] === LF))) at += 1

  let startLine: Span | undefined
  let closed = false
  let lineFeedsReported = false
  // The field being read: folded lines still belong to it (RFC 3261 7.3.1).
  let start = -1
  let contentEnd = -1
  let colon = -1
  let folded = false

  const flush = (next: number): void => {
    if (start === -1) return
    fields.push(readField(octets, text, start, contentEnd, next, colon, folded))
    if (colon === -1) faults.push({ rule: noColon, offset: start, text: 'expected a field name and a colon' })
    start = -1
  }

  while (at < length && !closed) {
    const line = at
    const lineFeed = octets.indexOf(LF, line)
    let end = lineFeed === -1 ? length : lineFeed
    at = lineFeed === -1 ? length : lineFeed + 1
    if (lineFeed !== -1 && end > line && octets[end - 1] === CR) end -= 1
    else if (lineFeed !== -1 && !lineFeedsReported) {
      lineFeedsReported = true
      faults.push({ rule: bareLineFeed, offset: end, text: 'expected lines to end with CR LF, came LF alone' })
    }
    if (startLine === undefined) startLine = { start: line, end }
    else if (end === line) {
      flush(line)
      closed = true
    } else if (isWhiteSpace(octets[line]) && start !== -1) {
      contentEnd = end
      folded = true
    } else {
      if (isWhiteSpace(octets[line]) && fields.length === 0) {
        faults.push({ rule: foldedStartLine, offset: line, text: 'expected the start line on one line' })
      }
      flush(line)
      start = line
      contentEnd = end
      colon = colonIn(octets, line, end)
      folded = false
    }
  }
  flush(at)
  if (!closed) faults.push({ rule: noEmptyLine, offset: length, text: 'expected an empty line after the fields' })
  return { startLine: startLine ?? { start: at, end: at }, fields, end: at, faults }
}

function colonIn(octets: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (octets[at] === COLON) return at
  return -1
}

function readField(
  octets: Uint8Array,
  text: Text,
  start: number,
  contentEnd: number,
  next: number,
  colon: number,
  folded: boolean,
): HeaderField {
  let nameEnd = colon === -1 ? contentEnd : colon
  while (nameEnd > start && isWhiteSpace(octets[nameEnd - 1])) nameEnd -= 1
  let valueStart = colon === -1 ? contentEnd : colon + 1
  let valueEnd = contentEnd
  while (valueStart < valueEnd && isBlank(octets[valueStart])) valueStart += 1
  while (valueEnd > valueStart && isBlank(octets[valueEnd - 1])) valueEnd -= 1
  return {
    name: text(start, nameEnd),
    value: folded ? unfold(octets, text, valueStart, valueEnd) : text(valueStart, valueEnd),
    span: { start, end: next },
    valueSpan: { start: valueStart, end: valueEnd },
  }
}

const isBlank = (code: number | undefined): boolean => isWhiteSpace(code) || code === CR || code === LF

// "Any folding is replaced by a single SP" (RFC 3261 7.3.1).
function unfold(octets: Uint8Array, text: Text, start: number, end: number): string {
  let value = ''
  let piece = start
  for (let at = start; at < end; at += 1) {
    if (octets[at] !== LF) continue
    let pieceEnd = at
    while (pieceEnd > piece && isBlank(octets[pieceEnd - 1])) pieceEnd -= 1
    value += `${text(piece, pieceEnd)} `
    while (at + 1 < end && isBlank(octets[at + 1])) at += 1
    piece = at + 1
  }
  return value + text(piece, end)
}

import {
  maximalBoundary,
  maximalPartHeaders,
  maximalParts,
  type Multipart,
  type MultipartDiagnostic,
  type Part,
  type PartHeader,
  type Span,
} from './multipart.ts'

const CR = 13
const LF = 10
const DASH = 45

interface Delimiter {
  /** The body before it ends here: the line end in front of a delimiter belongs to the delimiter. */
  readonly bodyEnd: number
  readonly start: number
  readonly end: number
  readonly close: boolean
}

/**
 * Reads a multipart body (RFC 2046 5.1). Never throws; what breaks a rule is read as far as it can be and said in
 * `diagnostics`. Time and memory are linear in the number of octets.
 *
 * @param boundary the boundary parameter, without quotes
 * @param offset what to add to every span: where `octets` starts in the whole message
 */
export function readMultipart(octets: Uint8Array, boundary: string, offset = 0): Multipart {
  const diagnostics: MultipartDiagnostic[] = []
  const say = (rule: MultipartDiagnostic['rule'], clause: string, message: string, span: Span): void => {
    diagnostics.push({ rule, clause, message, span: { start: span.start + offset, end: span.end + offset } })
  }
  const whole = { start: 0, end: octets.length }
  if (boundary.length < 1 || boundary.length > maximalBoundary)
    say('boundary', '5.1.1', `a boundary has 1 to ${maximalBoundary} characters, this one ${boundary.length}`, whole)
  if (boundary === '') return { parts: [], diagnostics }

  const parts: Part[] = []
  let open: Delimiter | undefined
  let closed = false
  for (const delimiter of delimiters(octets, boundary)) {
    if (open === undefined && delimiter.close) {
      say('delimiter', '5.1.1', 'the close delimiter comes before any part', delimiter)
    }
    if (open !== undefined) parts.push(readPart(octets, { start: open.end, end: delimiter.bodyEnd }, offset, say))
    open = delimiter
    closed = delimiter.close
    if (closed) break
    if (parts.length === maximalParts) {
      say('limit', '5.1', `no more than ${maximalParts} parts are read`, { start: delimiter.start, end: octets.length })
      return { parts, diagnostics }
    }
  }
  if (open === undefined) say('delimiter', '5.1.1', `no line starts with "--${boundary}"`, whole)
  else if (!closed) {
    parts.push(readPart(octets, { start: open.end, end: octets.length }, offset, say))
    const end = { start: octets.length, end: octets.length }
    say('close-delimiter', '5.1.1', `the body ends without "--${boundary}--"`, end)
  }
  return { parts, diagnostics }
}

/**
 * The delimiter lines in order. Each line is compared once and no further than it is long, so hostile boundaries cost
 * no more than others. A line that goes on after the boundary is content: RFC 2046 5.1.1 lets it count as a delimiter,
 * yet then an outer boundary that begins an inner one would cut the inner body.
 */
function* delimiters(octets: Uint8Array, boundary: string): Generator<Delimiter> {
  const wanted = new TextEncoder().encode(`--${boundary}`)
  let line = 0
  while (line < octets.length) {
    const feed = octets.indexOf(LF, line)
    const next = feed === -1 ? octets.length : feed + 1
    const end = lineEnd(octets, line, feed)
    if (startsWith(octets, line, wanted)) {
      let rest = line + wanted.length
      const close = octets[rest] === DASH && octets[rest + 1] === DASH
      if (close) rest += 2
      while (rest < end && (octets[rest] === 32 || octets[rest] === 9)) rest += 1
      if (rest >= end) yield { bodyEnd: bodyEnd(octets, line), start: line, end: next, close }
    }
    line = next
  }
}

const lineEnd = (octets: Uint8Array, start: number, feed: number): number => {
  if (feed === -1) return octets.length
  return feed > start && octets[feed - 1] === CR ? feed - 1 : feed
}

const bodyEnd = (octets: Uint8Array, line: number): number => {
  if (line === 0) return 0
  return line > 1 && octets[line - 2] === CR ? line - 2 : line - 1
}

function startsWith(octets: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > octets.length) return false
  for (let index = 0; index < wanted.length; index += 1) if (octets[at + index] !== wanted[index]) return false
  return true
}

type Say = (rule: MultipartDiagnostic['rule'], clause: string, message: string, span: Span) => void

function readPart(octets: Uint8Array, { start, end }: Span, offset: number, say: Say): Part {
  const headers: PartHeader[] = []
  const stop = Math.max(start, end)
  let line = start
  let bareFeed = false
  let blank = false
  while (line < stop) {
    const found = octets.indexOf(LF, line)
    const feed = found === -1 || found >= stop ? -1 : found
    const ends = feed === -1 ? stop : lineEnd(octets, line, feed)
    const next = feed === -1 ? stop : feed + 1
    if (feed !== -1 && ends === feed) bareFeed = true
    if (ends === line) {
      line = next
      blank = true
      break
    }
    if (headers.length === maximalPartHeaders) {
      say('limit', '5.1', `no more than ${maximalPartHeaders} header fields of a part are read`, {
        start: line,
        end: stop,
      })
      break
    }
    const refused = addHeader(headers, octets, { start: line, end: ends }, offset)
    if (refused !== undefined) say('part-header', '5.1', refused, { start: line, end: ends })
    line = next
  }
  const here = { start, end: Math.min(line, stop) }
  if (bareFeed) say('line-end', '4.1.1', 'lines of a part header end with CR LF, not LF alone', here)
  if (!blank) say('part-header', '5.1', 'an empty line ends the header of a part, and there is none', here)
  const bodySpan = { start: line + offset, end: stop + offset }
  return { headers, body: octets.subarray(line, stop), span: { start: start + offset, end: stop + offset }, bodySpan }
}

/** Adds the field of a line, or joins a folded line to the field before it. Gives the reason when it is neither. */
function addHeader(headers: PartHeader[], octets: Uint8Array, line: Span, offset: number): string | undefined {
  const text = new TextDecoder().decode(octets.subarray(line.start, line.end))
  const span = { start: line.start + offset, end: line.end + offset }
  if (text.startsWith(' ') || text.startsWith('\t')) {
    const last = headers.at(-1)
    if (last === undefined) return 'the first line of a part header is folded'
    const value = `${last.value} ${text.trim()}`.trim()
    headers[headers.length - 1] = { name: last.name, value, span: { start: last.span.start, end: span.end } }
    return undefined
  }
  const colon = text.indexOf(':')
  if (colon < 1) return 'a line of a part header has no colon'
  headers.push({ name: text.slice(0, colon).trimEnd(), value: text.slice(colon + 1).trim(), span })
  return undefined
}

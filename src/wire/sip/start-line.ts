import { firstOutside, characters, isToken, readNumber } from './grammar.ts'
import type { StartLine } from './message.ts'
import { numberIn } from './headers/number.ts'
import { endOfToken, octetAt, type Source } from './source.ts'

/** A start line taken apart without judging it, the version beside it. */
export interface StartLineReading {
  readonly startLine: StartLine
  /** `SIP/2.0` as it came; empty when the line is unreadable. */
  readonly version: string
  /** More than one space between the parts, or some around them (RFC 3261 7.1 allows single spaces only). */
  readonly strayWhiteSpace: boolean
}

const version20 = 'SIP/2.0'

/** Whether `SIP/2.0` stands at an offset. */
function isVersion20(octets: Buffer, at: number): boolean {
  for (let index = 0; index < version20.length; index += 1) {
    if (octets[at + index] !== version20.charCodeAt(index)) return false
  }
  return true
}

/** Reads the start line between two offsets; a request line without a flaw is not searched for any. */
export function startLineOf(source: Source, start: number, end: number): StartLineReading {
  const { octets } = source
  if (isVersion20(octets, start)) return statusLineOf(source, start, end)
  const space = endOfToken(octets, start)
  const last = end - version20.length - 1
  if (
    octets[space] !== 0x20 ||
    space === start ||
    last <= space + 1 ||
    octets[last] !== 0x20 ||
    !isVersion20(octets, last + 1)
  )
    return readAnyStartLine(source, start, end)
  for (let at = space + 1; at < last; at += 1) {
    if (octetAt(octets, at) <= 0x20 || octetAt(octets, at) > 0x7e) return readAnyStartLine(source, start, end)
  }
  const startLine: StartLine = {
    kind: 'request',
    method: source.cut(start, space),
    requestUri: source.cut(space + 1, last),
  }
  return { startLine, version: version20, strayWhiteSpace: false }
}

function statusLineOf(source: Source, start: number, end: number): StartLineReading {
  const { octets } = source
  const code = start + version20.length + 1
  const status = numberIn(octets, code, Math.min(code + 3, end), 999)
  if (octets[code - 1] !== 0x20 || status === -1 || code + 3 >= end || octets[code + 3] !== 0x20)
    return readAnyStartLine(source, start, end)
  const startLine: StartLine = { kind: 'response', status, reason: source.cut(code + 4, end) }
  return { startLine, version: version20, strayWhiteSpace: false }
}

function readAnyStartLine(source: Source, start: number, end: number): StartLineReading {
  return readStartLine(source.cut(start, end))
}

/** Reads Request-Line or Status-Line (RFC 3261 7.1, 7.2) as far as its meaning is plain. */
function readStartLine(text: string): StartLineReading {
  const begun = text.trimStart()
  // A reason phrase may be empty or end with spaces (RFC 3261 25.1), a request line may not.
  if (isVersion(begun)) return readStatusLine(begun, begun.length !== text.length)
  const line = begun.trimEnd()
  return readRequestLine(line, line.length !== text.length)
}

// SIP-Version is compared in any letter case (RFC 3261 7.1).
function isVersion(text: string): boolean {
  return text.slice(0, 4).toUpperCase() === 'SIP/'
}

function readStatusLine(line: string, stray: boolean): StartLineReading {
  const space = line.indexOf(' ')
  const version = space === -1 ? line : line.slice(0, space)
  const rest = space === -1 ? '' : line.slice(space + 1)
  const code = rest.trimStart()
  let end = 0
  while (end < code.length && code[end] !== ' ') end += 1
  // Any digits are read; the range 100 to 699 is a rule of its own.
  const status = readNumber(code.slice(0, end), Number.MAX_SAFE_INTEGER)
  if (status === undefined) return unreadable(line)
  return {
    startLine: { kind: 'response', status, reason: code.slice(end + 1) },
    version,
    strayWhiteSpace: stray || code.length !== rest.length,
  }
}

function readRequestLine(line: string, stray: boolean): StartLineReading {
  const first = line.indexOf(' ')
  const last = line.lastIndexOf(' ')
  if (first === -1 || last === first || !isVersion(line.slice(last + 1))) return unreadable(line)
  const method = line.slice(0, first)
  const middle = line.slice(first + 1, last)
  const requestUri = middle.trim()
  if (!isToken(method) || requestUri === '') return unreadable(line)
  return {
    startLine: { kind: 'request', method, requestUri },
    version: line.slice(last + 1),
    strayWhiteSpace: stray || requestUri.length !== middle.length,
  }
}

const unreadable = (text: string): StartLineReading => ({
  startLine: { kind: 'unreadable', text },
  version: '',
  strayWhiteSpace: false,
})

/** `SIP/` and digits around a dot, as RFC 3261 25.1 writes SIP-Version. */
export function isWellFormedVersion(version: string): boolean {
  const [major = '', minor = ''] = version.slice(4).split('.')
  return [major, minor].every((part) => part !== '' && firstOutside(part, characters.digit) === -1)
}

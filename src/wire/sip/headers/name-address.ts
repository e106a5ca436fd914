import { unfolded, unquote } from '../grammar.ts'
import { lately } from '../lately.ts'
import type { NameAddress, Parameter, Span, Uri } from '../message.ts'
import { scanParameters, writeParameters, writeQuoted } from '../parameters.ts'
import { parameterIn, parametersOf } from '../parameters-in-place.ts'
import { type Placed, placeOfParameter } from '../placed.ts'
import { error, quoted } from '../rule.ts'
import { endOfQuotedIn, endOfToken, isBlank, skipWhite, type Source, sourceOf, trimEnd, octetAt } from '../source.ts'
import { readUri } from '../uri.ts'
import { placeInUri } from '../uri-place.ts'
import { scanUri } from '../uri-scan.ts'

const LESS = 0x3c
const GREATER = 0x3e
const QUOTE = 0x22
const COMMA = 0x2c
const SEMICOLON = 0x3b

const malformed = error('name-address-malformed', 'RFC 3261 20.10')
const badUri = error('address-uri-malformed', 'RFC 3261 19.1.1')
const needsBrackets = error('address-needs-angle-brackets', 'RFC 3261 20.10')
const badDisplayName = error('display-name-malformed', 'RFC 3261 25.1')

/** A name-addr or addr-spec where it lies; its strings are cut when they are asked for. */
export class AddressReading implements NameAddress, Placed {
  readonly source: Source
  readonly start: number
  /** After the display name, quotes included; `start` when there is none. */
  readonly nameEnd: number
  readonly uriStart: number
  readonly uriEnd: number
  /** The first semicolon, `end` when there are no parameters. */
  readonly parametersStart: number
  readonly end: number

  constructor(
    source: Source,
    start: number,
    nameEnd: number,
    uriStart: number,
    uriEnd: number,
    parametersStart: number,
    end: number,
  ) {
    this.source = source
    this.start = start
    this.nameEnd = nameEnd
    this.uriStart = uriStart
    this.uriEnd = uriEnd
    this.parametersStart = parametersStart
    this.end = end
  }

  get displayName(): string | undefined {
    return this.nameEnd === this.start ? undefined : unquote(unfolded(this.source.cut(this.start, this.nameEnd)))
  }
  get uri(): string {
    return this.source.cut(this.uriStart, this.uriEnd)
  }
  /** The URI taken apart; `undefined` when it breaks the grammar. */
  get address(): Uri | undefined {
    return readUri(this.uri)
  }
  get parameters(): readonly Parameter[] {
    return parametersOf(this.source, this.parametersStart, this.end)
  }
  /** The tag parameter (RFC 3261 19.3). */
  get tag(): string | undefined {
    return this.parameter('tag')
  }
  /** Whether it has a parameter of that name in lower case. */
  has(name: string): boolean {
    return this.parameter(name) !== undefined
  }
  /** The value of a parameter, its name in lower case: `''` without a value, `undefined` when absent. */
  parameter(name: string): string | undefined {
    return parameterIn(this.source, this.parametersStart, this.end, name)
  }
  place(part: string): Span | undefined {
    if (part === '') return { start: this.start, end: this.end }
    if (part === 'displayName')
      return this.nameEnd === this.start ? undefined : { start: this.start, end: this.nameEnd }
    if (part === 'uri') return { start: this.uriStart, end: this.uriEnd }
    if (part.startsWith('uri.')) return placeInUri(this.source.octets, this.uriStart, this.uriEnd, part.slice(4))
    return placeOfParameter(this.source, this.parametersStart, this.end, part)
  }
}

/** Scans one name-addr or addr-spec with its header parameters (RFC 3261 20.10, 25.1). In a list, a comma ends it. */
export function scanAddress(
  source: Source,
  from: number,
  end: number,
  clause: string,
  inList: boolean,
): AddressReading | undefined {
  const { octets } = source
  const start = skipWhite(source, from, end)
  let nameEnd = start
  let open = start
  const first = octetAt(octets, start)
  if (first === QUOTE) {
    nameEnd = endOfQuotedIn(source, start, end)
    if (nameEnd === -1) return unreadable(source, start, end)
    open = skipWhite(source, nameEnd, end)
    if (open >= end || octetAt(octets, open) !== LESS) return unreadable(source, start, end)
  } else if (first !== LESS || start >= end) {
    open = openingBracket(octets, start, end, inList)
    if (open === -1) return unreadable(source, start, end)
    if (open === end) return scanBareAddress(source, start, end, clause, inList)
    nameEnd = endOfText(source, start, open)
    judgeDisplayName(source, start, nameEnd)
  }
  const uri = open + 1
  let uriEnd = scanUri(octets, uri, end)
  if (uriEnd < 0 || octetAt(octets, uriEnd) !== GREATER) {
    const wrong = uriEnd < 0 ? ~uriEnd : uriEnd
    uriEnd = uri
    while (uriEnd < end && octetAt(octets, uriEnd) !== GREATER) uriEnd += 1
    if (uriEnd === end || uriEnd === uri) return unreadable(source, start, end)
    source.report(badUri, Math.min(wrong, uriEnd), `expected a URI, came ${source.quote(uri, uriEnd)}`)
  }
  return withParameters(source, start, nameEnd, uri, uriEnd, uriEnd + 1, end, clause, inList)
}

function withParameters(
  source: Source,
  start: number,
  nameEnd: number,
  uri: number,
  uriEnd: number,
  after: number,
  end: number,
  clause: string,
  inList: boolean,
): AddressReading | undefined {
  const { octets } = source
  const parameters = skipWhite(source, after, end)
  let at = parameters
  if (at < end) {
    if (octetAt(octets, at) === SEMICOLON) {
      at = scanParameters(source, at, end, clause)
      // A comma separates values of a list only; elsewhere it is no part of a parameter.
      while (!inList && at < end && octetAt(octets, at) === COMMA) {
        source.report(error('parameter-empty', clause), at, 'expected a parameter between separators')
        at = skipWhite(source, at + 1, end)
        at = at < end && octetAt(octets, at) === SEMICOLON ? scanParameters(source, at, end, clause) : end
      }
    } else if (!inList || octetAt(octets, at) !== COMMA) return unreadable(source, start, end)
  }
  source.at = at
  return new AddressReading(source, start, nameEnd, uri, uriEnd, parameters, at)
}

function unreadable(source: Source, start: number, end: number): undefined {
  source.report(
    malformed,
    start,
    `expected "name" <uri>;parameters, every quote and bracket closed, came ${source.quote(start, end)}`,
  )
  return undefined
}

/** The bracket after an unquoted display name; `end` when a bare address stands there, -1 when neither does. */
function openingBracket(octets: Buffer, start: number, end: number, inList: boolean): number {
  const token = endOfToken(octets, start)
  if (start >= end) return -1
  if (token >= end || octetAt(octets, token) === 0x3a) return end
  for (let at = token; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (code === LESS) return at
    if (code === SEMICOLON) return end
    if (code === QUOTE) return -1
    if (code === COMMA && inList) return end
  }
  return end
}

// Where text ends once the white space at its end is left out, which is judged unless it is one space.
function endOfText(source: Source, start: number, end: number): number {
  const at = trimEnd(source.octets, start, end)
  if (at < end && (at < end - 1 || octetAt(source.octets, at) !== 0x20)) source.passed = true
  return at
}

// display-name = *( token LWS ) / quoted-string
function judgeDisplayName(source: Source, start: number, end: number): void {
  const { octets } = source
  let at = start
  while (at < end) {
    at = endOfToken(octets, at)
    if (at < end && !isBlank(octetAt(octets, at))) {
      const came = source.quote(start, end)
      source.report(badDisplayName, start, `expected tokens or a quoted string, came ${came}`)
      return
    }
    at = skipWhite(source, at, end)
  }
}

// Without brackets the parameters are those of the header field, not of the URI (RFC 3261 20.10).
function scanBareAddress(
  source: Source,
  start: number,
  end: number,
  clause: string,
  inList: boolean,
): AddressReading | undefined {
  const { octets } = source
  let stop = start
  while (stop < end) {
    const code = octetAt(octets, stop)
    if (code === SEMICOLON || (code === COMMA && inList)) break
    if (code === LESS || code === QUOTE) return unreadable(source, start, end)
    stop += 1
  }
  const uriEnd = endOfText(source, start, stop)
  if (uriEnd === start) return unreadable(source, start, end)
  const uri = source.cut(start, uriEnd)
  const read = scanUri(octets, start, uriEnd)
  if (read !== uriEnd) source.report(badUri, read < 0 ? ~read : read, `expected a URI, came ${quoted(uri)}`)
  // "If the URI contains a comma, question mark or semicolon, it MUST be enclosed in angle brackets."
  if (uri.includes('?') || uri.includes(',')) source.report(needsBrackets, start, `expected <...>, came ${quoted(uri)}`)
  return withParameters(source, start, start, start, uriEnd, stop, end, clause, inList)
}

/**
 * Reads one value of From, To, Contact, Route, P-Asserted-Identity and their like (RFC 3261 20.10, 25.1): split a list first.
 * `undefined` when a quote or bracket never closes, or something stands where it must not. The URI itself is not judged: see `readUri`.
 */
export const readNameAddress: (value: string) => NameAddress | undefined = lately((value) => {
  const source = sourceOf(value)
  const end = trimEnd(source.octets, 0, source.octets.length - 1)
  const read = scanAddress(source, 0, end, 'RFC 3261 20.10', false)
  return read && { displayName: read.displayName, uri: read.uri, parameters: read.parameters }
})

/** Writes `"name" <uri>;parameters`; the brackets always stand, so that parameters are never taken for the URI's. */
export function writeNameAddress({ displayName, uri, parameters }: NameAddress): string {
  const name = displayName === undefined ? '' : `${writeQuoted(displayName)} `
  return `${name}<${uri}>${writeParameters(parameters)}`
}

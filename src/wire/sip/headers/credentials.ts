import { unfolded, unquote } from '../grammar.ts'
import { type Family, one, type ReadValue, refused } from '../header-family.ts'
import type { Parameter, Span } from '../message.ts'
import { writeParameter, writeQuoted } from '../parameters.ts'
import type { Placed } from '../placed.ts'
import { error } from '../rule.ts'
import { endOfQuotedIn, endOfToken, skipWhite, type Source, trimEnd, octetAt } from '../source.ts'

const malformed = error('credentials-malformed', 'RFC 3261 25.1')

/** Credentials or a challenge (RFC 3261 20.7, 20.44): a scheme, then name=value pairs or one token (RFC 8898). */
export interface Credentials {
  readonly scheme: string
  /** What follows the scheme when it is no list of pairs: a bearer token. */
  readonly token: string | undefined
  readonly parameters: readonly Parameter[]
}

/** Credentials where they lie; their parameters are read when they are asked for. */
export class CredentialsReading implements Credentials, Placed {
  readonly source: Source
  readonly start: number
  readonly schemeEnd: number
  readonly pairsStart: number
  readonly end: number
  readonly hasPairs: boolean

  constructor(source: Source, start: number, schemeEnd: number, pairs: number, end: number, hasPairs: boolean) {
    this.source = source
    this.start = start
    this.schemeEnd = schemeEnd
    this.pairsStart = pairs
    this.end = end
    this.hasPairs = hasPairs
  }
  get scheme(): string {
    return this.source.cut(this.start, this.schemeEnd)
  }
  get token(): string | undefined {
    return this.hasPairs ? undefined : this.source.cut(this.pairsStart, this.end)
  }
  get parameters(): readonly Parameter[] {
    if (!this.hasPairs) return []
    const parameters: Parameter[] = []
    forEachPair(this.source, this.pairsStart, this.end, (name, value) => {
      const text = unfolded(this.source.cut(value.start, value.end))
      parameters.push({ name: this.source.cut(name.start, name.end), value: unquote(text) })
    })
    return parameters
  }
  /** The value of a pair, its name in lower case. */
  parameter(name: string): string | undefined {
    return this.parameters.find((pair) => pair.name.toLowerCase() === name)?.value
  }
  place(part: string): Span | undefined {
    if (part === '') return { start: this.start, end: this.end }
    if (part === 'scheme') return { start: this.start, end: this.schemeEnd }
    let found: Span | undefined
    forEachPair(this.source, this.pairsStart, this.end, (name, value) => {
      if (this.source.cut(name.start, name.end).toLowerCase() === part.toLowerCase()) found ??= value
    })
    return found
  }
}

/**
 * Goes through `name=value` pairs between commas; stops at what is none. Gives the offset reached: `end` when all are good.
 */
function forEachPair(source: Source, from: number, end: number, take?: (name: Span, value: Span) => void): number {
  const { octets } = source
  let at = from
  while (at < end) {
    const start = at
    at = endOfToken(octets, at)
    const nameEnd = at
    at = skipWhite(source, at, end)
    if (nameEnd === start || at >= end || octetAt(octets, at) !== 0x3d) return start
    at = skipWhite(source, at + 1, end)
    const value = at
    at = endOfPairValue(source, at, end)
    if (at === -1) return start
    take?.({ start, end: nameEnd }, { start: value, end: at })
    at = skipWhite(source, at, end)
    if (at >= end) return end
    if (octetAt(octets, at) !== 0x2c) return start
    at = skipWhite(source, at + 1, end)
    if (at >= end) return start
  }
  return at
}

// Unquoted values may be URIs in practice, so anything but white space, commas and quotes is taken (RFC 3261 25.1 is narrower).
function endOfPairValue(source: Source, start: number, end: number): number {
  const { octets } = source
  if (start < end && octetAt(octets, start) === 0x22) return endOfQuotedIn(source, start, end)
  let at = start
  while (at < end && isWordPart(source, octetAt(octets, at))) at += 1
  return at === start ? -1 : at
}

const scanCredentials: ReadValue<CredentialsReading> = (source, from, end) => {
  const start = skipWhite(source, from, end)
  const schemeEnd = Math.min(endOfToken(source.octets, start), end)
  const pairs = skipWhite(source, schemeEnd, end)
  source.at = end
  if (schemeEnd === start || pairs === schemeEnd || pairs >= end)
    return refused(source, malformed, start, end, 'a scheme and its parameters')
  const reached = forEachPair(source, pairs, end)
  // A bearer token is one word (RFC 8898).
  const single = reached < end && isOneWord(source, pairs, end)
  if (reached < end && !single) return refused(source, malformed, reached, end, 'name=value between commas')
  return new CredentialsReading(source, start, schemeEnd, pairs, trimEnd(source.octets, pairs, end), !single)
}

function isOneWord(source: Source, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (!isWordPart(source, octetAt(source.octets, at))) return false
  return true
}

function isWordPart(source: Source, code: number): boolean {
  if (code === 0x7f) source.passed = true
  return code > 0x20 && code !== 0x2c && code !== 0x22
}

// RFC 3261 25.1 writes these between quotes, the others without.
const alwaysQuoted = new Set([
  'realm',
  'domain',
  'nonce',
  'opaque',
  'username',
  'uri',
  'response',
  'cnonce',
  'auts',
  'ik',
  'ck',
])
const writePair = (name: string, value: string | undefined, inQuotes: ReadonlySet<string>): string =>
  inQuotes.has(name.toLowerCase()) ? `${name}=${writeQuoted(value ?? '')}` : writeParameter(name, value)

/** Writes `scheme name=value, ...`; realm, nonce, uri and their like in quotes, also qop in a challenge. */
export function writeCredentials({ scheme, token, parameters }: Credentials, challenge = false): string {
  const inQuotes = challenge ? new Set([...alwaysQuoted, 'qop']) : alwaysQuoted
  return `${scheme} ${token ?? parameters.map(({ name, value }) => writePair(name, value, inQuotes)).join(', ')}`
}

/** Authorization and Proxy-Authorization (RFC 3261 20.7, 20.28). The field may stand more than once, once for a realm. */
export const credentials = (clause: string): Family<CredentialsReading, Credentials> => ({
  ...one<CredentialsReading, Credentials>(clause, {
    value: scanCredentials,
    malformed,
    write: (value) => writeCredentials(value),
  }),
  single: false,
})

/** WWW-Authenticate and Proxy-Authenticate (RFC 3261 20.44, 20.27). */
export const challenge = (clause: string): Family<CredentialsReading, Credentials> => ({
  ...one<CredentialsReading, Credentials>(clause, {
    value: scanCredentials,
    malformed,
    write: (value) => writeCredentials(value, true),
  }),
  single: false,
})

const badInfo = error('authentication-info-malformed', 'RFC 3261 20.6')

/** Authentication-Info (RFC 3261 20.6): pairs alone. */
export const authenticationInfo = one<readonly Parameter[]>('RFC 3261 20.6', {
  value(source, start, end) {
    const parameters: Parameter[] = []
    const reached = forEachPair(source, start, end, (name, value) => {
      const text = unfolded(source.cut(value.start, value.end))
      parameters.push({ name: source.cut(name.start, name.end), value: unquote(text) })
    })
    source.at = end
    return reached < end || start === end
      ? refused(source, badInfo, reached, end, 'name=value between commas')
      : parameters
  },
  malformed: badInfo,
  write: (parameters) =>
    parameters.map(({ name, value }) => writePair(name, value, new Set(['nextnonce', 'rspauth', 'cnonce']))).join(', '),
})

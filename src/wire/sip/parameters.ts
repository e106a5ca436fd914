import { isIPv6 } from 'node:net'
import { characters, classes, isToken, splitOutside, unquote } from './grammar.ts'
import { readHost } from './host.ts'
import type { Parameter } from './message.ts'
import { isNamed, nextSeparator } from './parameters-in-place.ts'
import { error } from './rule.ts'
import { endOfQuotedIn, endOfToken, lastOfRun, skipWhite, type Source, trimEnd, octetAt } from './source.ts'

// A constant of this module is known to the compiler; one of another module is loaded every time.
const table = classes

const COMMA = 0x2c
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22

/** No parameters, wherever there are none. */
const none: readonly Parameter[] = []

/** Reads `;a=b;c`, with or without the first semicolon (RFC 3261 7.3.1). Empty parameters are left out. */
export function readParameters(text: string): readonly Parameter[] {
  if (text === '') return none
  const parameters: Parameter[] = []
  for (const part of splitOutside(text, ';')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    parameters.push(
      equals === -1
        ? { name: part, value: undefined }
        : { name: part.slice(0, equals).trim(), value: unquote(part.slice(equals + 1).trim()) },
    )
  }
  return parameters
}

/** The value of the first parameter of that name (any letter case): `''` when it came without a value, `undefined` when absent. */
export function parameter(parameters: readonly Parameter[], name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const candidate of parameters) {
    if (candidate.name === name || candidate.name.toLowerCase() === wanted) return candidate.value ?? ''
  }
  return undefined
}

/** `;name=value` for each, values quoted where they are no token and no host. */
export function writeParameters(parameters: readonly Parameter[]): string {
  let text = ''
  for (const { name, value } of parameters) text += `;${writeParameter(name, value)}`
  return text
}

export const writeParameter = (name: string, value: string | undefined): string =>
  value === undefined ? name : `${name}=${isPlainValue(value) ? value : writeQuoted(value)}`

export const writeQuoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

const isPlainValue = (value: string): boolean => isToken(value) || readHost(value) !== undefined || isIPv6(value)

// Where the parameters lie that were scanned last: name, its end, and value, three by three. One list for all.
const most = 32
const places = new Int32Array(3 * most)
const scanned = { count: 0 }

function note(name: number, nameEnd: number, value: number): void {
  const at = 3 * scanned.count
  scanned.count += 1
  if (at >= places.length) return
  places[at] = name
  places[at + 1] = nameEnd
  places[at + 2] = value
}

/**
 * Where the value lies of a parameter that was scanned last, its name in lower case: -1 when there is no such parameter,
 * -2 when it has no value. Only until the next parameters are scanned.
 */
export function scannedValue(source: Source, name: string): number {
  const count = Math.min(scanned.count, most)
  const { octets } = source
  const first = name.charCodeAt(0)
  for (let index = 0; index < count; index += 1) {
    const start = places[3 * index] ?? 0
    if ((octetAt(octets, start) | 0x20) !== first || (places[3 * index + 1] ?? 0) - start !== name.length) continue
    if (isNamed(octets, start, name)) return places[3 * index + 2] === -1 ? -2 : (places[3 * index + 2] ?? -1)
  }
  // More than can be noted are no reason to miss one.
  return scanned.count > most ? -3 : -1
}

/**
 * Scans `*( SEMI generic-param )` (RFC 3261 25.1) from a semicolon on and reports what is malformed. Gives the offset
 * where the parameters end: at a comma, at a character that begins no parameter, or at `end`. When they are `bare`, no
 * semicolon stands before the first.
 */
export function scanParameters(source: Source, from: number, end: number, clause: string, bare = false): number {
  const { octets } = source
  scanned.count = 0
  let at = bare ? from - 1 : from
  while (at < end && ((bare && at < from) || octetAt(octets, at) === SEMICOLON)) {
    at = skipWhite(source, at + 1, end)
    const name = at
    at = endOfToken(octets, at)
    const nameEnd = at
    if (at < end && octetAt(octets, at) !== EQUALS) at = skipWhite(source, at, end)
    let value = -1
    let good = true
    if (nameEnd > name && at < end && octetAt(octets, at) === EQUALS) {
      at = skipWhite(source, at + 1, end)
      value = at
      at = endOfValue(source, at, end)
      good = at > value
      at = skipWhite(source, Math.max(at, value), end)
    }
    if (nameEnd > name && good) {
      note(name, nameEnd, value)
      if (at >= end) return at
      const code = octetAt(octets, at)
      if (code === SEMICOLON || code === COMMA) continue
    }
    at = malformed(source, name, nameEnd, value, end, clause)
  }
  return at
}

// gen-value = token / host / quoted-string; gives an offset before its start when it is none of them.
function endOfValue(source: Source, from: number, end: number): number {
  const { octets } = source
  let at = from
  if (at < end && octetAt(octets, at) === QUOTE) return endOfQuotedIn(source, at, end)
  at = endOfToken(octets, at)
  const code = octetAt(octets, at)
  if (at >= end || (code !== 0x3a && code !== 0x5b)) return at
  // A colon or a bracket: a host with its port, or an IPv6 address with or without brackets.
  while (at < end && isHostPart(octetAt(octets, at))) at += 1
  const host = source.cut(from, at)
  return readHost(host) === undefined && !isIPv6(host) ? from : at
}

const isHostPart = (code: number): boolean =>
  ((table[code] as number) & characters.host) !== 0 || code === 0x3a || code === 0x5b || code === 0x5d

// Says what is wrong with the parameter that begins at `name`; gives the offset of the next one.
function malformed(source: Source, name: number, nameEnd: number, value: number, end: number, clause: string): number {
  const { octets } = source
  const next = nextSeparator(octets, name, end)
  if (source.full) return lastOfRun(octets, next, end, SEMICOLON)
  const came = (start: number): string => source.quote(start, trimEnd(octets, start, next))
  if (next === name) source.report(error('parameter-empty', clause), name, 'expected a parameter between separators')
  else if (nameEnd === name || value === -1)
    source.report(error('parameter-name-malformed', clause), name, `expected a token, came ${came(name)}`)
  else
    source.report(
      error('parameter-value-malformed', clause),
      value,
      `expected a token, host or quoted string, came ${came(value)}`,
    )
  return next
}

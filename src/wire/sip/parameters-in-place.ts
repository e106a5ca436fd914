import { unfolded, unquote } from './grammar.ts'
import type { Parameter, Span } from './message.ts'
import { endOfToken, lastOfRun, octetAt, skipWhite, type Source, trimEnd } from './source.ts'

const COMMA = 0x2c
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22

/** No parameters, wherever there are none. */
const none: readonly Parameter[] = []

/** The offset of the next semicolon or comma outside quoted strings, or `end`. */
export function nextSeparator(octets: Buffer, from: number, end: number): number {
  let quotes = false
  for (let at = from; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (code === QUOTE) quotes = !quotes
    else if (quotes) {
      if (code === 0x5c) at += 1
    } else if (code === SEMICOLON || code === COMMA) return at
  }
  return end
}

/** Where a parameter lies: its name and its value, quotes included. `value.start` is -1 when there is none. */
export interface ParameterPlace {
  readonly name: Span
  readonly value: Span
}

/** Where the parameter that follows the semicolon at `from` lies; `undefined` when it is empty. */
function placeOf(source: Source, from: number, next: number): ParameterPlace | undefined {
  const { octets } = source
  const start = skipWhite(source, from + 1, next)
  const end = trimEnd(octets, start, next)
  if (start >= end) return undefined
  let equals = start
  while (equals < end && octetAt(octets, equals) !== EQUALS) equals += 1
  if (equals === end) return { name: { start, end }, value: { start: -1, end: -1 } }
  const value = skipWhite(source, equals + 1, end)
  return { name: { start, end: trimEnd(octets, start, equals) }, value: { start: value, end: Math.max(end, value) } }
}

/** The parameters between two offsets, the first of them a semicolon or `end`. */
export function parametersOf(source: Source, from: number, end: number): readonly Parameter[] {
  if (from >= end) return none
  const parameters: Parameter[] = []
  let at = from
  while (at < end) {
    const next = nextSeparator(source.octets, at + 1, end)
    const place = placeOf(source, at, next)
    if (place !== undefined) parameters.push({ name: nameAt(source, place.name), value: valueAt(source, place.value) })
    at = lastOfRun(source.octets, next, end, SEMICOLON)
  }
  return parameters
}

const nameAt = (source: Source, { start, end }: Span): string => source.cut(start, end)

function valueAt(source: Source, { start, end }: Span): string | undefined {
  if (start === -1) return undefined
  const value = source.cut(start, end)
  return octetAt(source.octets, start) === QUOTE ? unquote(unfolded(value)) : value
}

/** Where the first parameter of that name lies, the name given in lower case. */
export function findParameter(source: Source, from: number, end: number, name: string): ParameterPlace | undefined {
  const { octets } = source
  const first = name.charCodeAt(0)
  let at = from
  while (at < end) {
    const start = skipWhite(source, at + 1, end)
    const next = nextSeparator(octets, at + 1, end)
    if ((octetAt(octets, start) | 0x20) === first) {
      const place = placeOf(source, at, next)
      if (place !== undefined && place.name.end - start === name.length) {
        if (isNamed(octets, start, name)) return place
      }
    }
    at = lastOfRun(octets, next, end, SEMICOLON)
  }
  return undefined
}

/** Whether a name stands there that is that one in lower case. */
export function isNamed(octets: Buffer, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const code = octetAt(octets, start + at)
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== name.charCodeAt(at)) return false
  }
  return true
}

/** The value of the first parameter of that name (in lower case): `''` without a value, `undefined` when absent. */
export function parameterIn(source: Source, from: number, end: number, name: string): string | undefined {
  if (from >= end) return undefined
  const plain = plainParameterIn(source, from, end, name)
  if (plain !== notPlain) return plain
  const place = findParameter(source, from, end, name)
  return place && (valueAt(source, place.value) ?? '')
}

const notPlain = null

/** The same as long as parameters are tokens without white space, as most are; `notPlain` as soon as one is not. */
function plainParameterIn(
  source: Source,
  from: number,
  end: number,
  name: string,
): string | undefined | typeof notPlain {
  const { octets } = source
  const first = name.charCodeAt(0)
  let at = from
  while (at < end) {
    if (octetAt(octets, at) !== SEMICOLON) return notPlain
    const start = at + 1
    const nameEnd = endOfToken(octets, start)
    at = octetAt(octets, nameEnd) === EQUALS ? endOfToken(octets, nameEnd + 1) : nameEnd
    if (at > end || (at < end && octetAt(octets, at) !== SEMICOLON)) return notPlain
    if (nameEnd - start === name.length && (octetAt(octets, start) | 0x20) === first && isNamed(octets, start, name))
      return at === nameEnd ? '' : source.cut(nameEnd + 1, at)
  }
  return undefined
}

import type { Parameter, Span } from '../message.ts'
import { scannedValue, scanParameters, writeParameters } from '../parameters.ts'
import { parameterIn, parametersOf } from '../parameters-in-place.ts'
import { type Placed, placeOfParameter } from '../placed.ts'
import { readNumber } from '../grammar.ts'
import { type ReadValue, refused } from '../header-family.ts'
import type { Rule } from '../rule.ts'
import { quoted } from '../rule.ts'
import { endOfSet, endOfToken, skipWhite, type Source, trimEnd, octetAt } from '../source.ts'

/** A word and its parameters, the shape of many fields: `presence;id=1`. */
export interface WithParameters {
  readonly token: string
  readonly parameters: readonly Parameter[]
}

/** A word and its parameters where they lie; strings are cut when they are asked for. */
export class TokenReading implements WithParameters, Placed {
  readonly source: Source
  readonly start: number
  readonly tokenEnd: number
  readonly parametersStart: number
  readonly end: number

  constructor(source: Source, start: number, tokenEnd: number, parametersStart: number, end: number) {
    this.source = source
    this.start = start
    this.tokenEnd = tokenEnd
    this.parametersStart = parametersStart
    this.end = end
  }
  get token(): string {
    return this.source.cut(this.start, this.tokenEnd)
  }
  get parameters(): readonly Parameter[] {
    return parametersOf(this.source, this.parametersStart, this.end)
  }
  /** The value of a parameter, its name in lower case: `''` without a value, `undefined` when absent. */
  parameter(name: string): string | undefined {
    return parameterIn(this.source, this.parametersStart, this.end, name)
  }
  /** A parameter as a number, `undefined` when absent or none. */
  numberOf(name: string): number | undefined {
    const value = this.parameter(name)
    return value === undefined ? undefined : readNumber(value, Number.MAX_SAFE_INTEGER)
  }
  place(part: string): Span | undefined {
    if (part === '') return { start: this.start, end: this.end }
    return (
      placeOfParameter(this.source, this.parametersStart, this.end, kebab(part)) ??
      placeOfParameter(this.source, this.parametersStart, this.end, part) ??
      (part === 'token' ? { start: this.start, end: this.tokenEnd } : undefined)
    )
  }
}

// Names of ours are in camel case, those of the standards in kebab case.
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Reads a word of the characters of a set and its parameters. */
export const tokenWith =
  (
    set: number,
    malformed: Rule,
    expected: string,
    judge?: (source: Source, read: TokenReading) => void,
  ): ReadValue<TokenReading> =>
  (source, from, end, clause) => {
    const { octets } = source
    const start = skipWhite(source, from, end)
    const tokenEnd = Math.min(endOfSet(octets, start, set), end)
    if (tokenEnd === start) return refused(source, malformed, start, end, expected)
    const parameters = skipWhite(source, tokenEnd, end)
    const at =
      parameters < end && octetAt(octets, parameters) === 0x3b
        ? scanParameters(source, parameters, end, clause)
        : parameters
    source.at = at
    const read = new TokenReading(source, start, tokenEnd, parameters, trimEnd(octets, parameters, at))
    judge?.(source, read)
    return read
  }

/** Reports a parameter that is there and is not what it must be. */
export function judgeParameter(
  source: Source,
  read: TokenReading,
  name: string,
  rule: Rule,
  isGood: (value: string) => boolean,
  expected: string,
): void {
  // Called right after the parameters were scanned.
  if (read.parametersStart === read.end) return
  const place = scannedValue(source, name)
  if (place === -1) return
  const end = place >= 0 ? endOfToken(source.octets, place) : place
  const value = end > place ? source.cut(place, end) : (read.parameter(name) ?? '')
  if (isGood(value)) return
  source.report(
    rule,
    read.place(name)?.start ?? read.start,
    `expected ${name} to be ${expected}, came ${quoted(value)}`,
  )
}

/** Reports a parameter that must be there and is not. */
export function requireParameter(source: Source, read: TokenReading, name: string, rule: Rule): void {
  if (read.parameter(name) === undefined) source.report(rule, read.start, `expected a ${name} parameter`)
}

export const writeToken = ({ token, parameters }: WithParameters): string => `${token}${writeParameters(parameters)}`

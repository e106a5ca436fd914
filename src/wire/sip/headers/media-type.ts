import { isToken } from '../grammar.ts'
import { many, one, type ReadValue, refused } from '../header-family.ts'
import type { MediaType, Parameter, Span } from '../message.ts'
import { scanParameters, writeParameters } from '../parameters.ts'
import { parameterIn, parametersOf } from '../parameters-in-place.ts'
import { type Placed, placeOfParameter } from '../placed.ts'
import { error, type Rule } from '../rule.ts'
import { endOfToken, skipWhite, type Source, sourceOf, trimEnd, octetAt } from '../source.ts'

/** A media type where it lies; its strings are cut when they are asked for. */
export class MediaTypeReading implements MediaType, Placed {
  readonly source: Source
  readonly start: number
  readonly typeEnd: number
  readonly subtypeStart: number
  readonly subtypeEnd: number
  readonly parametersStart: number
  readonly end: number

  constructor(
    source: Source,
    start: number,
    typeEnd: number,
    subtypeStart: number,
    subtypeEnd: number,
    parametersStart: number,
    end: number,
  ) {
    this.source = source
    this.start = start
    this.typeEnd = typeEnd
    this.subtypeStart = subtypeStart
    this.subtypeEnd = subtypeEnd
    this.parametersStart = parametersStart
    this.end = end
  }
  get type(): string {
    return this.source.cut(this.start, this.typeEnd).toLowerCase()
  }
  get subtype(): string {
    return this.source.cut(this.subtypeStart, this.subtypeEnd).toLowerCase()
  }
  get parameters(): readonly Parameter[] {
    return parametersOf(this.source, this.parametersStart, this.end)
  }
  /** The value of a parameter, its name in lower case: `''` without a value, `undefined` when absent. */
  parameter(name: string): string | undefined {
    return parameterIn(this.source, this.parametersStart, this.end, name)
  }
  place(part: string): Span | undefined {
    switch (part) {
      case '':
        return { start: this.start, end: this.end }
      case 'type':
        return { start: this.start, end: this.typeEnd }
      case 'subtype':
        return { start: this.subtypeStart, end: this.subtypeEnd }
      default:
        return placeOfParameter(this.source, this.parametersStart, this.end, part)
    }
  }
}

const scanMediaType =
  (malformed: Rule): ReadValue<MediaTypeReading> =>
  (source, from, end, clause) => {
    const { octets } = source
    const start = skipWhite(source, from, end)
    const typeEnd = endOfToken(octets, start)
    const slash = skipWhite(source, typeEnd, end)
    const subtype = skipWhite(source, slash + 1, end)
    const subtypeEnd = Math.min(endOfToken(octets, subtype), end)
    if (typeEnd === start || octetAt(octets, slash) !== 0x2f || slash >= end || subtypeEnd <= subtype)
      return refused(source, malformed, start, end, 'type/subtype')
    const parameters = skipWhite(source, subtypeEnd, end)
    const at =
      parameters < end && octetAt(octets, parameters) === 0x3b
        ? scanParameters(source, parameters, end, clause)
        : parameters
    source.at = at
    return new MediaTypeReading(
      source,
      start,
      typeEnd,
      subtype,
      subtypeEnd,
      parameters,
      trimEnd(octets, parameters, at),
    )
  }

/** Writes `type/subtype;parameters`. */
const writeMediaType = ({ type, subtype, parameters }: MediaType): string =>
  `${type}/${subtype}${writeParameters(parameters)}`

const badContentType = error('content-type-malformed', 'RFC 3261 20.15')
const badAccept = error('accept-malformed', 'RFC 3261 20.1')

/** Content-Type (RFC 3261 20.15). */
export const contentType = one<MediaTypeReading, MediaType>('RFC 3261 20.15', {
  value: scanMediaType(badContentType),
  malformed: badContentType,
  write: writeMediaType,
})

/** Accept (RFC 3261 20.1): media ranges. */
export const accept = many<MediaTypeReading, MediaType>('RFC 3261 20.1', {
  value: scanMediaType(badAccept),
  malformed: badAccept,
  write: writeMediaType,
  mayBeEmpty: true,
})

/** Reads Content-Type or one value of Accept (RFC 3261 20.15, 20.1). `undefined` when it breaks the grammar. */
export function readMediaType(value: string): MediaType | undefined {
  const source = sourceOf(value)
  const end = trimEnd(source.octets, 0, source.octets.length - 1)
  const read = scanMediaType(badContentType)(source, 0, end, 'RFC 3261 20.15')
  if (read === undefined || source.at < end) return undefined
  const { type, subtype, parameters } = read
  return isToken(type) && isToken(subtype) ? { type, subtype, parameters } : undefined
}

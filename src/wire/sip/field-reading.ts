import { unfolded } from './grammar.ts'
import { type HeaderFamily, readValues } from './header-family.ts'
import type { HeaderField, Span } from './message.ts'
import type { Fault, Source } from './source.ts'

const noValues: readonly unknown[] = []
const noFaults: readonly Fault[] = []

function viewed(readings: readonly unknown[], view: HeaderFamily['view']): readonly unknown[] {
  if (view === undefined || readings.length === 0) return readings
  return readings.length === 1 ? [view(readings[0])] : readings.map((reading) => view(reading))
}

/** A header field where it lies; its strings are cut and its values read when they are asked for. */
export class FieldReading implements HeaderField {
  readonly source: Source
  /** What is known of it by its name; `undefined` when nothing is, and it is kept as it came. */
  readonly family: HeaderFamily | undefined
  readonly start: number
  readonly nameEnd: number
  readonly valueStart: number
  readonly valueEnd: number
  /** After its line end. */
  readonly end: number
  /** A fold stands in it, or octets its reader does not judge: its text is to be judged apart. */
  odd: boolean
  /** What is wrong with its values; `undefined` until they are judged. */
  faults: readonly Fault[] | undefined = undefined
  #readings: readonly unknown[] | undefined = undefined
  #values: readonly unknown[] | undefined = undefined

  constructor(
    source: Source,
    family: HeaderFamily | undefined,
    start: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
    end: number,
    odd: boolean,
  ) {
    this.source = source
    this.family = family
    this.start = start
    this.nameEnd = nameEnd
    this.valueStart = valueStart
    this.valueEnd = valueEnd
    this.end = end
    this.odd = odd
  }

  get name(): string {
    return this.source.cut(this.start, this.nameEnd)
  }
  get knownAs(): string | undefined {
    return this.family?.name
  }
  get value(): string {
    const value = this.source.cut(this.valueStart, this.valueEnd)
    return this.odd ? unfolded(value) : value
  }
  get span(): Span {
    return { start: this.start, end: this.end }
  }
  get valueSpan(): Span {
    return { start: this.valueStart, end: this.valueEnd }
  }

  /** The values as they lie in the message, read and judged once; none when the family is unknown. */
  get readings(): readonly unknown[] {
    this.#readings ??= this.#read(false)
    return this.#readings
  }
  /** The values as they are given out. */
  get values(): readonly unknown[] {
    const { family } = this
    if (family === undefined) return noValues
    this.#values ??= viewed(this.readings, family.view)
    return this.#values
  }

  /** Judges the values; keeps them too, unless that would cut strings nobody asked for. */
  judge(): void {
    if (this.faults !== undefined) return
    const { family } = this
    if (family === undefined || !family.cuts) this.#readings ??= this.#read(false)
    else this.#read(true)
  }

  #read(judging: boolean): readonly unknown[] {
    if (this.family === undefined) return noValues
    const { source } = this
    source.faults = undefined
    source.passed = false
    source.judging = judging
    const readings = readValues(this.family, source, this.valueStart, this.valueEnd)
    this.faults = source.faults ?? noFaults
    if (source.passed) this.odd = true
    return readings
  }
}

import type { Rule } from './rule.ts'
import { indexOfOutside, lastOfRun, skipWhite, type Source, octetAt } from './source.ts'

/**
 * Reads one value from `from` on, leaves in `source.at` where it stopped (white space after it skipped) and reports
 * what is wrong. `undefined`, and one report at least, when nothing can be made of it.
 */
export type ReadValue<R> = (source: Source, from: number, end: number, clause: string) => R | undefined

/** What is known of a header field by its name; R is a value as it lies in the message, T as it is given out. */
export interface HeaderFamily<R = unknown, T = R> {
  /** In the letters of its definition. */
  readonly name: string
  /** Its place in the table of families. */
  readonly index: number
  /** The clause that defines it. */
  readonly clause: string
  /** Whether it may appear once only: its grammar is no comma-separated list (RFC 3261 7.3.1). */
  readonly single: boolean
  /** Whether a comma begins another value. */
  readonly list: boolean
  /** Whether the grammar allows the field to have no value at all. */
  readonly mayBeEmpty: boolean
  /** Whether values are strings, which need not be cut where they are only judged. */
  readonly cuts: boolean
  /** Broken when something follows a value that must not. */
  readonly malformed: Rule
  readonly value: ReadValue<R>
  /** All values of a list at once when nothing about them is unusual; otherwise they are read one after the other. */
  readonly plain: ((source: Source, start: number, end: number) => readonly R[] | undefined) | undefined
  /** What is given out for a reading; the reading itself when there is none. */
  readonly view: View<R, T> | undefined
  /** Judges the values of one field beside each other. */
  readonly together: Together<R> | undefined
  // Written as a method, so that a family of any value is a family of unknown ones.
  write(value: T): string
}

type View<R, T> = { bivariant(reading: R): T }['bivariant']
type Together<R> = { bivariant(source: Source, readings: readonly R[]): void }['bivariant']

/** A family by all but its name, which the table of families gives. */
export type Family<R = unknown, T = R> = Omit<HeaderFamily<R, T>, 'name' | 'index'>

const COMMA = 0x2c
const nothing: readonly never[] = []

interface Shape<R, T> {
  readonly value: ReadValue<R>
  readonly malformed: Rule
  readonly cuts?: boolean
  readonly view?: (reading: R) => T
  readonly write: (value: T) => string
}

/** A field of one value. */
export const one = <R, T = R>(clause: string, { value, malformed, cuts, view, write }: Shape<R, T>): Family<R, T> => ({
  clause,
  single: true,
  list: false,
  mayBeEmpty: false,
  cuts: cuts ?? false,
  malformed,
  value,
  plain: undefined,
  view,
  together: undefined,
  write,
})

type ListShape<R, T> = Shape<R, T> & Partial<Pick<HeaderFamily<R, T>, 'mayBeEmpty' | 'plain' | 'together'>>

/** A field of one or more values between commas. A value that cannot be read is reported and left out. */
export const many = <R, T = R>(
  clause: string,
  { value, malformed, cuts, view, write, mayBeEmpty, plain, together }: ListShape<R, T>,
): Family<R, T> => ({
  clause,
  single: false,
  list: true,
  mayBeEmpty: mayBeEmpty ?? false,
  cuts: cuts ?? false,
  malformed,
  value,
  plain,
  view,
  together,
  write,
})

/** The values of one field, read and judged. */
export function readValues(family: HeaderFamily, source: Source, start: number, end: number): readonly unknown[] {
  if (family.list) return readList(family, source, start, end)
  const read = family.value(source, start, end, family.clause)
  if (read === undefined) return nothing
  if (source.at >= end) return [read]
  unexpected(source, family.malformed, end)
  return nothing
}

function readList(family: HeaderFamily, source: Source, start: number, end: number): readonly unknown[] {
  const { malformed, clause, plain } = family
  if (start === end) {
    if (!family.mayBeEmpty) source.report(malformed, start, 'expected a value, came none')
    return nothing
  }
  if (plain !== undefined) {
    const values = plain(source, start, end)
    if (values !== undefined) return values
  }
  // Most fields have one value: a list of one takes less room than an empty one that grows.
  let values: unknown[] | undefined
  let at = start
  for (;;) {
    const read = family.value(source, at, end, clause)
    if (read === undefined) {
      at = indexOfOutside(source.octets, at, end, COMMA)
      // Of values that are not there nothing more is said.
      if (source.full) at = lastOfRun(source.octets, at, end, COMMA)
    } else {
      if (values === undefined) values = [read]
      else values.push(read)
      at = source.at
      if (at < end && octetAt(source.octets, at) !== COMMA) {
        unexpected(source, malformed, end)
        at = indexOfOutside(source.octets, at, end, COMMA)
      }
    }
    if (at >= end) break
    at += 1
  }
  if (values === undefined) return nothing
  if (values.length > 1) family.together?.(source, values)
  return values
}

function unexpected(source: Source, malformed: Rule, end: number): void {
  const { at } = source
  source.report(malformed, at, `expected nothing more, came ${source.quote(at, end)}`)
}

/** Ends a value: white space after it is no part of it. Gives the value back. */
export function ended<R>(source: Source, at: number, end: number, value: R): R {
  source.at = at >= end ? end : skipWhite(source, at, end)
  return value
}

/** Reports that a value is malformed and gives `undefined`. */
export function refused(source: Source, rule: Rule, start: number, end: number, expected: string): undefined {
  source.report(rule, start, `expected ${expected}, came ${source.quote(start, end)}`)
  return undefined
}

/** What a family gives out of a reading, part by part. */
type Parts<R, T> = { readonly [K in keyof T]: (reading: R) => T[K] }

/** A view whose parts are taken out of the reading when they are asked for. */
export function viewOf<R, T>(parts: Parts<R, T>): (reading: R) => T {
  class View {
    readonly reading: R
    constructor(reading: R) {
      this.reading = reading
    }
  }
  for (const [name, part] of Object.entries<(reading: R) => unknown>(parts)) {
    Object.defineProperty(View.prototype, name, {
      enumerable: true,
      get(this: View) {
        return part(this.reading)
      },
    })
  }
  return (reading) => new View(reading) as T
}

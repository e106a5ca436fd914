import type { Span } from './message.ts'
import { findParameter } from './parameters-in-place.ts'
import type { Source } from './source.ts'

/** A typed value that knows where its parts lie. */
export interface Placed {
  /** The octets of a part: `''` for the whole, else a named part, else a parameter of that name; `undefined` when absent. */
  place(part: string): Span | undefined
}

/** The octets of a parameter's value, quotes included; those of its name when it has no value. */
export function placeOfParameter(source: Source, from: number, end: number, name: string): Span | undefined {
  if (from >= end) return undefined
  const place = findParameter(source, from, end, name.toLowerCase())
  return place && (place.value.start === -1 ? place.name : place.value)
}

export const isPlaced = (value: unknown): value is Placed =>
  typeof value === 'object' && value !== null && 'place' in value && typeof value.place === 'function'

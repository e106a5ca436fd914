import { ended, type ReadValue, refused } from '../header-family.ts'
import type { Rule } from '../rule.ts'
import { endOfToken, skipWhite, octetAt } from '../source.ts'

/** The number of the digits between two offsets up to `largest`; -1 when something else stands there or it is larger. */
export function numberIn(octets: Buffer, start: number, end: number, largest: number): number {
  if (start === end) return -1
  let value = 0
  for (let at = start; at < end; at += 1) {
    const digit = octetAt(octets, at) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= largest ? value : -1
}

/** Reads 1*DIGIT up to `largest`. */
export const numberUpTo =
  (largest: number, malformed: Rule, expected: string): ReadValue<number> =>
  (source, from, end) => {
    const start = skipWhite(source, from, end)
    const stop = Math.min(endOfToken(source.octets, start), end)
    const value = numberIn(source.octets, start, stop, largest)
    if (value === -1) return refused(source, malformed, start, end, expected)
    return ended(source, stop, end, value)
  }

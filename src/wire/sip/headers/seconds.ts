import { type Family, one, refused } from '../header-family.ts'
import { characters, classes } from '../grammar.ts'
import type { Parameter } from '../message.ts'
import { writeParameters } from '../parameters.ts'
import { error } from '../rule.ts'
import { endOfToken, skipWhite, type Source, octetAt } from '../source.ts'
import { numberIn, numberUpTo } from './number.ts'
import { scanParameters } from '../parameters.ts'
import { parametersOf } from '../parameters-in-place.ts'

/** "A decimal integer number of seconds between 0 and (2**32)-1" (RFC 3261 20.19). */
export const largestSeconds = 2 ** 32 - 1

const badRetryAfter = error('retry-after-malformed', 'RFC 3261 20.33')

/** Expires and Min-Expires (RFC 3261 20.19, 20.23), Flow-Timer (RFC 5626 10): seconds alone. */
export function seconds(clause: string, rule = 'expires-out-of-range'): Family<number> {
  const malformed = error(rule, clause)
  return one(clause, {
    value: numberUpTo(largestSeconds, malformed, 'seconds up to 2**32-1'),
    malformed,
    write: String,
  })
}

/** Retry-After (RFC 3261 20.33). */
export interface RetryAfter {
  readonly seconds: number
  /** The text in parentheses, without them. */
  readonly comment: string | undefined
  readonly parameters: readonly Parameter[]
}

/** Retry-After (RFC 3261 20.33): seconds, then perhaps a comment and parameters. */
export const retryAfter = one<RetryAfter>('RFC 3261 20.33', {
  value(source, from, end, clause) {
    const start = skipWhite(source, from, end)
    const stop = Math.min(endOfToken(source.octets, start), end)
    const value = numberIn(source.octets, start, stop, largestSeconds)
    if (value === -1) return refused(source, badRetryAfter, start, end, 'seconds up to 2**32-1')
    const open = skipWhite(source, stop, end)
    const close = endOfComment(source, open, end)
    if (close === -1) return refused(source, badRetryAfter, open, end, 'a comment that closes')
    const parameters = skipWhite(source, close, end)
    source.at = scanParameters(source, parameters, end, clause)
    return {
      seconds: value,
      comment: close === open ? undefined : source.cut(open + 1, close - 1),
      parameters: parametersOf(source, parameters, source.at),
    }
  },
  malformed: badRetryAfter,
  write: ({ seconds: value, comment, parameters }) =>
    `${value}${comment === undefined ? '' : ` (${comment})`}${writeParameters(parameters)}`,
})

/** The offset after a comment, which may hold others (RFC 3261 25.1); `open` when none stands there, -1 when it never closes. */
export function endOfComment(source: Source, open: number, end: number): number {
  const { octets } = source
  if (open >= end || octetAt(octets, open) !== 0x28) return open
  let depth = 0
  for (let at = open; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (((classes[code] ?? 0) & characters.line) === 0) source.passed = true
    if (code === 0x5c) {
      source.passed = true
      at += 1
    } else if (code === 0x28) depth += 1
    else if (code === 0x29) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

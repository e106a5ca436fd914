import { readNumber } from '../grammar.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

/** "A decimal integer number of seconds between 0 and (2**32)-1" (RFC 3261 20.19). */
export const largestSeconds = 2 ** 32 - 1

const badExpires = error('expires-out-of-range', 'RFC 3261 20.19')
const badRetryAfter = error('retry-after-malformed', 'RFC 3261 20.33')

/** Expires and Min-Expires (RFC 3261 20.19, 20.23): seconds alone. */
export const judgeSeconds: JudgeField = (field, report) => {
  if (readNumber(field.value, largestSeconds) === undefined) {
    report(badExpires, `expected seconds up to 2**32-1, came ${quoted(field.value)}`)
  }
}

/** Retry-After (RFC 3261 20.33): seconds, then perhaps a comment and parameters. */
export const judgeRetryAfter: JudgeField = (field, report) => {
  const { value } = field
  let end = 0
  while (end < value.length && !' \t;('.includes(value[end] ?? '')) end += 1
  if (readNumber(value.slice(0, end), largestSeconds) === undefined) {
    report(badRetryAfter, `expected seconds up to 2**32-1, came ${quoted(value)}`)
  }
}

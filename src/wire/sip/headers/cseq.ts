import { isToken, readNumber } from '../grammar.ts'
import type { CSeq } from '../message.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

/** "The sequence number MUST be expressible as a 32-bit unsigned integer" and less than 2**31 (RFC 3261 8.1.1.5, 20.16). */
const largestSequence = 2 ** 31 - 1

/** Reads CSeq (RFC 3261 20.16): a sequence number and a method; `undefined` when it breaks the grammar or the range. */
export function readCSeq(value: string): CSeq | undefined {
  let end = 0
  while (end < value.length && value[end] !== ' ' && value[end] !== '\t') end += 1
  const sequence = readNumber(value.slice(0, end), largestSequence)
  const method = value.slice(end).trim()
  return sequence === undefined || !isToken(method) ? undefined : { sequence, method }
}

const malformed = error('cseq-malformed', 'RFC 3261 20.16')
const outOfRange = error('cseq-out-of-range', 'RFC 3261 8.1.1.5')
const methodMismatch = error('cseq-method-mismatch', 'RFC 3261 8.1.1.5')

export const judgeCSeq: JudgeField = (field, report, message) => {
  const cseq = readCSeq(field.value)
  if (cseq === undefined) {
    const number = field.value.split(/[ \t]/, 1)[0] ?? ''
    if (readNumber(number, Number.POSITIVE_INFINITY) === undefined) {
      report(malformed, `expected a number and a method, came ${quoted(field.value)}`)
    } else if (readNumber(number, largestSequence) === undefined) {
      report(outOfRange, `expected a number below 2**31, came ${quoted(number)}`)
    } else report(malformed, `expected a method after the number, came ${quoted(field.value)}`)
  } else if (message.startLine.kind === 'request' && message.startLine.method !== cseq.method) {
    report(
      methodMismatch,
      `expected ${quoted(message.startLine.method)} as the request line says, came ${quoted(cseq.method)}`,
    )
  }
}

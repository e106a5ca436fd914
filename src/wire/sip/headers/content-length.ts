import { readNumber } from '../grammar.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

const malformed = error('content-length-malformed', 'RFC 3261 20.14')

/** The number of a Content-Length value (RFC 3261 20.14); `undefined` when absent or not digits only. */
export function contentLengthOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : readNumber(value, Number.MAX_SAFE_INTEGER)
}

export const judgeContentLength: JudgeField = (field, report) => {
  if (contentLengthOf(field.value) === undefined) {
    report(malformed, `expected a number of octets, came ${quoted(field.value)}`)
  }
}

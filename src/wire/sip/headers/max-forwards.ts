import { readNumber } from '../grammar.ts'
import { error, type JudgeField, quoted } from '../rule.ts'

const badMaxForwards = error('max-forwards-out-of-range', 'RFC 3261 20.22')

/** Max-Forwards (RFC 3261 20.22): "an integer in the range 0-255". */
export const judgeMaxForwards: JudgeField = (field, report) => {
  if (readNumber(field.value, 255) === undefined)
    report(badMaxForwards, `expected 0 to 255, came ${quoted(field.value)}`)
}

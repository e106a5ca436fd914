import { error, type JudgeField, quoted } from '../rule.ts'

const malformed = error('date-malformed', 'RFC 3261 20.17')

// rfc1123-date, fixed in every place: "Sat, 13 Nov 2010 23:29:00 GMT".
const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec'
const rfc1123 = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d (?:${months}) \\d{4} \\d\\d:\\d\\d:\\d\\d GMT$`)

/** Date (RFC 3261 20.17): "SIP restricts the time zone in SIP-date to GMT". */
export const judgeDate: JudgeField = (field, report) => {
  if (!rfc1123.test(field.value)) {
    report(malformed, `expected a date like "Sat, 13 Nov 2010 23:29:00 GMT", came ${quoted(field.value)}`)
  }
}

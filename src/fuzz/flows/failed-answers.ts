import { header, statusOf } from '#wire/sip'
import { complaint, isInside, lineOf, type Complaint } from '../oracle.ts'
import { transactionOf, type Passage, type Playing } from './disturbance.ts'

/** What is wrong with a request or with whom it names: nobody else is late, absent or asked twice. */
const kinds: ReadonlySet<string> = new Set(['omit', 'malform', 'foreign', 'deny', 'unless'])

const isRefusal = ({ direction, message }: Passage): boolean => direction === 'sent' && statusOf(message) >= 300

/**
 * RFC 3261 21.5.1: what has to be refused is refused for what is wrong with it; 500 says that the server fell over it. Where another entity has
 * refused something, or it says when to come again (21.5.4), that may be true.
 */
export function failedAnswers({ log, planned }: Playing): readonly Complaint[] {
  if (!kinds.has(planned.derived.variation.kind)) return []
  const failed = log.find((answer, index) => {
    const { direction, message } = answer
    if (direction !== 'received' || statusOf(message) !== 500 || header(message, 'Retry-After') !== undefined)
      return false
    const before = log.slice(0, index)
    const asked = before.find(
      (one) => one.direction === 'sent' && transactionOf(one.message) === transactionOf(message),
    )
    return asked?.step !== undefined && !isInside(asked.message) && !before.some(isRefusal)
  })
  if (failed === undefined) return []
  const expected = 'an answer that the server did not fail to make'
  return [complaint('class', 'RFC 3261 21.5.1', 'robustness', 'answered 500', expected, lineOf(failed.message))]
}

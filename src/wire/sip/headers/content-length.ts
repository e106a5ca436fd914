import { readNumber } from '../grammar.ts'
import { one } from '../header-family.ts'
import { error } from '../rule.ts'
import { numberUpTo } from './number.ts'

const malformed = error('content-length-malformed', 'RFC 3261 20.14')

/** The number of a Content-Length value (RFC 3261 20.14); `undefined` when absent or not digits only. */
export function contentLengthOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : readNumber(value, Number.MAX_SAFE_INTEGER)
}

/** Content-Length in octets. */
export const contentLength = one<number>('RFC 3261 20.14', {
  value: numberUpTo(Number.MAX_SAFE_INTEGER, malformed, 'a number of octets'),
  malformed,
  write: String,
})

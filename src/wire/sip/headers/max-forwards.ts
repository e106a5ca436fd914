import { one } from '../header-family.ts'
import { error } from '../rule.ts'
import { numberUpTo } from './number.ts'

const malformed = error('max-forwards-out-of-range', 'RFC 3261 20.22')

/** Max-Forwards (RFC 3261 20.22): "an integer in the range 0-255". */
export const maxForwards = one<number>('RFC 3261 20.22', {
  value: numberUpTo(255, malformed, '0 to 255'),
  malformed,
  write: String,
})

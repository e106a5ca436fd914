import { isToken } from '../grammar.ts'
import { one, refused } from '../header-family.ts'
import { error } from '../rule.ts'
import { skipWhite } from '../source.ts'
import { largestSequence } from './cseq.ts'
import { numberUpTo } from './number.ts'
import { largestSeconds } from './seconds.ts'
import { readNumber } from '../grammar.ts'

const badSequence = error('rseq-out-of-range', 'RFC 3262 7.1')
const malformed = error('rack-malformed', 'RFC 3262 7.2')

/** RSeq (RFC 3262 7.1): the number of a reliable provisional response. */
export const rseq = one<number>('RFC 3262 7.1', {
  value: numberUpTo(largestSeconds, badSequence, 'a number up to 2**32-1'),
  malformed: badSequence,
  write: String,
})

/** RAck (RFC 3262 7.2): the response that is acknowledged, by its RSeq and its CSeq. */
export interface RAck {
  readonly response: number
  readonly sequence: number
  readonly method: string
}

export const rack = one<RAck>('RFC 3262 7.2', {
  value(source, from, end) {
    const start = skipWhite(source, from, end)
    const [first = '', second = '', method = '', ...rest] = source.cut(start, end).split(/[ \t\r\n]+/)
    const response = readNumber(first, largestSeconds)
    const sequence = readNumber(second, largestSequence)
    source.at = end
    source.passed = true
    return response === undefined || sequence === undefined || !isToken(method) || rest.length > 0
      ? refused(source, malformed, start, end, 'two numbers and a method')
      : { response, sequence, method }
  },
  malformed,
  write: ({ response, sequence, method }) => `${response} ${sequence} ${method}`,
})

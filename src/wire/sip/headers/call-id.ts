import { characters } from '../grammar.ts'
import { ended, many, one, type ReadValue, refused } from '../header-family.ts'
import { error } from '../rule.ts'
import { endOfSet, skipWhite, type Source, octetAt } from '../source.ts'

const malformed = error('call-id-malformed', 'RFC 3261 20.8')

/** The offset after `word [ "@" word ]` (RFC 3261 25.1); -1 when none stands there. */
export function endOfCallId(source: Source, start: number, end: number): number {
  const { octets } = source
  const word = Math.min(endOfSet(octets, start, characters.word), end)
  if (word === start) return -1
  if (word === end || octetAt(octets, word) !== 0x40) return word
  const second = Math.min(endOfSet(octets, word + 1, characters.word), end)
  return second === word + 1 ? -1 : second
}

const value: ReadValue<string> = (source, from, end) => {
  const start = skipWhite(source, from, end)
  const stop = endOfCallId(source, start, end)
  if (stop === -1) return refused(source, malformed, start, end, 'word or word@word')
  return ended(source, stop, end, source.judging ? '' : source.cut(start, stop))
}
const write = (callId: string): string => callId

/** Call-ID (RFC 3261 20.8): word [ "@" word ]. */
export const callId = one('RFC 3261 20.8', { value, malformed, cuts: true, write })

/** In-Reply-To (RFC 3261 20.21): Call-IDs. */
export const inReplyTo = many('RFC 3261 20.21', { value, malformed, cuts: true, write })

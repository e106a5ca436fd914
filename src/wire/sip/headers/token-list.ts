import { ended, type Family, many, one, type ReadValue, refused } from '../header-family.ts'
import { error } from '../rule.ts'
import { endOfToken, indexOfOutside, skipWhite, type Source, trimEnd, octetAt } from '../source.ts'

const COMMA = 0x2c
const SPACE = 0x20

const malformed = error('token-list-malformed', 'RFC 3261 7.3.1')

const value: ReadValue<string> = (source, from, end, clause) => {
  const { octets } = source
  const start = skipWhite(source, from, end)
  const stop = Math.min(endOfToken(octets, start), end)
  const at = stop === end ? end : skipWhite(source, stop, end)
  if (stop === start || (at < end && octetAt(octets, at) !== 0x2c)) {
    const next = indexOfOutside(octets, start, end, 0x2c)
    const came = source.quote(start, trimEnd(octets, start, next))
    source.report(error('token-list-malformed', clause), start, `expected tokens between commas, came ${came}`)
    return undefined
  }
  source.at = at
  return source.judging ? '' : source.cut(start, stop)
}
const write = (token: string): string => token

/** The tokens of a list with commas and perhaps a space between them and nothing else. */
function plainTokens(source: Source, start: number, end: number): readonly string[] | undefined {
  const { octets, judging } = source
  const found: string[] = []
  let at = start
  for (;;) {
    const stop = endOfToken(octets, at)
    if (stop === at) return undefined
    if (!judging) found.push(source.cut(at, stop))
    if (stop === end) return found
    if (octets[stop] !== COMMA) return undefined
    at = octets[stop + 1] === SPACE ? stop + 2 : stop + 1
  }
}

/** Allow, Supported, Require, Proxy-Require, Unsupported, Content-Encoding (RFC 3261 20.5, 20.37, 20.32, ...): tokens and commas. */
export const tokens = (clause: string, mayBeEmpty = false): Family<string> =>
  many(clause, { value, malformed, cuts: true, write, mayBeEmpty, plain: plainTokens })

/** One token alone: SIP-ETag, SIP-If-Match, Priority. */
export const token = (clause: string, rule: string): Family<string> => {
  const wrong = error(rule, clause)
  return one(clause, {
    value(source, from, end) {
      const start = skipWhite(source, from, end)
      const stop = Math.min(endOfToken(source.octets, start), end)
      if (stop === start) return refused(source, wrong, start, end, 'a token')
      return ended(source, stop, end, source.judging ? '' : source.cut(start, stop))
    },
    malformed: wrong,
    cuts: true,
    write,
  })
}

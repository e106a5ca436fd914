import { unfolded } from '../grammar.ts'
import { type Family, one, refused } from '../header-family.ts'
import { error } from '../rule.ts'
import { endOfToken, skipWhite, octetAt } from '../source.ts'
import { endOfComment } from './seconds.ts'

const malformed = error('product-malformed', 'RFC 3261 20.35')

/** Server and User-Agent (RFC 3261 20.35, 20.41) as they came: products `name[/version]` and comments. */
export const products = (clause: string): Family<string> =>
  one(clause, {
    value(source, start, end) {
      const { octets } = source
      let at = start
      while (at < end) {
        const from = at
        if (octetAt(octets, at) === 0x28) at = endOfComment(source, at, end)
        else {
          at = endOfToken(octets, at)
          if (at > from && at < end && octetAt(octets, at) === 0x2f) at = endOfToken(octets, at + 1)
        }
        if (at === from || at === -1) return refused(source, malformed, from, end, 'products and (comments)')
        at = skipWhite(source, at, end)
      }
      source.at = end
      if (start === end) return refused(source, malformed, start, end, 'a product')
      return source.judging ? '' : unfolded(source.cut(start, end))
    },
    malformed,
    cuts: true,
    write: (value) => value,
  })

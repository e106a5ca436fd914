import { characters } from '../grammar.ts'
import { type Family, one } from '../header-family.ts'
import { error } from '../rule.ts'
import { type TokenReading, tokenWith } from './token-parameters.ts'

/** A field of one of two words: Refer-Sub (RFC 4488 4), Geolocation-Routing (RFC 6442 4.2). */
export const eitherWord = (clause: string, rule: string, yes: string, no: string): Family<TokenReading, boolean> => {
  const malformed = error(rule, clause)
  return one<TokenReading, boolean>(clause, {
    value: tokenWith(characters.token, malformed, `${yes} or ${no}`, (source, read) => {
      const word = read.token.toLowerCase()
      if (word !== yes && word !== no)
        source.report(malformed, read.start, `expected ${yes} or ${no}, came ${JSON.stringify(read.token)}`)
    }),
    malformed,
    view: (read) => read.token.toLowerCase() === yes,
    write: (value) => (value ? yes : no),
  })
}

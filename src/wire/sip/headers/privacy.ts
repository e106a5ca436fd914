import { characters } from '../grammar.ts'
import { one } from '../header-family.ts'
import { error } from '../rule.ts'
import { type TokenReading, tokenWith } from './token-parameters.ts'

const malformed = error('privacy-malformed', 'RFC 3323 4.2')

/** Privacy (RFC 3323 4.2): values between semicolons: `id;header`. */
export const privacy = one<TokenReading, readonly string[]>('RFC 3323 4.2', {
  value: tokenWith(characters.token, malformed, 'privacy values between semicolons', (source, read) => {
    const valued = read.parameters.find(({ value }) => value !== undefined)
    if (valued !== undefined) source.report(malformed, read.start, `expected words alone, came ${valued.name}=...`)
  }),
  malformed,
  view: (read) => [read.token, ...read.parameters.map(({ name }) => name)],
  write: (values) => values.join(';'),
})

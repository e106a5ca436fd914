import { characters } from '../grammar.ts'
import { one } from '../header-family.ts'
import { error, quoted } from '../rule.ts'
import { writeParameters } from '../parameters.ts'
import { judgeParameter, type TokenReading, tokenWith } from './token-parameters.ts'

const malformed = error('session-id-malformed', 'RFC 7329 4')

/** Session-ID (RFC 7329 4, with `remote` of RFC 7989 5): 32 hexadecimal digits in lower case. */
export interface SessionId {
  readonly uuid: string
  readonly remote: string | undefined
}

const isUuid = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)

export const sessionId = one<TokenReading, SessionId>('RFC 7329 4', {
  value: tokenWith(characters.token, malformed, '32 lower-case hexadecimal digits', (source, read) => {
    if (!isUuid(read.token))
      source.report(malformed, read.start, `expected 32 lower-case hexadecimal digits, came ${quoted(read.token)}`)
    judgeParameter(source, read, 'remote', malformed, isUuid, '32 lower-case hexadecimal digits')
  }),
  malformed,
  view: (read) => ({ uuid: read.token, remote: read.parameter('remote') }),
  write: ({ uuid, remote }) =>
    `${uuid}${remote === undefined ? '' : writeParameters([{ name: 'remote', value: remote }])}`,
})

import { characters } from '../grammar.ts'
import { one, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { error } from '../rule.ts'
import { judgeParameter, type TokenReading, tokenWith, writeToken } from './token-parameters.ts'

const malformed = error('content-disposition-malformed', 'RFC 3261 20.11')
const badHandling = error('content-disposition-handling-malformed', 'RFC 5621 7')

/** Content-Disposition (RFC 3261 20.11, RFC 5621 7): `session;handling=required`. */
export interface ContentDisposition {
  readonly type: string
  /** `required` when absent (RFC 3261 20.11). */
  readonly handling: string
  readonly parameters: readonly Parameter[]
}

export const contentDisposition = one<TokenReading, ContentDisposition>('RFC 3261 20.11', {
  value: tokenWith(characters.token, malformed, 'a disposition type', (source, read) =>
    judgeParameter(source, read, 'handling', badHandling, (value) => value !== '', 'required, optional or a token'),
  ),
  malformed,
  view: viewOf<TokenReading, ContentDisposition>({
    type: (read) => read.token,
    handling: (read) => read.parameter('handling') ?? 'required',
    parameters: (read) => read.parameters,
  }),
  write: ({ type, parameters }) => writeToken({ token: type, parameters }),
})

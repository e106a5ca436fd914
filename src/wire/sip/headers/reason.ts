import { characters, readNumber } from '../grammar.ts'
import { many, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { error } from '../rule.ts'
import { judgeParameter, type TokenReading, tokenWith, writeToken } from './token-parameters.ts'

const malformed = error('reason-malformed', 'RFC 3326 2')

/** One value of Reason (RFC 3326 2): `SIP;cause=200;text="Call completed elsewhere"`. */
export interface Reason {
  /** `SIP`, `Q.850`, ... */
  readonly protocol: string
  readonly cause: number | undefined
  readonly text: string | undefined
  readonly parameters: readonly Parameter[]
}

export const reason = many<TokenReading, Reason>('RFC 3326 2', {
  value: tokenWith(characters.token, malformed, 'a protocol', (source, read) =>
    judgeParameter(source, read, 'cause', malformed, (cause) => readNumber(cause, 1e9) !== undefined, 'a number'),
  ),
  malformed,
  view: viewOf<TokenReading, Reason>({
    protocol: (read) => read.token,
    cause: (read) => read.numberOf('cause'),
    text: (read) => read.parameter('text'),
    parameters: (read) => read.parameters,
  }),
  write: ({ protocol, parameters }) => writeToken({ token: protocol, parameters }),
})

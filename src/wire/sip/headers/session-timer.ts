import { characters, readNumber } from '../grammar.ts'
import { type Family, one, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { writeParameters } from '../parameters.ts'
import { error, type Rule } from '../rule.ts'
import { numberIn } from './number.ts'
import { largestSeconds } from './seconds.ts'
import { judgeParameter, type TokenReading, tokenWith } from './token-parameters.ts'

/** Session-Expires and Min-SE (RFC 4028 4, 5). */
export interface SessionTimer {
  readonly seconds: number
  /** `uac` or `uas`; in Session-Expires only. */
  readonly refresher: string | undefined
  readonly parameters: readonly Parameter[]
}

const badSessionExpires = error('session-expires-malformed', 'RFC 4028 4')
const badMinimum = error('min-se-malformed', 'RFC 4028 5')
const badRefresher = error('refresher-malformed', 'RFC 4028 4')

const timer = (clause: string, malformed: Rule): Family<TokenReading, SessionTimer> => ({
  ...one<TokenReading, SessionTimer>(clause, {
    value: tokenWith(characters.token, malformed, 'seconds', (source, read) => {
      if (numberIn(source.octets, read.start, read.tokenEnd, largestSeconds) === -1)
        source.report(malformed, read.start, `expected seconds up to 2**32-1, came ${JSON.stringify(read.token)}`)
      judgeParameter(source, read, 'refresher', badRefresher, isRefresher, 'uac or uas')
    }),
    malformed,
    view: viewOf<TokenReading, SessionTimer>({
      seconds: (read) => readNumber(read.token, largestSeconds) ?? Number.NaN,
      refresher: (read) => read.parameter('refresher'),
      parameters: (read) => read.parameters,
    }),
    write: ({ seconds, parameters }) => `${seconds}${writeParameters(parameters)}`,
  }),
})
const isRefresher = (value: string): boolean =>
  value === 'uac' || value === 'uas' || ['uac', 'uas'].includes(value.toLowerCase())

export const sessionExpires = timer('RFC 4028 4', badSessionExpires)
export const minimalSessionExpires = timer('RFC 4028 5', badMinimum)

import { characters } from '../grammar.ts'
import { type Family, many } from '../header-family.ts'
import { error } from '../rule.ts'
import { isQualityValue } from './contact.ts'
import { judgeParameter, type TokenReading, tokenWith, type WithParameters, writeToken } from './token-parameters.ts'

const malformed = error('accept-range-malformed', 'RFC 3261 20.2')
const badPreference = error('accept-q-out-of-range', 'RFC 3261 25.1')

/** Accept-Encoding and Accept-Language (RFC 3261 20.2, 20.3): codings or language ranges, each perhaps with q. */
export const acceptRanges = (clause: string): Family<TokenReading, WithParameters> =>
  many<TokenReading, WithParameters>(clause, {
    value: tokenWith(characters.token, malformed, 'a coding or language, or *', (source, read) =>
      judgeParameter(source, read, 'q', badPreference, isQualityValue, '0 to 1 with up to three decimals'),
    ),
    malformed,
    write: writeToken,
    mayBeEmpty: true,
  })

import { characters, readNumber } from '../grammar.ts'
import { one, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { writeParameters } from '../parameters.ts'
import { error, quoted } from '../rule.ts'
import { type TokenReading, tokenWith } from './token-parameters.ts'

const malformed = error('geolocation-error-malformed', 'RFC 6442 4.3')

/** Geolocation-Error (RFC 6442 4.3): `100;code="Cannot Process Location"`. Geolocation itself is a list of addresses. */
export interface GeolocationError {
  readonly code: number
  readonly text: string | undefined
  readonly parameters: readonly Parameter[]
}

export const geolocationError = one<TokenReading, GeolocationError>('RFC 6442 4.3', {
  value: tokenWith(characters.token, malformed, 'three digits', (source, read) => {
    if (!/^\d{3}$/.test(read.token))
      source.report(malformed, read.start, `expected three digits, came ${quoted(read.token)}`)
  }),
  malformed,
  view: viewOf<TokenReading, GeolocationError>({
    code: (read) => readNumber(read.token, 999) ?? Number.NaN,
    text: (read) => read.parameter('code'),
    parameters: (read) => read.parameters,
  }),
  write: ({ code, parameters }) => `${code}${writeParameters(parameters)}`,
})

import { characters, unquote } from '../grammar.ts'
import { many, one, type ReadValue, refused, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { scanParameters, writeParameters, writeQuoted } from '../parameters.ts'
import { error, type Rule } from '../rule.ts'
import { endOfQuotedIn, endOfToken, skipWhite, type Source, trimEnd, octetAt } from '../source.ts'
import { TokenReading, tokenWith, writeToken } from './token-parameters.ts'

const badAccess = error('access-network-info-malformed', 'RFC 7315 5.4')
const badNetwork = error('visited-network-id-malformed', 'RFC 7315 5.3')
const badCharging = error('charging-vector-malformed', 'RFC 7315 5.6')
const badFunction = error('charging-function-addresses-malformed', 'RFC 7315 5.5')

/** One value of P-Access-Network-Info (RFC 7315 5.4): `3GPP-E-UTRAN-TDD;utran-cell-id-3gpp=234151D0FCE11`. */
export interface AccessNetworkInfo {
  readonly accessType: string
  /** `network-provided`: not the user equipment's word. */
  readonly networkProvided: boolean
  readonly parameters: readonly Parameter[]
}

export const accessNetworkInfo = many<TokenReading, AccessNetworkInfo>('RFC 7315 5.4', {
  value: tokenWith(characters.token, badAccess, 'an access type or class'),
  malformed: badAccess,
  view: viewOf<TokenReading, AccessNetworkInfo>({
    accessType: (read) => read.token,
    networkProvided: (read) => read.parameter('network-provided') !== undefined,
    parameters: (read) => read.parameters,
  }),
  write: ({ accessType, parameters }) => writeToken({ token: accessType, parameters }),
})

/** One value of P-Visited-Network-ID (RFC 7315 5.3): a token or a quoted string. */
export interface VisitedNetwork {
  readonly network: string
  readonly parameters: readonly Parameter[]
}

export const visitedNetworkId = many<TokenReading, VisitedNetwork>('RFC 7315 5.3', {
  value(source, from, end, clause) {
    const start = skipWhite(source, from, end)
    const stop =
      octetAt(source.octets, start) === 0x22
        ? endOfQuotedIn(source, start, end)
        : Math.min(endOfToken(source.octets, start), end)
    if (stop === -1 || stop === start) return refused(source, badNetwork, start, end, 'a token or a quoted string')
    return withParameters(source, start, stop, end, clause)
  },
  malformed: badNetwork,
  view: (read) => ({ network: unquote(read.token), parameters: read.parameters }),
  write: ({ network, parameters }) => `${writeQuoted(network)}${writeParameters(parameters)}`,
})

function withParameters(source: Source, start: number, stop: number, end: number, clause: string): TokenReading {
  const parameters = skipWhite(source, stop, end)
  source.at = scanParameters(source, parameters, end, clause)
  return new TokenReading(source, start, stop, parameters, trimEnd(source.octets, parameters, source.at))
}

/** Parameters without a word before them: the name of the first must be one of some. */
const parametersAlone =
  (malformed: Rule, first: RegExp, expected: string): ReadValue<TokenReading> =>
  (source, from, end, clause) => {
    const start = skipWhite(source, from, end)
    const nameEnd = Math.min(endOfToken(source.octets, start), end)
    if (!first.test(source.cut(start, nameEnd))) return refused(source, malformed, start, end, expected)
    source.at = scanParameters(source, start, end, clause, true)
    // Parameters are found from the separator before them on.
    return new TokenReading(source, start, start, start - 1, trimEnd(source.octets, start, source.at))
  }

/** P-Charging-Vector (RFC 7315 5.6). */
export interface ChargingVector {
  readonly icidValue: string
  readonly originatingIoi: string | undefined
  readonly terminatingIoi: string | undefined
  readonly parameters: readonly Parameter[]
}

const writeAlone = (parameters: readonly Parameter[]): string => writeParameters(parameters).slice(1)

export const chargingVector = one<TokenReading, ChargingVector>('RFC 7315 5.6', {
  value: parametersAlone(badCharging, /^icid-value$/i, 'icid-value=...'),
  malformed: badCharging,
  view: viewOf<TokenReading, ChargingVector>({
    icidValue: (read) => read.parameter('icid-value') ?? '',
    originatingIoi: (read) => read.parameter('orig-ioi'),
    terminatingIoi: (read) => read.parameter('term-ioi'),
    parameters: (read) => read.parameters,
  }),
  write: ({ parameters }) => writeAlone(parameters),
})

/** P-Charging-Function-Addresses (RFC 7315 5.5): `ccf=...;ecf=...`. */
export const chargingFunctionAddresses = many<TokenReading, readonly Parameter[]>('RFC 7315 5.5', {
  value: parametersAlone(badFunction, /^[\w.!%*+`'~-]+$/, 'ccf=... or ecf=...'),
  malformed: badFunction,
  view: (read) => read.parameters,
  write: writeAlone,
})

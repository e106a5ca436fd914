import { octetAt } from '../source.ts'
import { characters } from '../grammar.ts'
import { type Family, many, viewOf } from '../header-family.ts'
import type { Parameter } from '../message.ts'
import { error, type Rule } from '../rule.ts'
import { type TokenReading, tokenWith } from './token-parameters.ts'

/** One value of Accept-Contact or Reject-Contact (RFC 3841 9.2, 9.3): `*` and a feature set. */
export interface ContactPreference {
  /** The feature tags, `require` and `explicit` taken out. */
  readonly features: readonly Parameter[]
  readonly require: boolean
  readonly explicit: boolean
}

const flags = new Set(['require', 'explicit'])

const preference = (clause: string, malformed: Rule): Family<TokenReading, ContactPreference> =>
  many<TokenReading, ContactPreference>(clause, {
    value: tokenWith(characters.token, malformed, '* and feature parameters', (source, read) => {
      if (read.tokenEnd - read.start !== 1 || octetAt(source.octets, read.start) !== 0x2a)
        source.report(malformed, read.start, `expected *, came ${JSON.stringify(read.token)}`)
    }),
    malformed,
    view: viewOf<TokenReading, ContactPreference>({
      features: (read) => read.parameters.filter(({ name }) => !flags.has(name.toLowerCase())),
      require: (read) => read.parameter('require') !== undefined,
      explicit: (read) => read.parameter('explicit') !== undefined,
    }),
    write: ({ features, require, explicit }) =>
      `*${writeFeatures(features)}${require ? ';require' : ''}${explicit ? ';explicit' : ''}`,
  })

// Values of feature parameters stand in quotes (RFC 3840 9).
const writeFeatures = (features: readonly Parameter[]): string =>
  features
    .map(({ name, value }) => (value === undefined ? `;${name}` : `;${name}="${value.replace(/["\\]/g, '\\$&')}"`))
    .join('')

export const acceptContact = preference('RFC 3841 9.2', error('accept-contact-malformed', 'RFC 3841 9.2'))
export const rejectContact = preference('RFC 3841 9.3', error('reject-contact-malformed', 'RFC 3841 9.3'))

const badDirective = error('request-disposition-malformed', 'RFC 3841 9.1')
const directives = new Set(
  [
    'proxy',
    'redirect',
    'cancel',
    'no-cancel',
    'fork',
    'no-fork',
    'recurse',
    'no-recurse',
    'parallel',
    'sequential',
  ].concat('queue', 'no-queue'),
)

/** Request-Disposition (RFC 3841 9.1): how proxies are to handle the request. */
export const requestDisposition = many<TokenReading, string>('RFC 3841 9.1', {
  value: tokenWith(characters.token, badDirective, 'a directive', (source, read) => {
    if (!directives.has(read.token.toLowerCase()) || read.end !== read.parametersStart)
      source.report(badDirective, read.start, `expected a directive, came ${JSON.stringify(read.token)}`)
  }),
  malformed: badDirective,
  view: (read) => read.token.toLowerCase(),
  write: (directive) => directive,
})

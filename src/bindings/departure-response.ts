import { publicationRules } from './acceptance.ts'
import type { Alternative, ResponseBinding, WireRule } from './binding.ts'
import { departureRequest } from './departure-request.ts'
import { refusal, refuse } from './refusal.ts'
import { absentFrom, isFinal, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { defaultBinding, sources } from './sources.ts'

const name = 'migration service de-authorization response'

const expires: WireRule = { ...publicationRules.expires, expected: ['Expires: 0'] }

const rulesOf = (alternative: Alternative): readonly WireRule[] => (alternative === 'publish' ? [expires] : [])

/** The final response to the PUBLISH or REGISTER with which a client leaves. */
export const departureResponse = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: departureRequest,
  source: sources.departure,
  summary: `final response to ${alternative.toUpperCase()} with an expiration of 0`,
  when: 'The partner MC service server sends it when the user has left (step 2).',
  implied: ['result'],
  recognises: isFinal,
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 403 (Forbidden) unless another is given',
      source: defaultBinding('refusal'),
    },
    ...(alternative === 'publish' ? [{ name: 'Expires', value: '0, in 200', source: sources.publishResponse }] : []),
    warningField(values),
  ],
  mappings: () => [resultInStatus('the user has left', defaultBinding('client-leg'))],
  rules: () => rulesOf(alternative),
  encode(ies, parties, values, _request, how) {
    if (ies.result === 'refused')
      return how === undefined ? refusal('service authorisation', parties.host, values) : refuse(how, parties.host)
    return { status: 200, reason: 'OK', headers: alternative === 'publish' ? [['Expires', '0']] : [] }
  },
  decode: (message) => ({
    name,
    ies: resultOf(message),
    problems: absentFrom(message, rulesOf(alternative)),
    spans: {},
  }),
})

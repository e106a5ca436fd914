import { headerField, type SipMessage } from '#wire/sip'
import type { Alternative, IeValues, ResponseBinding, WireRule } from './binding.ts'
import { departureRequest } from './departure-request.ts'
import { refusal, refuse } from './refusal.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

const name = 'migration service de-authorization response'

const expires: WireRule = {
  field: 'Expires',
  requirement: '200 (OK) to PUBLISH has an Expires header field',
  source: sources.publishResponse,
  expected: ['Expires: 0'],
}

const statusOf = ({ startLine }: SipMessage): number => (startLine.kind === 'response' ? startLine.status : 0)

/** The final response to the PUBLISH or REGISTER with which a client leaves. */
export const departureResponse = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: departureRequest,
  source: sources.departure,
  summary: `final response to ${alternative.toUpperCase()} with an expiration of 0`,
  when: 'The partner MC service server sends it when the user has left (step 2).',
  implied: ['result'],
  recognises: (message) => statusOf(message) >= 200,
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 403 (Forbidden) unless another is given',
      source: defaultBinding('refusal'),
    },
    ...(alternative === 'publish' ? [{ name: 'Expires', value: '0, in 200', source: sources.publishResponse }] : []),
    {
      name: 'Warning',
      value: '399 <host name of the server> "<MC code and text>", in a refusal',
      source: sourcesOf(values.service).warning,
    },
  ],
  mappings: () => [
    {
      ie: 'result',
      status: 'M',
      carriedIn: 'status code',
      meaning: "'accepted': the user has left; 'refused'",
      source: defaultBinding('client-leg'),
    },
  ],
  rules: () => (alternative === 'publish' ? [expires] : []),
  encode(ies, parties, values, _request, how) {
    if (ies.result === 'refused')
      return how === undefined ? refusal('service authorisation', parties.host, values) : refuse(how, parties.host)
    return { status: 200, reason: 'OK', headers: alternative === 'publish' ? [['Expires', '0']] : [] }
  },
  decode(message) {
    const status = statusOf(message)
    const ies: IeValues = status < 200 ? {} : { result: status < 300 ? 'accepted' : 'refused' }
    const silent = alternative === 'publish' && status >= 200 && status < 300 && !headerField(message, 'Expires')
    return { name, ies, problems: silent ? [problem(expires, 'no Expires')] : [], spans: {} }
  },
})

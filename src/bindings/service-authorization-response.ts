import type { SipMessage } from '#wire/sip'
import { acceptance, judgeSuccess, successFields, successRules } from './authorization-response.ts'
import type { Alternative, IeValues, ResponseBinding } from './binding.ts'
import { refusal, refuse } from './refusal.ts'
import { serviceAuthorizationRequest } from './service-authorization-request.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'

const name = 'service authorization response'

const statusOf = ({ startLine }: SipMessage): number => (startLine.kind === 'response' ? startLine.status : 0)

/** The final response to the PUBLISH or REGISTER of a user of the own MC system. */
export const serviceAuthorizationResponse = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: serviceAuthorizationRequest,
  source: sources.serviceAuthorization,
  summary: `final response to ${alternative.toUpperCase()}`,
  when: 'The primary MC service server sends it to the MC service client (step 4).',
  implied: ['result'],
  recognises: (message) => statusOf(message) >= 200,
  fields: (values) => [
    {
      name: 'status code',
      value: `200 (OK) when accepted; ${values.refusalStatus} (${values.refusalReason}) when refused`,
      source: defaultBinding('refusal'),
    },
    ...successFields(alternative, values),
    {
      name: 'Warning',
      value: `399 <host name of the server> "${values.serviceAuthorisationWarning}", in a refusal`,
      source: sourcesOf(values.service).warning,
    },
  ],
  mappings: () => [
    {
      ie: 'result',
      status: 'M',
      carriedIn: 'status code',
      meaning: "'accepted': the user is served by the primary MC system; 'refused'",
      source: defaultBinding('client-leg'),
    },
  ],
  rules: () => successRules(alternative),
  encode(ies, parties, values, request, how) {
    if (ies.result === 'refused')
      return how === undefined ? refusal('service authorisation', parties.host, values) : refuse(how, parties.host)
    return { status: 200, reason: 'OK', headers: acceptance(alternative, request, parties, values) }
  },
  decode(message) {
    const status = statusOf(message)
    const ies: IeValues = status < 200 ? {} : { result: status < 300 ? 'accepted' : 'refused' }
    const problems = status >= 200 && status < 300 ? judgeSuccess(alternative, message) : []
    return { name, ies, problems, spans: {} }
  },
})

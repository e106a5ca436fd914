import { acceptanceFields, acceptanceHeaders, acceptanceRules, judgeAcceptance } from './acceptance.ts'
import type { Alternative, ResponseBinding } from './binding.ts'
import { refusal, refuse } from './refusal.ts'
import { isFinal, isSuccess, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { serviceAuthorizationRequest } from './service-authorization-request.ts'
import { defaultBinding, sources } from './sources.ts'

const name = 'service authorization response'

/** The final response to the PUBLISH or REGISTER of a user of the own MC system. */
export const serviceAuthorizationResponse = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: serviceAuthorizationRequest,
  source: sources.serviceAuthorization,
  summary: `final response to ${alternative.toUpperCase()}`,
  when: 'The primary MC service server sends it to the MC service client (step 4).',
  implied: ['result'],
  recognises: isFinal,
  fields: (values) => [
    {
      name: 'status code',
      value: `200 (OK) when accepted; ${values.refusalStatus} (${values.refusalReason}) when refused`,
      source: defaultBinding('refusal'),
    },
    ...acceptanceFields(alternative, values),
    warningField(values, values.serviceAuthorisationWarning),
  ],
  mappings: () => [resultInStatus('the user is served by the primary MC system', defaultBinding('client-leg'))],
  rules: () => acceptanceRules(alternative),
  encode(ies, parties, values, request, how) {
    if (ies.result === 'refused')
      return how === undefined ? refusal('service authorisation', parties.host, values) : refuse(how, parties.host)
    return { status: 200, reason: 'OK', headers: acceptanceHeaders(alternative, request, parties, values) }
  },
  decode: (message) => ({
    name,
    ies: resultOf(message),
    problems: isSuccess(message) ? judgeAcceptance(alternative, message) : [],
    spans: {},
  }),
})

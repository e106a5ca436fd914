import { acceptanceFields, acceptanceHeaders, acceptanceRules, judgeAcceptance } from './acceptance.ts'
import { type SipMessage } from '#wire/sip'
import { authorizationRequest } from './authorization-request.ts'
import type { Alternative, Decoded, IeValues, Parties, ResponseBinding } from './binding.ts'
import { carried, informationRules, only, readInformation, writeInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules, receivedBody } from './received-body.ts'
import { refusal, refuse, type Refusal } from './refusal.ts'
import { isFinal, isSuccess, resultOf, warningField } from './result-of-status.ts'
import { services } from './service.ts'
import { defaultBinding, sources } from './sources.ts'

const name = 'migration service authorization response'
const keys = ['mcServiceId', 'result', 'temporaryId'] as const

/** The final response to PUBLISH or REGISTER is the answer to the client. */
export const authorizationResponse = (alternative: Alternative): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: authorizationRequest,
  source: sources.procedure,
  summary: alternative === 'publish' ? 'final response to PUBLISH' : 'final response to REGISTER',
  when: 'The partner MC service server sends it to the MC service client after its own refusal (step 2), or once the primary MC system has answered (step 11).',
  implied: ['mcServiceId', 'result'],
  recognises: isFinal,
  fields: (values) => [
    {
      name: 'status code',
      value: `200 (OK) when accepted; ${values.refusalStatus} (${values.refusalReason}) when refused`,
      source: defaultBinding('refusal'),
    },
    ...acceptanceFields(alternative, values),
    warningField(values, values.serviceAuthorisationWarning),
    {
      name: 'Content-Type',
      value: `${services[values.service].infoType}, where there is a body`,
      source: defaultBinding('client-leg'),
    },
    {
      name: 'body',
      value: `${services[values.service].infoName} in 200; in a refusal only where it says what the transaction does not: a temporary identity, or another mcServiceId than was asked about`,
      source: defaultBinding('client-leg'),
    },
  ],
  mappings({ service }) {
    const { prefix, infoName } = services[service]
    return [
      carried(service, 'mcServiceId', 'M', {
        carriedIn: `anyExt/primary-${prefix}-id/${prefix}URI; implied by the transaction where there is no ${infoName}`,
      }),
      carried(service, 'result', 'M', {
        carriedIn: `status code; anyExt/migration-auth-result where there is ${infoName}`,
        source: defaultBinding('client-leg'),
      }),
      carried(service, 'temporaryId', 'O'),
    ]
  },
  rules: ({ service }) => {
    const { info: _, type, ...body } = bodyRules(defaultBinding('client-leg'), service)
    return [
      ...acceptanceRules(alternative),
      type,
      ...Object.values(body).filter((rule) => rule !== body.settingsSchema),
      ...informationRules(service, 'result'),
    ]
  },
  encode: (ies, parties, values, request, how) =>
    ies.result === 'refused'
      ? encodeRefused(ies, parties, values, request, how)
      : encodeAccepted(alternative, ies, parties, values),
  decode: (message, values, request) => decode(alternative, message, values, request),
})

function encodeAccepted(alternative: Alternative, ies: IeValues, parties: Parties, values: ProfileValues) {
  return {
    status: 200,
    reason: 'OK',
    headers: [
      ...acceptanceHeaders(alternative, ies, parties, values),
      ['Content-Type', services[values.service].infoType],
    ] as const,
    body: writeInformation({ ies: only(ies, keys) }, values),
  }
}

/** A body only where it says something that the transaction does not. */
function encodeRefused(ies: IeValues, parties: Parties, values: ProfileValues, request: IeValues, how?: Refusal) {
  const { host } = parties
  const refused = how === undefined ? refusal('service authorisation', host, values) : refuse(how, host)
  if (ies.mcServiceId === request.mcServiceId && ies.temporaryId === undefined) return refused
  return {
    ...refused,
    headers: [...refused.headers, ['Content-Type', services[values.service].infoType]] as const,
    body: writeInformation({ ies: only(ies, keys) }, values),
  }
}

function decode(alternative: Alternative, message: SipMessage, values: ProfileValues, request: IeValues): Decoded {
  const body = receivedBody(message, values.service)
  const information = readInformation(body.info, values)
  const ies: Record<string, string> = { ...only(information.ies, keys) }
  if (body.info === undefined && request.mcServiceId !== undefined) ies.mcServiceId = request.mcServiceId
  const { result } = resultOf(message)
  // A status that refuses is stronger than what the body says; one that accepts is not.
  if (result !== undefined) ies.result = result === 'refused' ? result : (ies.result ?? result)
  const problems = [...body.problems, ...information.problems]
  if (isSuccess(message)) problems.unshift(...judgeAcceptance(alternative, message))
  return { name, ies, problems, spans: only(information.spans, keys) }
}

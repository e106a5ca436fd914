import type { WrittenMultipart } from '#wire/multipart'
import { header, headerField, type SipMessage } from '#wire/sip'
import type { Parties, Problem, RequestBinding, WireRequest, WireRule } from './binding.ts'
import {
  authorizationBody,
  authorizationBodyRules,
  authorizationRequest,
  authorizationRequestMappings,
  authorizationRules,
  decodeAuthorizationRequest,
  userOf,
  whyOrdinary,
} from './authorization-request.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody, settingsType } from './received-body.ts'
import { services } from './service.ts'
import { clientServiceRules, judgeClientService, clientHeaders, clientHeaderLines } from './service-headers.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

const rules = (values: ProfileValues) =>
  ({
    eventPresent: {
      field: 'Event',
      requirement: 'PUBLISH has an Event header field',
      source: sources.publishRequest,
      expected: [values.event],
    },
    event: {
      field: 'Event',
      requirement: `Event of a PUBLISH for service authorization is ${values.event}`,
      source: sourcesOf(values.service).publish,
      expected: [values.event],
    },
  }) satisfies Record<string, WireRule>

/** The client asks by PUBLISH (TS 24.379 7.2.2), its public user identity in From. */
export const authorizationRequestByPublish: RequestBinding = {
  carrier: 'request',
  message: authorizationRequest,
  method: 'PUBLISH',
  source: sources.procedure,
  summary: 'PUBLISH with Event poc-settings',
  when: 'The MC service client sends it to the partner MC service server when the user wishes to migrate (step 1).',
  fields: (values) => [
    { name: 'Request-URI', value: 'URI of the partner MC service server', source: sourcesOf(values.service).publish },
    { name: 'From', value: '<public user identity>;tag=…', source: sources.publishRequest },
    { name: 'To', value: '<Request-URI>', source: defaultBinding('client-leg') },
    { name: 'Event', value: values.event, source: sourcesOf(values.service).publish },
    { name: 'Expires', value: String(values.expires), source: sources.publishRequest },
    ...clientHeaderLines(values),
    {
      name: 'Content-Type',
      value: `multipart/mixed;boundary=${values.multipartBoundary}`,
      source: sourcesOf(values.service).publish,
    },
    {
      name: 'body',
      value: `parts ${services[values.service].infoType} and ${settingsType}`,
      source: sourcesOf(values.service).publish,
    },
  ],
  mappings: authorizationRequestMappings,
  rules: (values) => [
    ...Object.values(rules(values)),
    ...clientServiceRules(values),
    ...authorizationBodyRules(sourcesOf(values.service).publish, values.service),
    authorizationRules(sourcesOf(values.service).publish, values.service).settings,
  ],
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode: (ies, parties, values) => publication(parties, values, authorizationBody(ies, parties, values, true)),
  decode(message, values) {
    const problems: Problem[] = [...judgeEvent(message, values), ...judgeClientService(message, values)]
    const { types } = receivedBody(message, values.service)
    if (types.length > 0 && !types.includes(settingsType))
      problems.push(
        problem(
          authorizationRules(sourcesOf(values.service).publish, values.service).settings,
          types.join(', '),
          message.bodySpan,
        ),
      )
    return decodeAuthorizationRequest(message, values, problems)
  },
}

function judgeEvent(message: SipMessage, values: ProfileValues): readonly Problem[] {
  const field = headerField(message, 'Event')
  if (field === undefined) return [problem(rules(values).eventPresent, 'no Event')]
  const [type = ''] = field.value.split(';')
  return type.trim().toLowerCase() === values.event.toLowerCase()
    ? []
    : [problem(rules(values).event, field.value, field.valueSpan)]
}

function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  return asksForNothing(message) ?? whyOrdinary(message, values)
}

/** Why a request asks for no service authorization by PUBLISH. */
export function asksForNothing(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'PUBLISH') return 'it is no PUBLISH'
  return Number(header(message, 'Expires') ?? 1) === 0
    ? 'PUBLISH with Expires 0 ends service authorization (TS 24.379 7.3.5)'
    : undefined
}

/** The PUBLISH that has this body. */
export function publication(
  parties: Parties,
  values: ProfileValues,
  { contentType, body }: WrittenMultipart,
): WireRequest {
  const user = userOf(parties)
  return {
    method: 'PUBLISH',
    requestUri: parties.to,
    from: user,
    to: parties.to,
    headers: [
      ['Event', values.event],
      ['Expires', String(values.expires)],
      ...clientHeaders(user, values),
      ['Content-Type', contentType],
    ],
    body,
  }
}

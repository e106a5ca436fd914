import { header, type SipMessage } from '#wire/sip'
import type { RequestBinding, WireRule } from './binding.ts'
import { callInformationRules, elementName, readCallInformation } from './call-information.ts'
import {
  callingClient,
  forwardRequestType,
  privateCallRedirectionName,
  readRedirection,
  redirectionMappings,
  redirectionRules,
  redirectionSource,
  redirectionWhen,
  writeRedirection,
} from './private-call-redirection.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { judgeServerHeaders, serverMessageFields, serverMessageRules, writeServerMessage } from './server-message.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

const correlation: WireRule = {
  field: 'In-Reply-To',
  requirement: 'In-Reply-To holds the Call-ID of the private call request that is redirected',
  source: defaultBinding('redirection'),
  expected: ['In-Reply-To: <Call-ID of the private call request>'],
}

/** The redirection is a SIP MESSAGE of the private call forwarding family (default binding redirection, D7). */
export const privateCallRedirectionByMessage: RequestBinding = {
  carrier: 'request',
  message: privateCallRedirectionName,
  method: 'MESSAGE',
  source: redirectionSource,
  summary: `MESSAGE with request-type ${forwardRequestType}`,
  when: redirectionWhen,
  fields: (values) =>
    serverMessageFields(values, [
      {
        name: 'In-Reply-To',
        value: 'Call-ID of the private call request as it was received',
        source: correlation.source,
      },
    ]),
  mappings: ({ service }) =>
    redirectionMappings(service, {
      carriedIn: `anyExt/${elementName('target', service)}`,
      source: sourcesOf(service).element,
    }),
  rules(values) {
    const { target: _, ...rules } = redirectionRules(values.service)
    return [
      ...Object.values(rules),
      correlation,
      ...serverMessageRules(values),
      ...callInformationRules(values.service),
    ]
  },
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode(ies, parties, values) {
    const information = writeRedirection(ies, values, ies.redirectedTo)
    const more = parties.inReplyTo === undefined ? [] : ([['In-Reply-To', parties.inReplyTo]] as const)
    return { ...writeServerMessage(information, parties, values, more), to: callingClient(parties) }
  },
  decode(message, values) {
    const { ies, spans, problems } = readRedirection(message, values)
    return {
      name: privateCallRedirectionName,
      ies,
      spans,
      problems: [
        ...(header(message, 'In-Reply-To') === undefined ? [problem(correlation, 'no In-Reply-To')] : []),
        ...judgeServerHeaders(message, values),
        ...problems,
      ],
    }
  },
}

function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'MESSAGE') return 'it is no MESSAGE'
  const { said } = readCallInformation(receivedBody(message, values.service).info, values)
  if (said.requestType === forwardRequestType) return undefined
  return said.requestType === undefined
    ? 'it has no request-type'
    : `its request-type is ${JSON.stringify(said.requestType)}`
}

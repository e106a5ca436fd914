import type { Source } from '#verdict'
import type { WrittenMultipart } from '#wire/multipart'
import type { SipMessage } from '#wire/sip'
import type { Parties, RequestBinding, WireRequest, WireField } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
import {
  authorizationBody,
  authorizationBodyRules,
  authorizationRequest,
  authorizationRequestMappings,
  decodeAuthorizationRequest,
  endsRegistration,
  userOf,
  whyOrdinary,
  withoutUser,
} from './authorization-request.ts'
import { services } from './service.ts'
import { contactRules, featureTags, judgeContact } from './service-headers.ts'
import { sources, sourcesOf } from './sources.ts'

/** The client asks by REGISTER (TS 24.379 7.2.1), its public user identity in From and To. */
export const authorizationRequestByRegister: RequestBinding = {
  carrier: 'request',
  message: authorizationRequest,
  method: 'REGISTER',
  source: sources.procedure,
  summary: 'REGISTER with the feature tags of the MC service',
  when: 'The MC service client sends it to the partner MC service server when the user wishes to migrate (step 1).',
  fields: (values) => registrationFields(values, sourcesOf(values.service).register),
  mappings: authorizationRequestMappings,
  rules: (values) => [
    ...Object.values(contactRules(values)),
    ...authorizationBodyRules(sourcesOf(values.service).register, values.service),
  ],
  recognises: (message, values) => mismatch(message, values) === undefined,
  mismatch,
  encode: (ies, parties, values) => registration(parties, values, authorizationBody(ies, parties, values, false)),
  decode: (message, values) => decodeAuthorizationRequest(message, values, judgeContact(message, values)),
}

function mismatch(message: SipMessage, values: ProfileValues): string | undefined {
  return asksForNothing(message) ?? whyOrdinary(message, values)
}

/** Why a request asks for no service authorization by REGISTER. */
export function asksForNothing(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'REGISTER') return 'it is no REGISTER'
  if (message.body.length === 0) return 'REGISTER without a body is a registration with the SIP core alone'
  return endsRegistration(message) ? 'REGISTER with an expiration of 0 ends service authorization' : undefined
}

/** The lines of a REGISTER with an info document, of which `body` is the source. */
export const registrationFields = (values: ProfileValues, body: Source): readonly WireField[] => [
  {
    name: 'Request-URI',
    value: 'URI of the partner MC service server, without a user part',
    source: sources.registerRequest,
  },
  { name: 'From', value: '<public user identity>;tag=…', source: sources.registerRequest },
  { name: 'To', value: '<public user identity>', source: sources.registerRequest },
  {
    name: 'Contact',
    value: `<contact URI of the client>${featureTags(values)};expires=${values.expires}`,
    source: sourcesOf(values.service).register,
  },
  { name: 'Content-Type', value: `multipart/mixed;boundary=${values.multipartBoundary}`, source: body },
  { name: 'body', value: `part ${services[values.service].infoType}`, source: body },
]

/** The REGISTER that has this body. */
export function registration(
  parties: Parties,
  values: ProfileValues,
  { contentType, body }: WrittenMultipart,
): WireRequest {
  const user = userOf(parties)
  return {
    method: 'REGISTER',
    requestUri: withoutUser(parties.to),
    from: user,
    to: user,
    headers: [
      ['Contact', `<${parties.contact ?? user}>${featureTags(values)};expires=${values.expires}`],
      ['Content-Type', contentType],
    ],
    body,
  }
}

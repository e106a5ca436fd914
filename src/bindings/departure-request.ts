import { writeMultipart } from '#wire/multipart'
import { header, headerField, type SipMessage } from '#wire/sip'
import { publication } from './authorization-request-by-publish.ts'
import { registration, registrationFields } from './authorization-request-by-register.ts'
import { clientIdOf, endsRegistration } from './authorization-request.ts'
import type { IeValues, Parties, RequestBinding, WireRule } from './binding.ts'
import { carried, informationRules, only, writeInformation } from './migration-information.ts'
import { decodeInformation } from './migration-message.ts'
import type { ProfileValues } from './profile-values.ts'
import { bodyRules } from './received-body.ts'
import { services } from './service.ts'
import {
  clientServiceRules,
  judgeClientService,
  clientHeaderLines,
  contactRules,
  judgeContact,
} from './service-headers.ts'
import { defaultBinding, sources } from './sources.ts'

// How a client leaves a partner MC system: as it asked for service authorization, with an expiration of 0.

export const departureRequest = 'migration service de-authorization request'
const keys = ['mcServiceId', 'temporaryId'] as const
const when = 'The MC service client sends it to the partner MC service server when the user wishes to leave (step 1).'

/** An expiration of 0 ends what an earlier request began (RFC 3261 10.2.2, RFC 3903 4.5). */
const ended = (values: ProfileValues): ProfileValues => ({ ...values, expires: 0 })

const mappings = ({ service }: ProfileValues) => [
  carried(service, 'mcServiceId', 'M'),
  carried(service, 'temporaryId', 'C'),
]

const bodyOf = (ies: IeValues, parties: Parties, values: ProfileValues) =>
  writeMultipart(
    [
      {
        headers: [['Content-Type', services[values.service].infoType]],
        body: writeInformation({ ies: only(ies, keys), clientId: clientIdOf(parties) }, values),
      },
    ],
    values.multipartBoundary,
  )

function bodyRulesOf({ service }: ProfileValues): readonly WireRule[] {
  const { settingsSchema: _, ...body } = bodyRules(defaultBinding('departure'), service)
  return [...Object.values(body), ...informationRules(service, 'no result')]
}

/** PUBLISH that ends the publication (TS 24.379 7.3.5). */
export const departureRequestByPublish: RequestBinding = {
  carrier: 'request',
  message: departureRequest,
  method: 'PUBLISH',
  source: sources.departure,
  summary: 'PUBLISH with Event poc-settings and Expires 0',
  when,
  fields: (values) => [
    { name: 'Request-URI', value: 'URI of the partner MC service server', source: defaultBinding('departure') },
    { name: 'From', value: '<public user identity>;tag=…', source: sources.publishRequest },
    { name: 'To', value: '<Request-URI>', source: defaultBinding('client-leg') },
    { name: 'Event', value: values.event, source: defaultBinding('departure') },
    { name: 'Expires', value: '0', source: defaultBinding('departure') },
    ...clientHeaderLines(values),
    {
      name: 'Content-Type',
      value: `multipart/mixed;boundary=${values.multipartBoundary}`,
      source: defaultBinding('departure'),
    },
    { name: 'body', value: `part ${services[values.service].infoType}`, source: defaultBinding('departure') },
  ],
  mappings,
  rules: (values) => [...clientServiceRules(values), ...bodyRulesOf(values)],
  recognises: (message, values) => byPublish(message, values) === undefined,
  mismatch: byPublish,
  encode: (ies, parties, values) => publication(parties, ended(values), bodyOf(ies, parties, values)),
  decode: (message, values) =>
    decodeInformation(departureRequest, keys, message, values, [...judgeClientService(message, values)]),
}

function byPublish(message: SipMessage, values: ProfileValues): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'PUBLISH') return 'it is no PUBLISH'
  if (Number(header(message, 'Expires') ?? 1) !== 0) return 'its Expires is not 0'
  const [event = ''] = (headerField(message, 'Event')?.value ?? '').split(';')
  return event.trim().toLowerCase() === values.event.toLowerCase() ? undefined : `its Event is not ${values.event}`
}

/** REGISTER that ends the registration for the service (TS 24.379 7.2.1, RFC 3261 10.2.2). */
export const departureRequestByRegister: RequestBinding = {
  carrier: 'request',
  message: departureRequest,
  method: 'REGISTER',
  source: sources.departure,
  summary: 'REGISTER with an expiration of 0',
  when,
  fields: (values) => registrationFields(ended(values), defaultBinding('departure')),
  mappings,
  rules: (values) => [...Object.values(contactRules(values)), ...bodyRulesOf(values)],
  recognises: (message) => byRegister(message) === undefined,
  mismatch: byRegister,
  encode: (ies, parties, values) => registration(parties, ended(values), bodyOf(ies, parties, values)),
  decode: (message, values) =>
    decodeInformation(departureRequest, keys, message, values, judgeContact(message, values)),
}

function byRegister(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'REGISTER') return 'it is no REGISTER'
  if (message.body.length === 0) return 'REGISTER without a body is a registration with the SIP core alone'
  return endsRegistration(message) ? undefined : 'its expiration is not 0'
}

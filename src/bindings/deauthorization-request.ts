import type { Alternative, RequestBinding } from './binding.ts'
import { authorizationBodyRules, decodeAuthorizationRequest } from './authorization-request.ts'
import {
  authorizationRequestByPublish,
  endsPublication,
  judgePublish,
  writePublish,
} from './authorization-request-by-publish.ts'
import { authorizationRequestByRegister, endsRegistration, writeRegister } from './authorization-request-by-register.ts'
import { carried, only } from './migration-information.ts'
import type { SipMessage } from '#wire/sip'
import { defaultBinding, sourcesOf } from './sources.ts'
import type { WireField } from './binding.ts'

export const deauthorizationRequestName = 'migration service de-authorization request'
const keys = ['mcServiceId', 'temporaryId'] as const

/** What both ways of leaving have in common (TS 24.379 7.2, 7.3.5). */
const leaving = {
  carrier: 'request',
  message: deauthorizationRequestName,
  source: defaultBinding('return'),
  when: 'The MC service client sends it to the partner MC service server when the user leaves the partner MC system.',
  mappings: ({ service }) => [carried(service, 'mcServiceId', 'M'), carried(service, 'temporaryId', 'C')],
} as const satisfies Partial<RequestBinding>

/** A field of the same request for service authorization, with the expiration that ends it. */
const ending = (field: WireField, values: { readonly expires: number }): WireField =>
  field.value.includes(String(values.expires))
    ? { ...field, value: field.value.replace(String(values.expires), '0'), source: defaultBinding('return') }
    : field

const byPublish: RequestBinding = {
  ...leaving,
  method: 'PUBLISH',
  summary: 'PUBLISH with Event poc-settings and Expires 0',
  fields: (values) => authorizationRequestByPublish.fields(values).map((field) => ending(field, values)),
  rules: (values) => authorizationBodyRules(sourcesOf(values.service).publish, values.service),
  recognises: (message) => notPublished(message) === undefined,
  mismatch: notPublished,
  encode: (ies, parties, values) => writePublish(only(ies, keys), parties, values, 0),
  decode: (message, values) =>
    decodeAuthorizationRequest(message, values, judgePublish(message, values), deauthorizationRequestName, keys),
}

const byRegister: RequestBinding = {
  ...leaving,
  method: 'REGISTER',
  summary: 'REGISTER with an expiration of 0',
  fields: (values) => authorizationRequestByRegister.fields(values).map((field) => ending(field, values)),
  rules: (values) => authorizationBodyRules(sourcesOf(values.service).register, values.service),
  recognises: (message) => notRegistered(message) === undefined,
  mismatch: notRegistered,
  encode: (ies, parties, values) => writeRegister(only(ies, keys), parties, values, 0),
  decode: (message, values) => decodeAuthorizationRequest(message, values, [], deauthorizationRequestName, keys),
}

/** The client leaves in the way in which it came. */
export const deauthorizationRequest: Readonly<Record<Alternative, RequestBinding>> = {
  publish: byPublish,
  register: byRegister,
}

function notPublished(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'PUBLISH') return 'it is no PUBLISH'
  return endsPublication(message) ? undefined : 'its Expires is not 0'
}

function notRegistered(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'request' || startLine.method !== 'REGISTER') return 'it is no REGISTER'
  if (message.body.length === 0) return 'REGISTER without a body is a registration with the SIP core alone'
  return endsRegistration(message) ? undefined : 'its expiration is not 0'
}

import { headerField, readNameAddress, type SipMessage } from '#wire/sip'
import {
  asksForNothing as asksForNothingByPublish,
  authorizationRequestByPublish,
  publication,
} from './authorization-request-by-publish.ts'
import {
  asksForNothing as asksForNothingByRegister,
  authorizationRequestByRegister,
  registration,
} from './authorization-request-by-register.ts'
import { authorizationBody, whyOrdinary } from './authorization-request.ts'
import type { Decoded, RequestBinding, Span } from './binding.ts'
import { carried, only, readInformation } from './migration-information.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { services } from './service.ts'
import { defaultBinding, sources } from './sources.ts'

// Service authorization of a user of the own MC system: as that of who migrates, without the identities of migration.

export const serviceAuthorizationRequest = 'service authorization request'
const keys = ['credentials'] as const

const described = {
  message: serviceAuthorizationRequest,
  source: sources.serviceAuthorization,
  when: 'The MC service client sends it to the MC service server of its primary MC system, be it that the user returns there (step 1).',
  impliedByClient: ['mcServiceId'],
  mappings: ({ service }: ProfileValues) => {
    const { prefix } = services[service]
    return [
      carried(service, 'mcServiceId', 'M', {
        carriedIn: `${prefix}-Params/${prefix}-request-uri/${prefix}URI; where it is absent, the public user identity`,
        meaning: 'MC service ID of the user',
        source: defaultBinding('service-authorization'),
      }),
      carried(service, 'credentials', 'M', { meaning: 'Access token for the primary MC system, a JSON Web Token' }),
    ]
  },
} as const satisfies Partial<RequestBinding>

/** Why it is one of who migrates, as a sentence. */
const whyMigrates = (message: SipMessage, values: ProfileValues): string | undefined =>
  whyOrdinary(message, values) === undefined ? 'it names who migrates' : undefined

function read({ problems, ies, spans }: Decoded, message: SipMessage, values: ProfileValues): Decoded {
  const said = readInformation(receivedBody(message, values.service).info, values).requestUri
  const who = said ?? publicIdentity(message)
  return {
    name: serviceAuthorizationRequest,
    ies: { ...only(ies, keys), ...(who && { mcServiceId: who.value }) },
    spans: { ...only(spans, keys), ...(who?.span && { mcServiceId: who.span }) },
    problems,
  }
}

/** The identity that a client has in the SIP core, as it prefers or as it is asserted; of a REGISTER it is that of To. */
function publicIdentity(message: SipMessage): { readonly value: string; readonly span: Span } | undefined {
  for (const name of ['P-Asserted-Identity', 'P-Preferred-Identity', 'From']) {
    const field = headerField(message, name)
    const uri = field && readNameAddress(field.value)?.uri
    if (field && uri !== undefined) return { value: uri, span: field.valueSpan }
  }
  return undefined
}

const byPublish = (message: SipMessage, values: ProfileValues): string | undefined =>
  asksForNothingByPublish(message) ?? whyMigrates(message, values)

export const serviceAuthorizationByPublish: RequestBinding = {
  ...authorizationRequestByPublish,
  ...described,
  recognises: (message, values) => byPublish(message, values) === undefined,
  mismatch: byPublish,
  encode: (ies, parties, values) =>
    publication(parties, values, authorizationBody(only(ies, keys), parties, values, true, ies.mcServiceId)),
  decode: (message, values) => read(authorizationRequestByPublish.decode(message, values), message, values),
}

const byRegister = (message: SipMessage, values: ProfileValues): string | undefined =>
  asksForNothingByRegister(message) ?? whyMigrates(message, values)

export const serviceAuthorizationByRegister: RequestBinding = {
  ...authorizationRequestByRegister,
  ...described,
  recognises: (message, values) => byRegister(message, values) === undefined,
  mismatch: byRegister,
  encode: (ies, parties, values) =>
    registration(parties, values, authorizationBody(only(ies, keys), parties, values, false, ies.mcServiceId)),
  decode: (message, values) => read(authorizationRequestByRegister.decode(message, values), message, values),
}

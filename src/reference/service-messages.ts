import { bindingsOf, decodeRequest, serviceOf, valuesOf } from '#bindings'
import type {
  Alternative,
  Binding,
  Decoded,
  HttpRequestBinding,
  IeValues,
  Profile,
  ProfileValues,
  RequestBinding,
  ResponseBinding,
  Service,
} from '#bindings'
import type { SipMessage } from '#wire/sip'
import { refusalsOf } from './refusal.ts'
import type { Refusals } from './refusal.ts'

/** How the stage-2 messages of one MC service look in the profile of the provisioning. */
export interface ServiceMessages {
  readonly service: Service
  readonly values: ProfileValues
  readonly refusals: Refusals
  /** The binding of a message that travels as a SIP request; throws where it travels otherwise. */
  request(message: string, alternative?: Alternative): RequestBinding
  /** The binding of a message that travels as a response; throws where it travels otherwise. */
  response(message: string, alternative?: Alternative): ResponseBinding
  /** The binding of a message that travels as an HTTP request; throws where it travels otherwise. */
  http(message: string): HttpRequestBinding
  /** The message that a response to `asked` is, of those that answer it. */
  answering(asked: string, response: SipMessage): ResponseBinding | undefined
  /** How a message travels. */
  carrier(message: string): Binding['carrier'] | undefined
  /** What a received request says; `undefined` when it is no message of the profile. */
  read(request: SipMessage): Decoded | undefined
}

function serviceMessages(
  profile: Profile,
  service: Service,
  configured: Readonly<Record<string, unknown>>,
  altered: (ies: IeValues) => IeValues,
): ServiceMessages {
  const values = valuesOf(profile, service, configured)
  const find = (message: string, alternative: Alternative) =>
    bindingsOf(profile, service, alternative).find((binding) => binding.message === message)
  return {
    service,
    values,
    refusals: refusalsOf(values),
    request(message, alternative = 'publish') {
      const found = find(message, alternative)
      if (found?.carrier !== 'request')
        throw new Error(`profile ${profile.name} does not bind '${message}' to a SIP request`)
      return found
    },
    response(message, alternative = 'publish') {
      const found = find(message, alternative)
      if (found?.carrier !== 'response')
        throw new Error(`profile ${profile.name} does not bind '${message}' to a SIP response`)
      return found
    },
    http(message) {
      const found = find(message, 'publish')
      if (found?.carrier !== 'http-request')
        throw new Error(`profile ${profile.name} does not bind '${message}' to an HTTP request`)
      return found
    },
    answering: (asked, response) =>
      bindingsOf(profile, service, 'publish').find(
        (binding): binding is ResponseBinding =>
          binding.carrier === 'response' && binding.answers === asked && binding.recognises(response, values),
      ),
    carrier: (message) => find(message, 'publish')?.carrier,
    read(request) {
      const method = request.startLine.kind === 'request' ? request.startLine.method : ''
      const read = decodeRequest(profile, service, alternativeOf(method), request, values)
      return 'unrecognised' in read ? undefined : { ...read, ies: altered(read.ies) }
    },
  }
}

export interface MessagesOfServices {
  of(service: Service): ServiceMessages
  /** Those of the service that a message names; where it names none, those of MCPTT. */
  in(message: SipMessage): ServiceMessages
}

/** The messages of every service. `altered`: what a defect reads in the elements of a request. */
export function messagesOfServices(
  profile: Profile,
  configured: Readonly<Record<string, unknown>>,
  altered: (ies: IeValues) => IeValues = (ies) => ies,
): MessagesOfServices {
  const known = new Map<Service, ServiceMessages>()
  const of = (service: Service): ServiceMessages => {
    const found = known.get(service) ?? serviceMessages(profile, service, configured, altered)
    known.set(service, found)
    return found
  }
  return { of, in: (message: SipMessage): ServiceMessages => of(serviceOf(message) ?? 'mcptt') }
}

/** TS 24.379 7.1: the client chooses, the server takes both. */
export const alternativeOf = (method: string): Alternative => (method === 'REGISTER' ? 'register' : 'publish')

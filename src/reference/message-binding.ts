import { bindingsOf, decodeRequest, serviceOf, valuesOf } from '#bindings'
import type { Alternative, Decoded, Profile, ProfileValues, RequestBinding, ResponseBinding, Service } from '#bindings'
import type { IncomingRequest } from './mc-function.ts'

/** The binding of a stage-2 message that travels as a SIP request. */
export function requestBinding(
  profile: Profile,
  alternative: Alternative,
  message: string,
  service: Service = 'mcptt',
): RequestBinding {
  const found = bindingsOf(profile, service, alternative).find((binding) => binding.message === message)
  if (found?.carrier !== 'request')
    throw new Error(`profile ${profile.name} does not bind '${message}' to a SIP request`)
  return found
}

/** The binding of a stage-2 message that travels as the response to another. */
export function responseBinding(
  profile: Profile,
  alternative: Alternative,
  message: string,
  service: Service = 'mcptt',
): ResponseBinding {
  const found = bindingsOf(profile, service, alternative).find((binding) => binding.message === message)
  if (found?.carrier !== 'response')
    throw new Error(`profile ${profile.name} does not bind '${message}' to a SIP response`)
  return found
}

/** TS 24.379 7.1: the client chooses, the server takes both. */
export const alternativeOf = (method: string): Alternative => (method === 'REGISTER' ? 'register' : 'publish')

/** What a received request says; `undefined` when it is no message of the profile. */
export function decoded(request: IncomingRequest, profile: Profile, values: ProfileValues): Decoded | undefined {
  const service = serviceOf(request.message) ?? values.service
  const own = valuesOf(profile, service, { ...values })
  const read = decodeRequest(profile, service, alternativeOf(request.method), request.message, own)
  return 'unrecognised' in read ? undefined : read
}

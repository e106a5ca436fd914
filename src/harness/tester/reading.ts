import { decodeRequest, serviceOf, valuesOf } from '#bindings'
import type { Decoded, Profile, ProfileValues, Service, Unrecognised } from '#bindings'
import { header, type SipMessage } from '#wire/sip'
import type { CaseLine } from './case-line.ts'
import type { Switchboard } from './switchboard.ts'

/** A request of the system under test as the profile understands it. */
export interface Reading {
  readonly decoded: Decoded | Unrecognised
  readonly alternative: 'publish' | 'register'
  readonly service: Service
}

export function read(profile: Profile, values: ProfileValues, message: SipMessage): Reading {
  const service = serviceOf(message) ?? values.service
  const own = valuesOf(profile, service, { ...values })
  const first = decodeRequest(profile, service, 'publish', message, own)
  if ('name' in first) return { decoded: first, alternative: 'publish', service }
  const second = decodeRequest(profile, service, 'register', message, own)
  return 'name' in second
    ? { decoded: second, alternative: 'register', service }
    : { decoded: first, alternative: 'publish', service }
}

export const lineOf = (switchboard: Switchboard, { decoded }: Reading, message: SipMessage): CaseLine | undefined => {
  const ies = 'name' in decoded ? decoded.ies : {}
  return switchboard.find([ies['mcServiceId'], ies['temporaryId']], callIdsOf(message))
}

/** Of the request it answers, and its own. */
export const callIdsOf = (message: SipMessage): readonly (string | undefined)[] => [
  header(message, 'In-Reply-To'),
  header(message, 'Call-ID'),
]

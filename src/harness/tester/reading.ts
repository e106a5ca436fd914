import { decodeRequest, type Decoded, type Profile, type ProfileValues, type Unrecognised } from '#bindings'
import { header, type SipMessage } from '#wire/sip'
import type { CaseLine } from './case-line.ts'
import type { Switchboard } from './switchboard.ts'

/** A request of the system under test as the profile understands it. */
export interface Reading {
  readonly decoded: Decoded | Unrecognised
  readonly alternative: 'publish' | 'register'
}

export function read(profile: Profile, values: ProfileValues, message: SipMessage): Reading {
  const first = decodeRequest(profile, 'publish', message, values)
  if ('name' in first) return { decoded: first, alternative: 'publish' }
  const second = decodeRequest(profile, 'register', message, values)
  return 'name' in second ? { decoded: second, alternative: 'register' } : { decoded: first, alternative: 'publish' }
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

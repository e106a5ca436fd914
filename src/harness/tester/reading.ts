import { decodeRequest, serviceOf, valuesOf, type Decoded, type Profile, type Unrecognised } from '#bindings'
import { header, type SipMessage } from '#wire/sip'
import type { CaseLine } from './case-line.ts'
import type { Switchboard } from './switchboard.ts'

/** A request of the system under test as the profile understands it. */
export interface Reading {
  readonly decoded: Decoded | Unrecognised
  readonly alternative: 'publish' | 'register'
}

export function read(profile: Profile, overrides: Parameters<typeof valuesOf>[2], message: SipMessage): Reading {
  const service = serviceOf(message) ?? 'mcptt'
  const values = valuesOf(profile, service, overrides)
  const first = decodeRequest(profile, service, 'publish', message, values)
  if ('name' in first) return { decoded: first, alternative: 'publish' }
  const second = decodeRequest(profile, service, 'register', message, values)
  return 'name' in second ? { decoded: second, alternative: 'register' } : { decoded: first, alternative: 'publish' }
}

/** The case that one of the values in it is an identity of, else the one of its Call-ID. */
export const lineOf = (switchboard: Switchboard, { decoded }: Reading, message: SipMessage): CaseLine | undefined =>
  switchboard.find('name' in decoded ? Object.values(decoded.ies) : [], callIdsOf(message))

/** Of the request it answers, and its own. */
export const callIdsOf = (message: SipMessage): readonly (string | undefined)[] => [
  header(message, 'In-Reply-To'),
  header(message, 'Call-ID'),
]

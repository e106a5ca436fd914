import type { SipMessage } from '#wire/sip'
import type { Alternative, Decoded, Profile, Unrecognised, WireResponse } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'
export type * from './binding.ts'
export type { ProfileValues } from './profile-values.ts'

export const rel18 = undefined as unknown as Profile
export const profiles: Readonly<Record<string, Profile>> = {}

/** 200 OK to a MESSAGE: says that it was received, nothing about its outcome. */
export const acknowledge = (_message: SipMessage): WireResponse => ({ status: 200, reason: 'OK', headers: [] })

export function decodeRequest(
  _profile: Profile,
  _alternative: Alternative,
  _message: SipMessage,
  _values: ProfileValues,
): Decoded | Unrecognised {
  return { unrecognised: 'nothing is recognised yet', problems: [] }
}

import type { WireResponse } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'

/** Why a request is refused by a SIP response: the service authorization failed, the user may not, a gateway's policy. */
export type RefusalCause = 'service authorisation' | 'user authorisation' | 'interconnection'

const warnings = {
  'service authorisation': 'serviceAuthorisationWarning',
  'user authorisation': 'userAuthorisationWarning',
  interconnection: 'interconnectionWarning',
} as const satisfies Record<RefusalCause, keyof ProfileValues>

/** A refusal with its Warning: `399`, the host, and the MC code inside the quotes (TS 24.379 4.4.1 and 4.4.2). */
export function refusal(cause: RefusalCause, host: string, values: ProfileValues): WireResponse {
  const text = values[warnings[cause]].replace(/["\\]/g, '\\$&')
  return {
    status: values.refusalStatus,
    reason: values.refusalReason,
    headers: [['Warning', `399 ${host} "${text}"`]],
  }
}

import { headerField, readWarning, splitList, type SipMessage } from '#wire/sip'
import type { Span, WireResponse } from './binding.ts'
import type { ProfileValues } from './profile-values.ts'

/** How a request is refused: a SIP response and what its Warning says. */
export interface Refusal {
  readonly status: number
  readonly reason: string
  /** MC code and text, as they stand inside the quotes, or a text alone (TS 24.379 4.4.2). */
  readonly warning: string
}

/** Why a request is refused by a SIP response: the service authorization failed, the user may not, a gateway's policy. */
export type RefusalCause = 'service authorisation' | 'user authorisation' | 'interconnection'

const warnings = {
  'service authorisation': 'serviceAuthorisationWarning',
  'user authorisation': 'userAuthorisationWarning',
  interconnection: 'interconnectionWarning',
} as const satisfies Record<RefusalCause, keyof ProfileValues>

const forbidden = (warning: string): Refusal => ({ status: 403, reason: 'Forbidden', warning })
const notFound = (warning: string): Refusal => ({ status: 404, reason: 'Not Found', warning })
const unavailable = (warning: string): Refusal => ({ status: 480, reason: 'Temporarily Unavailable', warning })
const busy = (warning: string): Refusal => ({ status: 486, reason: 'Busy Here', warning })

/** How a private call is refused, by why (TS 24.379 table 4.4.2-2); the words of the table, for every service. */
export const callRefusals = {
  noPrivateCalls: forbidden('107 user not authorised to make private calls'),
  automaticCommencement: forbidden('125 user not authorised to make private call with automatic commencement'),
  manualCommencement: forbidden('126 user not authorised to make private call with manual commencement'),
  notToBeCalled: forbidden('127 user not authorised to be called in private call'),
  thisUser: forbidden('144 user not authorised to call this particular user'),
  calledPartyUndetermined: forbidden('145 unable to determine called party'),
  interconnection: forbidden('179 service not authorized with the interconnected system'),
  unknownUser: notFound('141 user unknown to the participating function'),
  controllingFunctionUndetermined: notFound('142 unable to determine the controlling function'),
  declined: unavailable('110 user declined the call invitation'),
  settingsUndetermined: unavailable('146 T-PF unable to determine the service settings for the called user'),
  mostCalls: busy('124 maximum number of private calls reached'),
} as const satisfies Record<string, Refusal>

/** How an affiliation is refused, by why (TS 24.379 table 4.4.2-2). */
export const groupRefusals = {
  tooManyAffiliations: busy('102 too many simultaneous affiliations'),
  noSuchGroup: notFound('113 group document does not exist'),
  notMember: forbidden('116 user is not part of the MCPTT group'),
  notAffiliated: forbidden('120 user is not affiliated to this group'),
  unknownUser: notFound('141 user unknown to the participating function'),
} as const satisfies Record<string, Refusal>

export type GroupRefusal = keyof typeof groupRefusals

export type CallRefusal = keyof typeof callRefusals

/** A response that refuses, with its Warning: `399`, the host, and the text inside the quotes (TS 24.379 4.4.1). */
export const refuse = ({ status, reason, warning }: Refusal, host: string): WireResponse => ({
  status,
  reason,
  headers: [['Warning', `399 ${host} "${warning.replace(/["\\]/g, '\\$&')}"`]],
})

/** A refusal of service authorization, or by a gateway server, in the words of the profile. */
export const refusal = (cause: RefusalCause, host: string, values: ProfileValues): WireResponse =>
  refuse({ status: values.refusalStatus, reason: values.refusalReason, warning: values[warnings[cause]] }, host)

/** What a response that refuses says of its reason. */
export interface ReceivedRefusal {
  readonly status: number
  /** The MC code (TS 24.379 4.4.2). */
  readonly code?: number
  /** What stands after the code. */
  readonly text?: string
  /** Of the Warning header field. */
  readonly span?: Span
}

/** Reads status and Warning of a response; `undefined` of what refuses nothing. Never throws. */
export function readRefusal(message: SipMessage): ReceivedRefusal | undefined {
  const { startLine } = message
  if (startLine.kind !== 'response' || startLine.status < 300) return undefined
  const { status } = startLine
  const field = headerField(message, 'Warning')
  if (field === undefined) return { status }
  const warning = readWarning(splitList(field.value)[0] ?? field.value)
  // The example of TS 24.379 4.4.2 leaves the host out, against the clause itself: the quotes are enough.
  const quoted = warning?.text ?? /"((?:[^"\\]|\\.)*)"/.exec(field.value)?.[1]
  const [, code, text] = /^(\d{3}) (.*)$/s.exec(quoted ?? '') ?? []
  return {
    status,
    ...(code === undefined ? {} : { code: Number(code) }),
    ...(text === undefined ? {} : { text }),
    span: field.valueSpan,
  }
}

import type { ProfileValues, WireResponse } from '#bindings'
import { header, readWarning, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'

/** Why a request is not served, as a SIP status and the text of a Warning (TS 24.379 4.4). */
export interface Refusal {
  readonly status: number
  readonly reason: string
  /** `<MC code> <text>`, or text alone. */
  readonly warning: string
}

export type Refusals = ReturnType<typeof refusalsOf>

/** Every reason there is, in the words of the profile. */
export function refusalsOf(values: ProfileValues) {
  const { refusalStatus: status, refusalReason: reason } = values
  const barred = (warning: string): Refusal => ({ status, reason, warning })
  return {
    malformed: { status: 400, reason: 'Bad Request', warning: 'the message is not as its binding requires' },
    serviceAuthorisationFailed: barred(values.serviceAuthorisationWarning),
    localPolicy: barred('100 function not allowed due to local policy'),
    userAuthorisation: barred(values.userAuthorisationWarning),
    interconnection: barred(values.interconnectionWarning),
    noPartner: barred('100 function not allowed due to access policy'),
    notAwaited: barred('100 function not allowed due to no migration request awaiting this response'),
    unknownSystem: { status: 404, reason: 'Not Found', warning: 'no route to the primary MC system of this user' },
    foreignUser: { status: 404, reason: 'Not Found', warning: 'the user does not belong to this MC system' },
    noAnswer: { status: 480, reason: 'Temporarily Unavailable', warning: 'the primary MC system did not answer' },
    unreachable: { status: 504, reason: 'Server Time-out', warning: 'the next MC system cannot be reached' },
    overloaded: { status: 503, reason: 'Service Unavailable', warning: 'too many migration requests are pending' },
  } as const satisfies Record<string, Refusal>
}

/** The response to a SIP MESSAGE that is not served. `host` is the warn-agent. */
export const refusing = (refusal: Refusal, host: string): WireResponse => ({
  status: refusal.status,
  reason: refusal.reason,
  headers: [['Warning', `399 ${host} "${refusal.warning}"`]],
})

/** What another MC system gave as its reason: the code and text of its Warning, never its warn-agent (TS 24.379 6.8.2). */
export function refusalOf(response: SipMessage, refusals: Refusals): Refusal {
  const line = response.startLine
  if (line.kind !== 'response') return refusals.unreachable
  const value = header(response, 'Warning')
  const warning = value === undefined ? undefined : readWarning(splitList(value)[0] ?? value)
  const text = /^\d{3} [A-Za-z ]{1,120}$/.exec(warning?.text ?? '')?.[0]
  switch (line.status) {
    case 403:
      return text === undefined ? refusals.interconnection : { ...refusals.interconnection, warning: text }
    case 404:
      return text === undefined ? refusals.unknownSystem : { ...refusals.unknownSystem, warning: text }
    case 400:
      return refusals.malformed
    case 503:
      return refusals.overloaded
    default:
      return refusals.unreachable
  }
}

export const isSuccess = (response: SipMessage): boolean =>
  response.startLine.kind === 'response' && response.startLine.status >= 200 && response.startLine.status < 300

/** A refusal as the values of a profile with which the response to a client is written. */
export const worded = (refusal: Refusal): Partial<ProfileValues> => ({
  refusalStatus: refusal.status,
  refusalReason: refusal.reason,
  serviceAuthorisationWarning: refusal.warning,
})

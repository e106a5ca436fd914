import { callRefusals, groupRefusals, readRefusal } from '#bindings'
import type { ProfileValues, Refusal, WireResponse } from '#bindings'
import { header, readWarning, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'

export type { Refusal } from '#bindings'

export type Refusals = ReturnType<typeof refusalsOf>

/** Every reason there is, in the words of the profile. */
export function refusalsOf(values: ProfileValues) {
  const { refusalStatus: status, refusalReason: reason } = values
  const barred = (warning: string): Refusal => ({ status, reason, warning })
  const unavailable = (warning: string): Refusal => ({ status: 480, reason: 'Temporarily Unavailable', warning })
  return {
    ...callRefusals,
    noSuchGroup: groupRefusals.noSuchGroup,
    notGroupMember: groupRefusals.notMember,
    notAffiliated: groupRefusals.notAffiliated,
    malformed: { status: 400, reason: 'Bad Request', warning: 'the message is not as its binding requires' },
    serviceAuthorisationFailed: barred(values.serviceAuthorisationWarning),
    localPolicy: barred('100 function not allowed due to local policy'),
    userAuthorisation: barred(values.userAuthorisationWarning),
    interconnection: barred(values.interconnectionWarning),
    noPartner: barred('100 function not allowed due to access policy'),
    notAwaited: barred('100 function not allowed due to no migration request awaiting this response'),
    unknownSystem: { status: 404, reason: 'Not Found', warning: 'no route to the primary MC system of this user' },
    foreignUser: { status: 404, reason: 'Not Found', warning: 'the user does not belong to this MC system' },
    noAnswer: unavailable('the primary MC system did not answer'),
    unreachable: { status: 504, reason: 'Server Time-out', warning: 'the next MC system cannot be reached' },
    overloaded: { status: 503, reason: 'Service Unavailable', warning: 'too many requests are pending' },
    notServed: unavailable('the called user is not served here'),
    whereUnknown: unavailable('the identity of the called user in the partner MC system is not known'),
    securityDomainUnknown: unavailable('the security domain of the called user is not known'),
    tooManyHops: { status: 483, reason: 'Too Many Hops', warning: 'the private call has passed too many servers' },
    notTakenUp: unavailable('the redirection was not taken up'),
    noCallAwaiting: { status: 404, reason: 'Not Found', warning: 'no private call request awaits this redirection' },
  } as const satisfies Record<string, Refusal>
}

/** Statuses of a refused call that another leg is told as they are (RFC 3261 16.7 step 6 keeps the rest to itself). */
const callStatuses: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  488: 'Not Acceptable Here',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
}

/** A refusal of a private call by the next hop, in our own words: its status and the MC text of its Warning. */
export function callRefusalOf(response: SipMessage, refusals: Refusals): Refusal {
  const line = response.startLine
  const reason = line.kind === 'response' ? callStatuses[line.status] : undefined
  const { code, text = '' } = readRefusal(response) ?? {}
  if (line.kind !== 'response' || (line.status >= 500 && line.status < 600)) return refusals.unreachable
  if (reason === undefined) return refusals.notServed
  const told = code !== undefined && /^[A-Za-z -]{1,120}$/.test(text) ? `${code} ${text}` : refusals.notServed.warning
  return { status: line.status, reason, warning: told }
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

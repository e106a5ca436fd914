import { header, parameter, readParameters, type SipMessage } from '#wire/sip'
import { terminationReasons } from './subscription-table.ts'

/** Subscription-State (RFC 6665 8.2.3). Seconds. */
export interface SubscriptionStateValue {
  readonly state: 'pending' | 'active' | 'terminated'
  readonly expires: number | undefined
  readonly reason: string | undefined
  readonly retryAfter: number | undefined
  /** Whether to subscribe again after `terminated`; at once where no reason, or an unknown one, is given (RFC 6665 4.1.3). */
  readonly again: 'at once' | 'later' | 'never'
}

/** `undefined` when it is missing or names a state that is none of the three: "extension states" are treated as pending by nobody. */
export function readSubscriptionState(notify: SipMessage): SubscriptionStateValue | undefined {
  const value = header(notify, 'subscription-state')
  if (value === undefined) return undefined
  const semicolon = value.indexOf(';')
  const state = (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase()
  if (state !== 'pending' && state !== 'active' && state !== 'terminated') return undefined
  const parameters = semicolon === -1 ? [] : readParameters(value.slice(semicolon))
  const reason = parameter(parameters, 'reason')?.toLowerCase()
  const retryAfter = seconds(parameter(parameters, 'retry-after'))
  const again =
    (reason === undefined ? undefined : terminationReasons[reason]) ?? (retryAfter === undefined ? 'at once' : 'later')
  return { state, expires: seconds(parameter(parameters, 'expires')), reason, retryAfter, again }
}

export function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[0-9]{1,10}\s*$/.test(text) ? Number(text) : undefined
}

/** Event (RFC 6665 8.2.1): the package, and the id that tells two subscriptions of one dialog apart. */
export function readEvent(message: SipMessage): { readonly name: string; readonly id: string | undefined } | undefined {
  const value = header(message, 'event')
  if (value === undefined) return undefined
  const semicolon = value.indexOf(';')
  const name = (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase()
  const parameters = semicolon === -1 ? [] : readParameters(value.slice(semicolon))
  return { name, id: parameter(parameters, 'id') }
}

import { header, parameter, readParameters, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders } from '../stack.ts'

/** What a user agent wants of session timers (RFC 4028). Seconds. */
export interface SessionTimerPolicy {
  /** Asked for in our INVITE; 1800 is recommended (RFC 4028 4). */
  readonly interval: number
  /** The least we accept; "MUST NOT be less than 90". */
  readonly least: number
  /** Who refreshes, when it is ours to say. */
  readonly refresher: 'us' | 'peer'
}

export const defaultSessionTimer: SessionTimerPolicy = { interval: 1800, least: 90, refresher: 'us' }

/** What both sides agreed on. */
export interface SessionTimerAgreement {
  /** Seconds. */
  readonly interval: number
  readonly weRefresh: boolean
}

interface SessionExpires {
  readonly interval: number
  readonly refresher: 'uac' | 'uas' | undefined
}

function readSessionExpires(message: SipMessage): SessionExpires | undefined {
  const value = header(message, 'session-expires')
  if (value === undefined) return undefined
  const semicolon = value.indexOf(';')
  const interval = Number((semicolon === -1 ? value : value.slice(0, semicolon)).trim())
  if (!Number.isInteger(interval) || interval <= 0) return undefined
  const said = semicolon === -1 ? undefined : parameter(readParameters(value.slice(semicolon)), 'refresher')
  const refresher = said?.toLowerCase()
  return { interval, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined }
}

export function readMinSe(message: SipMessage): number | undefined {
  const seconds = Number((header(message, 'min-se') ?? 'none').split(';', 1)[0]?.trim())
  return Number.isInteger(seconds) ? seconds : undefined
}

const supports = (message: SipMessage, name: 'supported' | 'require'): boolean =>
  (header(message, name) ?? '').split(',').some((tag) => tag.trim().toLowerCase() === 'timer')

/** What an INVITE or UPDATE of ours says (RFC 4028 7.1, 7.4). `interval` replaces that of the policy after a 422 or in a refresh. */
export function timerRequestHeaders(
  policy: SessionTimerPolicy,
  interval = policy.interval,
  weRefresh?: boolean,
): OutgoingHeaders {
  const refresher = weRefresh === undefined ? '' : `;refresher=${weRefresh ? 'uac' : 'uas'}`
  return [
    ['Session-Expires', `${interval}${refresher}`],
    ['Min-SE', String(Math.max(policy.least, 90))],
  ]
}

/** How the server takes an INVITE or UPDATE (RFC 4028 9). */
export type TimerJudgement =
  /** "If the Session-Expires interval is lower than the UAS's minimum, it MAY reject with 422" and this Min-SE. */
  | { readonly kind: 'too-small'; readonly headers: OutgoingHeaders }
  | { readonly kind: 'agreed'; readonly agreement: SessionTimerAgreement; readonly headers: OutgoingHeaders }
  | { readonly kind: 'none' }

export function judgeTimerRequest(request: SipMessage, policy: SessionTimerPolicy | undefined): TimerJudgement {
  const asked = readSessionExpires(request)
  if (asked === undefined && policy === undefined) return { kind: 'none' }
  const peerSupports = supports(request, 'supported') || supports(request, 'require')
  const least = Math.max(policy?.least ?? 90, 90)
  if (asked !== undefined && asked.interval < least && peerSupports)
    return { kind: 'too-small', headers: [['Min-SE', String(least)]] }
  const interval = asked?.interval ?? (policy && Math.max(policy.interval, readMinSe(request) ?? 0))
  if (interval === undefined) return { kind: 'none' }
  // RFC 4028 9 table 2: what the client said stands; a client that knows no timers cannot refresh.
  const weRefresh = !peerSupports || (asked?.refresher ?? (policy?.refresher === 'us' ? 'uas' : 'uac')) === 'uas'
  const headers: OutgoingHeaders = [
    ['Session-Expires', `${interval};refresher=${weRefresh ? 'uas' : 'uac'}`],
    // "If the refresher parameter is uac, the UAS MUST place a Require header field with the value timer."
    ...(weRefresh ? [] : [['Require', 'timer'] as const]),
  ]
  return { kind: 'agreed', agreement: { interval, weRefresh }, headers }
}

/** What a 2xx to our INVITE or UPDATE agrees on (RFC 4028 7.2); `undefined`: the session has no timer. */
export function judgeTimerResponse(response: SipMessage, asked: number | undefined): SessionTimerAgreement | undefined {
  const said = readSessionExpires(response)
  if (said !== undefined) return { interval: said.interval, weRefresh: said.refresher !== 'uas' }
  // "If the 2xx response did not contain a Session-Expires header field, there is no session expiration", unless we refresh by ourselves.
  return asked === undefined ? undefined : { interval: asked, weRefresh: true }
}

/** Milliseconds after which the refresher refreshes: half the interval (RFC 4028 10). */
export const refreshAfter = ({ interval }: SessionTimerAgreement): number => interval * 500

/** Milliseconds after which the other side gives up: "the minimum of 32 seconds and one third of the interval" early (RFC 4028 10). */
export const expireAfter = ({ interval }: SessionTimerAgreement): number =>
  (interval - Math.min(32, interval / 3)) * 1000

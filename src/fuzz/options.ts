import {
  header,
  headers,
  headerValue,
  readNameAddress,
  readUri,
  splitList,
  type SipMessage,
  type Span,
} from '#wire/sip'
import type { Violation } from './legality.ts'

/** Header fields that let the receiver do otherwise, though nothing is wrong with them: what it supports, or is willing to do, is its own. */
const optional: Readonly<Record<string, string>> = {
  Require: 'RFC 3261 8.2.2.3',
  'Proxy-Require': 'RFC 3261 20.29',
  'Content-Encoding': 'RFC 3261 8.2.3',
  'Content-Disposition': 'RFC 3261 20.11',
  Accept: 'RFC 3261 20.1',
  'Accept-Encoding': 'RFC 3261 20.2',
  Route: 'RFC 3261 16.4',
  'Record-Route': 'RFC 3261 16.3',
  Replaces: 'RFC 3891 3',
  Join: 'RFC 3911 4',
  'Target-Dialog': 'RFC 4538 5',
  'Session-Expires': 'RFC 4028 9',
  'Min-SE': 'RFC 4028 5',
  'SIP-If-Match': 'RFC 3903 6',
  'Resource-Priority': 'RFC 4412 4.6',
  'Priv-Answer-Mode': 'RFC 5373 4.1',
  'Reject-Contact': 'RFC 3841 7.2.2',
  'Refer-To': 'RFC 3515 2.4.2',
  Authorization: 'RFC 3261 22.1',
}

const either = (rule: string, clause: string): Violation => ({ level: 'elements', rule, clause, reaction: 'either' })

const byName = new Map(Object.entries(optional).map(([name, clause]) => [name, either(name, clause)]))

/** Whom a request names in its envelope when nothing is changed. */
export interface Envelope {
  readonly requestUri: string
  readonly from: string
  /** Of its credentials, where it has any. */
  readonly nonce?: string | undefined
}

/** Any element of SIP; one that stands between others and may pass on what it does not know (RFC 3261 16.3); one that ends a call or a transaction of its own. */
export type Position = 'element' | 'between' | 'end'

/** Option tags of the registry of SIP parameters: who is asked for one of them may have it. */
const registered: ReadonlySet<string> = new Set(
  (
    '100rel 199 answermode early-session eventlist explicitsub from-change geolocation-http geolocation-sip gin gruu histinfo ice join ' +
    'multiple-refer norefersub nosub outbound path policy precondition pref privacy recipient-list-invite recipient-list-message ' +
    'recipient-list-subscribe record-aware replaces resource-priority resource-share sdp-anat sec-agree siprec tdialog timer trickle-ice uui'
  ).split(' '),
)

/** RFC 3261 8.2.2.3: an extension that is required and not understood is refused, but in an ACK or a CANCEL. */
function requiresUnknown(message: SipMessage): boolean {
  const options = headers(message, 'Require').flatMap(splitList)
  const isRead = options.every((option) => /^[\w.!%*+`'~-]+$/.test(option.trim()))
  const isAsked = !['ACK', 'CANCEL'].includes(methodOf(message))
  return isRead && isAsked && options.some((option) => !registered.has(option.trim().toLowerCase()))
}

/** What is legal and leaves the receiver a choice all the same, or none. Who has no session timers (RFC 4028) refuses none. */
export function judgeOptions(message: SipMessage, baseline: Envelope, position: Position): readonly Violation[] {
  const found: Violation[] = []
  for (const { knownAs } of message.headers) {
    const known = knownAs === undefined ? undefined : byName.get(knownAs)
    if (known !== undefined && !found.some(({ rule }) => rule === known.rule)) found.push(known)
  }
  if (position === 'end' && requiresUnknown(message))
    found.push({ level: 'elements', rule: 'an extension of nobody', clause: 'RFC 3261 8.2.2.3', reaction: 'refuse' })
  const { startLine } = message
  if (startLine.kind === 'request' && startLine.requestUri !== baseline.requestUri)
    found.push(either('Request-URI of another', 'RFC 3261 8.2.2.1'))
  if (headerValue(message, 'From')?.uri !== baseline.from) found.push(either('From of another', 'RFC 3261 8.1.1.3'))
  if (!isOfSip(headerValue(message, 'To')?.uri))
    found.push(either('To of another scheme', methodOf(message) === 'REGISTER' ? 'RFC 3261 10.3' : 'RFC 3261 8.2.2.1'))
  const nonce = nonceIn(message)
  if (baseline.nonce !== undefined && nonce !== undefined && nonce !== baseline.nonce)
    found.push({ level: 'elements', rule: 'a nonce of nobody', clause: 'RFC 7616 3.3', reaction: 'refuse' })
  if (headerValue(message, 'Max-Forwards') === 0) found.push(either('no hops left', 'RFC 3261 16.3'))
  const expires = headerValue(message, 'Expires')
  // A time that is over before anything can happen, in an INVITE or in a publication (RFC 3261 13.3.1, RFC 3903 6).
  if (typeof expires === 'number' && expires < shortest) found.push(either('short Expires', 'RFC 3261 20.19'))
  const interval = headerValue(message, 'Session-Expires')?.seconds
  const supported = headers(message, 'Supported').some((value) => /(?:^|[\s,])timer(?:$|[\s,])/.test(value))
  if (
    position !== 'element' &&
    methodOf(message) === 'INVITE' &&
    interval !== undefined &&
    interval < leastInterval &&
    supported
  )
    found.push({ level: 'elements', rule: 'session interval too small', clause: 'RFC 4028 9', reaction: 'refuse' })
  return found
}

/** RFC 3261 10.2, 8.2.2.1: a registrar takes SIP and SIPS URIs alone, and others are recommended to take any. */
const isOfSip = (uri: string | undefined): boolean => uri === undefined || /^sips?:/i.test(uri)

/** The nonce of its credentials; whoever has several says nothing. */
export function nonceIn(message: SipMessage): string | undefined {
  const [value, another] = headers(message, 'Authorization')
  return another === undefined ? /^digest\s.*\bnonce="([^"]+)"/i.exec(value ?? '')?.[1] : undefined
}

const methodOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

/** Seconds (RFC 4028 5): no element asks for less, and who is offered less says so by 422. */
const leastInterval = 90

/** Seconds. */
const shortest = 3600

/** Octets of a header field or a Request-URI that every element is expected to take: no text says how long one may be. */
const longestTaken = 255

const lengthOf = ({ start, end }: Span): number => end - start

/** `hostname`, `IPv4address` and `IPv6reference` (RFC 3261 25.1). */
const host = /^(?:(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z](?:[a-z\d-]*[a-z\d])?\.?|\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/i

/** A URI that surely has one: most are such, and to take the others apart costs more. */
const usual = /^sips?:(?:[\w.-]+@)?(?:(?:[a-z\d]+\.)*[a-z]+|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/i

function hasNoHost(uri: string | undefined): boolean {
  const read = uri === undefined || usual.test(uri) ? undefined : readUri(uri)
  return read !== undefined && (read.scheme === 'sip' || read.scheme === 'sips') && !host.test(read.host)
}

/** What an element may find malformed or too long, though the reading is content with it. */
export function judgeTaken(message: SipMessage): readonly Violation[] {
  const { startLine, headers: fields } = message
  const requestUri = startLine.kind === 'request' ? startLine.requestUri : ''
  const isLong =
    requestUri.length > longestTaken ||
    fields.some(
      ({ span, valueSpan, name }) =>
        lengthOf(span) > longestTaken && (lengthOf(valueSpan) > longestTaken || name.length > longestTaken),
    )
  const ends = [headerValue(message, 'From')?.uri, headerValue(message, 'To')?.uri]
  const contact = readNameAddress(header(message, 'Contact') ?? '')?.uri
  const sentBy = headerValue(message, 'Via')?.host
  const isNowhere = [requestUri, ...ends, contact].some(hasNoHost) || (sentBy !== undefined && !host.test(sentBy))
  const hasHeaders = ends.some((uri) => uri?.includes('?') === true && (readUri(uri)?.headers.length ?? 0) > 0)
  const malformed = (rule: string, clause: string): Violation => ({ ...either(rule, clause), level: 'sip' })
  return [
    ...(isLong ? [either('long header field', 'RFC 3261 21.4.11')] : []),
    // Those are malformed, and so they may be dropped.
    ...(isNowhere ? [malformed('host of no such form', 'RFC 3261 25.1')] : []),
    ...(hasHeaders ? [malformed('header fields in From or To', 'RFC 3261 19.1.1')] : []),
  ]
}

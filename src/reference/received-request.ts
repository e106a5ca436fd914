import type { WireResponse } from '#bindings'
import { readTag } from '#stack/sip'
import type { Address, Endpoint, TransportName } from '#transport'
import { header, headers, parameter, readCSeq, readNameAddress, readUri, readVia, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'

/** Milliseconds; longer ones no timer can wait for (Node.js fires them at once). */
export const longestTimer = 2 ** 31 - 1

const sipPort = 5060
const sipsPort = 5061

/** Where a request of ours reaches the sender of a request. */
export const originOf = (message: SipMessage, transport: TransportName, { address }: Address): Endpoint => ({
  transport,
  address,
  port: viaOf(message)?.port ?? (transport === 'tls' ? sipsPort : sipPort),
})

/** Seconds: no session interval is below it (RFC 4028 4, 5). */
const leastInterval = 90

/** Whether it asks for a shorter one, and understands to be told. */
export const isTooBrief = (message: SipMessage): boolean => {
  const interval = Number(/^\d+/.exec(header(message, 'Session-Expires') ?? '')?.[0] ?? leastInterval)
  return interval < leastInterval && /\btimer\b/i.test(headers(message, 'Supported').join())
}

/** RFC 4028 9. */
export const tooBrief: WireResponse = {
  status: 422,
  reason: 'Session Interval Too Small',
  headers: [['Min-SE', String(leastInterval)]],
}

/** Whether it says that it is inside a dialog: by the tag of To (RFC 3261 12.2.2), for a defect by a text that looks like one. */
export function isInside(message: SipMessage, defective: (name: DefectName) => boolean): boolean {
  const to = header(message, 'To')
  return defective('tag-sought-anywhere-in-to') ? /;\s*tag=/i.test(to ?? '') : readTag(to) !== undefined
}

/** RFC 3261 13.3.1: how long an invitation is good for, milliseconds. */
export function lifetimeOf(message: SipMessage, defective: (name: DefectName) => boolean): number | undefined {
  const expires = header(message, 'Expires')
  if (expires === undefined || !/^\d{1,10}$/.test(expires)) return undefined
  const ms = Number(expires) * 1000
  if (ms <= longestTimer) return ms
  return defective('expiry-beyond-timer') ? 1 : longestTimer
}

/** The user part of the Request-URI, which a defect does without (only where our own URI has one). */
export function userOf({ startLine }: SipMessage, identity: string): string {
  const { user } = readUri(startLine.kind === 'request' ? startLine.requestUri : '') ?? { user: undefined }
  return readUri(identity)?.user === undefined ? '' : (user as string).toLowerCase()
}

/** Fails where a table has no room for all that would be accepted (only ever by a defect). */
export function countAccepted(message: SipMessage): void {
  const fields = headers(message, 'Accept')
  if (fields.length > mostAccepted) throw new RangeError(`${fields.length} Accept header fields`)
}
const mostAccepted = 32

/** One call inside the other for each multipart in a multipart: fails where there are many (only ever by a defect). */
export function descend({ body }: SipMessage): void {
  const depth =
    Buffer.from(body)
      .toString('latin1')
      .match(/^Content-Type: *multipart\//gim)?.length ?? 0
  if (depth > mostNested) throw new RangeError(`${depth} multipart bodies within each other`)
}
const mostNested = 100

const viaOf = (message: SipMessage): ReturnType<typeof readVia> =>
  readVia(splitList(header(message, 'Via') ?? '')[0] ?? '')

export const branchOf = (message: SipMessage): string => viaOf(message)?.branch ?? ''

/** What stays the same when a request is repeated (RFC 3261 8.2.2.2). */
export function nameOf(message: SipMessage): string {
  const from = readNameAddress(header(message, 'From') ?? '')
  const cseq = readCSeq(header(message, 'CSeq') ?? '')
  const tag = parameter(from?.parameters ?? [], 'tag') ?? ''
  return `${header(message, 'Call-ID') ?? ''} ${cseq?.sequence ?? 0} ${cseq?.method ?? ''} ${tag}`
}

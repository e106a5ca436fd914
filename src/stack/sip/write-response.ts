import type { Address } from '#transport'
import { header, headerField, headers, readVia, type SipMessage, splitList } from '#wire/sip'
import type { OutgoingResponse } from './stack.ts'
import { readTag } from './tag.ts'
import type { TopVia } from './transaction-key.ts'
import { contentLength, withBody } from './write-request.ts'

/** What every response to a request has of it (RFC 3261 8.2.6.2), ready to be written. */
export interface CopiedFields {
  /** Via and From. */
  readonly before: string
  readonly to: string | undefined
  readonly hasTag: boolean
  /** Call-ID and CSeq. */
  readonly behind: string
  /** Record-Route, for the response that makes a dialog. */
  readonly routes: string
}

export function copyFields(request: SipMessage, remote: Address, via: TopVia): CopiedFields {
  const [firstVia = '', ...otherVias] = headers(request, 'via')
  const to = header(request, 'to')
  let before = `Via: ${withReceived(firstVia, remote, via)}\r\n`
  for (const other of otherVias) before += `Via: ${other}\r\n`
  before += line('From', header(request, 'from'))
  const behind = line('Call-ID', header(request, 'call-id')) + line('CSeq', header(request, 'cseq'))
  const hasTag = readTag(to) !== undefined
  return { before, to, hasTag, behind, routes: hasTag ? '' : recordedRoutes(request) }
}

const makingDialogs: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER'])

/** "The UAS MUST copy all Record-Route header field values from the request into the response" (RFC 3261 12.1.1). */
function recordedRoutes(request: SipMessage): string {
  const { startLine } = request
  if (headerField(request, 'record-route') === undefined) return ''
  if (startLine.kind !== 'request' || !makingDialogs.has(startLine.method)) return ''
  return headers(request, 'record-route')
    .map((value) => line('Record-Route', value))
    .join('')
}

const line = (name: string, value: string | undefined): string => (value === undefined ? '' : `${name}: ${value}\r\n`)

/** Writes a response (RFC 3261 8.2.6.2): Via, From, To, Call-ID and CSeq of the request, then the rest and Content-Length. */
export function writeResponse(
  copied: CopiedFields,
  own: { readonly tag: string },
  response: OutgoingResponse,
): Uint8Array {
  const { to } = copied
  let head = `SIP/2.0 ${response.status} ${response.reason}\r\n${copied.before}`
  if (to !== undefined) head += copied.hasTag ? `To: ${to}\r\n` : `To: ${to}${tagFor(response, own)}\r\n`
  head += copied.behind
  if (response.status > 100 && response.status < 300) head += copied.routes
  if (response.lines !== undefined) head += response.lines
  for (const [name, value] of response.headers) head += `${name}: ${value}\r\n`
  return withBody(head + contentLength(response.headers, response.body), response.body)
}

/** Notes where the request came from in its topmost Via (RFC 3261 18.2.1, RFC 3581 4). */
export function withReceived(field: string, remote: Address, top: TopVia): string {
  const asked = top.rport === ''
  if (!asked && top.host === remote.address) return field
  const [first = '', ...others] = splitList(field)
  const via = readVia(first)
  if (via === undefined) return field
  const needed = asked || via.host.replace(/^\[|\]$/g, '') !== remote.address
  const marked = asked ? first.replace(/;[ \t]*rport[ \t]*(?==?[ \t]*(?:;|$))=?/i, `;rport=${remote.port}`) : first
  const received = needed && via.received === undefined ? `;received=${remote.address}` : ''
  return [marked + received, ...others].join(', ')
}

// "If the To header field in the request did not contain a tag, a tag MUST be added" to all but 100 (RFC 3261 8.2.6.2).
function tagFor(response: OutgoingResponse, own: { readonly tag: string }): string {
  if (response.toTag !== undefined) return `;tag=${response.toTag}`
  return response.status === 100 ? '' : `;tag=${own.tag}`
}

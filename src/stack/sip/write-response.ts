import type { Address } from '#transport'
import {
  header,
  headers,
  parameter,
  readNameAddress,
  readVia,
  type SipMessage,
  splitList,
  writeMessage,
} from '#wire/sip'
import type { OutgoingResponse } from './stack.ts'
import { contentLength } from './write-request.ts'

/** Writes a response (RFC 3261 8.2.6.2): Via, From, To, Call-ID and CSeq of the request, then the rest and Content-Length. */
export function writeResponse(
  request: SipMessage,
  remote: Address,
  key: string,
  response: OutgoingResponse,
): Uint8Array {
  const { body } = response
  const [firstVia = '', ...otherVias] = headers(request, 'via')
  const copied: (readonly [string, string])[] = []
  for (const via of [withReceived(firstVia, remote), ...otherVias]) copied.push(['Via', via])
  for (const [name, value] of [
    ['From', header(request, 'from')],
    ['To', withTag(header(request, 'to'), response, key)],
    ['Call-ID', header(request, 'call-id')],
    ['CSeq', header(request, 'cseq')],
  ] as const) {
    if (value !== undefined) copied.push([name, value])
  }
  return writeMessage({
    startLine: { kind: 'response', status: response.status, reason: response.reason },
    headers: [...copied, ...response.headers, ...contentLength(response.headers, body)],
    ...(body && { body }),
  })
}

/** Notes where the request came from in its topmost Via (RFC 3261 18.2.1, RFC 3581 4). */
function withReceived(field: string, remote: Address): string {
  const [top = '', ...others] = splitList(field)
  const via = readVia(top)
  if (via === undefined) return field
  const asked = via.rport === ''
  const needed = asked || via.host.replace(/^\[|\]$/g, '') !== remote.address
  const marked = asked ? top.replace(/;[ \t]*rport[ \t]*(?==?[ \t]*(?:;|$))=?/i, `;rport=${remote.port}`) : top
  const received = needed && via.received === undefined ? `;received=${remote.address}` : ''
  return [marked + received, ...others].join(', ')
}

// "If the To header field in the request did not contain a tag, a tag MUST be added" to all but 100 (RFC 3261 8.2.6.2).
function withTag(to: string | undefined, response: OutgoingResponse, key: string): string | undefined {
  if (to === undefined) return undefined
  const address = readNameAddress(to)
  if (address !== undefined && parameter(address.parameters, 'tag') !== undefined) return to
  if (response.toTag !== undefined) return `${to};tag=${response.toTag}`
  return response.status === 100 ? to : `${to};tag=${tagOf(key)}`
}

// The same for every response of a transaction, as a stateless server would have it (RFC 3261 8.2.7): FNV-1a of its key.
function tagOf(key: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(36)
}

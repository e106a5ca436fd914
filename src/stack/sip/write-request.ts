import { isIPv6 } from 'node:net'
import type { Address, TransportName } from '#transport'
import type { ForwardedRequest, OutgoingHeaders, OutgoingRequest } from './stack.ts'

/** An address as `sent-by` and URIs write it (RFC 3261 25.1 host). */
export const hostOf = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

/** What the Via of every request of an element begins with, by transport. */
export const viaPrefix = (transport: TransportName, local: Address): string =>
  `Via: SIP/2.0/${transport.toUpperCase()} ${hostOf(local.address)}:${local.port};rport;branch=`

/** Writes a request (RFC 3261 8.1.1): Via, Max-Forwards, From, To, Call-ID, CSeq, the rest, Content-Length; a forwarded one as it is, under the Via. */
export function writeRequest(request: OutgoingRequest | ForwardedRequest, via: string): Uint8Array {
  if (!('callId' in request)) return writeForwarded(request, via)
  const { method, body } = request
  const tag = request.fromTag === '' ? '' : `;tag=${request.fromTag}`
  let head =
    `${method} ${request.requestUri} SIP/2.0\r\n${via}${request.branch}\r\nMax-Forwards: ${request.maxForwards ?? 70}\r\n` +
    `From: ${asNameAddress(request.from)}${tag}\r\nTo: ${asNameAddress(request.to)}\r\nCall-ID: ${request.callId}\r\n` +
    `CSeq: ${request.cseq} ${method}\r\n`
  if (request.lines !== undefined) head += request.lines
  for (const [name, value] of request.headers) head += `${name}: ${value}\r\n`
  return withBody(head + contentLength(request.headers, body), body)
}

function writeForwarded({ method, requestUri, branch, headers, body }: ForwardedRequest, via: string): Uint8Array {
  let head = `${method} ${requestUri} SIP/2.0\r\n${via}${branch}\r\n`
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`
  return withBody(head + contentLength(headers, body), body)
}

// Without brackets the parameters of a URI would be read as those of the field (RFC 3261 20.10).
const asNameAddress = (address: string): string => (address.includes('<') ? address : `<${address}>`)

/** The line of Content-Length, unless the caller has said one. */
export function contentLength(headers: OutgoingHeaders, body: Uint8Array | undefined): string {
  for (const [name] of headers) {
    if (name.length !== 14 && name.length !== 1) continue
    const lower = name.toLowerCase()
    if (lower === 'content-length' || lower === 'l') return ''
  }
  return `Content-Length: ${body?.length ?? 0}\r\n`
}

/** Header fields as the lines of a message. */
export const linesOf = (headers: OutgoingHeaders): string =>
  headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')

/** The octets of a head, its empty line and a body. */
export function withBody(head: string, body: Uint8Array | undefined): Uint8Array {
  if (body === undefined || body.length === 0) return Buffer.from(`${head}\r\n`, 'utf8')
  const text = `${head}\r\n`
  const length = Buffer.byteLength(text)
  const octets = Buffer.allocUnsafe(length + body.length)
  octets.write(text, 0, length, 'utf8')
  octets.set(body, length)
  return octets
}

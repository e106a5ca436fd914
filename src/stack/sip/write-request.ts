import { isIPv6 } from 'node:net'
import type { Address, TransportName } from '#transport'
import { writeMessage } from '#wire/sip'
import type { OutgoingRequest } from './stack.ts'

type Headers = readonly (readonly [name: string, value: string])[]

/** An address as `sent-by` and URIs write it (RFC 3261 25.1 host). */
export const hostOf = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

/** Writes a request (RFC 3261 8.1.1): Via, Max-Forwards, From, To, Call-ID, CSeq, the rest, Content-Length. */
export function writeRequest(request: OutgoingRequest, transport: TransportName, local: Address): Uint8Array {
  const { body } = request
  const tag = request.fromTag === '' ? '' : `;tag=${request.fromTag}`
  return writeMessage({
    startLine: { kind: 'request', method: request.method, requestUri: request.requestUri },
    headers: [
      [
        'Via',
        `SIP/2.0/${transport.toUpperCase()} ${hostOf(local.address)}:${local.port};rport;branch=${request.branch}`,
      ],
      ['Max-Forwards', String(request.maxForwards ?? 70)],
      ['From', asNameAddress(request.from) + tag],
      ['To', asNameAddress(request.to)],
      ['Call-ID', request.callId],
      ['CSeq', `${request.cseq} ${request.method}`],
      ...request.headers,
      ...contentLength(request.headers, body),
    ],
    ...(body && { body }),
  })
}

// Without brackets the parameters of a URI would be read as those of the field (RFC 3261 20.10).
const asNameAddress = (address: string): string => (address.includes('<') ? address : `<${address}>`)

/** Content-Length, unless the caller has said one. */
export function contentLength(headers: Headers, body: Uint8Array | undefined): Headers {
  const said = headers.some(([name]) => name.toLowerCase() === 'content-length' || name.toLowerCase() === 'l')
  return said ? [] : [['Content-Length', String(body?.length ?? 0)]]
}

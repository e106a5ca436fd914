import type { WireResponse } from '#bindings'
import { headers, readMessage, readNameAddress, writeMessage, type SipMessage, statusOf } from '#wire/sip'

/** What stands in quotation marks or brackets is no parameter of the header field (RFC 3261 20.10). */
const tagged = (to: string, tag: string): string => {
  const bare = to.replace(/"(?:[^"\\]|\\.)*"|<[^<>]*>/g, '')
  return /;\s*tag\s*=/i.test(bare) ? to : `${to};tag=${tag}`
}

/** A response with the header fields of the request (RFC 3261 8.2.6.2), and what it says itself. */
export function writeAnswer(request: SipMessage, response: WireResponse, tag: string): Uint8Array {
  const { status, reason, headers: own, body } = response
  const copied = (name: string): (readonly [string, string])[] =>
    headers(request, name).map((value) => [name, value] as const)
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      ...copied('Via'),
      ...copied('From'),
      ...copied('To').map(([name, value]) => [name, tagged(value, tag)] as const),
      ...copied('Call-ID'),
      ...copied('CSeq'),
      ...own,
      ['Content-Length', String(body?.length ?? 0)],
    ],
    ...(body && { body }),
  })
}

/** The ACK to a final response that is no success (RFC 3261 17.1.1.3). */
export function writeAcknowledgement(requestUri: string, response: SipMessage): Uint8Array {
  const first = (name: string): (readonly [string, string])[] => {
    const [value] = headers(response, name)
    return value === undefined ? [] : [[name, value]]
  }
  const sequence = /^\d+/.exec(headers(response, 'CSeq')[0] ?? '')?.[0] ?? '1'
  return writeMessage({
    startLine: { kind: 'request', method: 'ACK', requestUri },
    headers: [
      ...first('Via'),
      ['Max-Forwards', '70'],
      ...first('From'),
      ...first('To'),
      ...first('Call-ID'),
      ['CSeq', `${sequence} ACK`],
      ['Content-Length', '0'],
    ],
  })
}

/** The ACK to a final response to that INVITE: after a success it is a transaction of its own (RFC 3261 13.2.2.4); `undefined` where none is due. */
export function acknowledgementOf(request: Uint8Array, response: SipMessage): Uint8Array | undefined {
  const { startLine } = readMessage(request)
  const status = statusOf(response)
  if (startLine.kind !== 'request' || startLine.method !== 'INVITE' || status < 200) return undefined
  if (!/INVITE\s*$/.test(headers(response, 'CSeq')[0] ?? '')) return undefined
  if (status >= 300) return writeAcknowledgement(startLine.requestUri, response)
  const target = readNameAddress(headers(response, 'Contact')[0] ?? '')?.uri ?? startLine.requestUri
  const octets = Buffer.from(writeAcknowledgement(target, response)).toString('latin1')
  return Buffer.from(octets.replace(/branch=[^;,\s]*/, '$&-ack'), 'latin1')
}

/** A CANCEL for a request of ours (RFC 3261 9.1): that of somebody else where its branch or its tag is another. */
export function writeCancel(octets: Uint8Array, how: unknown): Uint8Array {
  const request = readMessage(octets)
  const { startLine } = request
  const value = (name: string): string => headers(request, name)[0] ?? ''
  // What cannot be found in the request is not made up for its CANCEL (RFC 3261 9.1).
  const own = (name: string, change = (text: string): string => text): (readonly [string, string])[] =>
    headers(request, name)
      .slice(0, 1)
      .map((text) => [name, change(text)])
  return writeMessage({
    startLine: {
      kind: 'request',
      method: 'CANCEL',
      requestUri: startLine.kind === 'request' ? startLine.requestUri : '',
    },
    headers: [
      ...own('Via', (via) => (how === 'foreign branch' ? via.replace(/branch=[^;,]*/, '$&foreign') : via)),
      ['Max-Forwards', '70'],
      ...own('From', (from) => (how === 'foreign tag' ? from.replace(/tag=.*/, 'tag=foreign') : from)),
      ...own('To'),
      ...own('Call-ID'),
      ['CSeq', `${/^\d+/.exec(value('CSeq'))?.[0] ?? '1'} CANCEL`],
      ['Content-Length', '0'],
    ],
  })
}

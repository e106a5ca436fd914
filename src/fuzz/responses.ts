import { headers, writeMessage, type SipMessage } from '#wire/sip'

const tagged = (to: string, tag: string): string => (/;\s*tag\s*=/i.test(to) ? to : `${to};tag=${tag}`)

/** A response with the header fields of the request, and nothing else (RFC 3261 8.2.6.2). */
export function writeAnswer(request: SipMessage, status: number, reason: string, tag: string): Uint8Array {
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
      ['Content-Length', '0'],
    ],
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

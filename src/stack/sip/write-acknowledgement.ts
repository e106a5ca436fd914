import { header, headers, type SipMessage, splitList, writeMessage } from '#wire/sip'

/** The ACK to a 300-699 response: Call-ID, From, Request-URI and the topmost Via of the INVITE, To of the response (RFC 3261 17.1.1.3). */
export function writeAcknowledgement(invite: SipMessage, response: SipMessage): Uint8Array {
  if (invite.startLine.kind !== 'request') return new Uint8Array()
  const sequence = (header(invite, 'cseq') ?? '').split(/\s/, 1)[0] ?? ''
  return writeMessage({
    startLine: { kind: 'request', method: 'ACK', requestUri: invite.startLine.requestUri },
    headers: [
      ['Via', splitList(header(invite, 'via') ?? '')[0] ?? ''],
      ['Max-Forwards', '70'],
      ['From', header(invite, 'from') ?? ''],
      ['To', header(response, 'to') ?? ''],
      ['Call-ID', header(invite, 'call-id') ?? ''],
      ['CSeq', `${sequence} ACK`],
      ...headers(invite, 'route').map((route) => ['Route', route] as const),
      ['Content-Length', '0'],
    ],
  })
}

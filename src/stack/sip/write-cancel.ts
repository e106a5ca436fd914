import { header, headers, readMessage, splitList, writeMessage } from '#wire/sip'
import type { OutgoingHeaders } from './stack.ts'

/**
 * The CANCEL of an INVITE (RFC 3261 9.1): its Request-URI, Call-ID, To, From, Route and the number of its CSeq, and its topmost Via alone;
 * no Require and no Proxy-Require. `further` is what the caller adds, a Reason for instance (RFC 3326).
 */
export function writeCancel(octets: Uint8Array, further: OutgoingHeaders): Uint8Array {
  const invite = readMessage(octets)
  if (invite.startLine.kind !== 'request') return new Uint8Array()
  const sequence = (header(invite, 'cseq') ?? '').split(/\s/, 1)[0] ?? ''
  return writeMessage({
    startLine: { kind: 'request', method: 'CANCEL', requestUri: invite.startLine.requestUri },
    headers: [
      ['Via', splitList(header(invite, 'via') ?? '')[0] ?? ''],
      ['Max-Forwards', '70'],
      ['From', header(invite, 'from') ?? ''],
      ['To', header(invite, 'to') ?? ''],
      ['Call-ID', header(invite, 'call-id') ?? ''],
      ['CSeq', `${sequence} CANCEL`],
      ...headers(invite, 'route').map((route) => ['Route', route] as const),
      ...further,
      ['Content-Length', '0'],
    ],
  })
}

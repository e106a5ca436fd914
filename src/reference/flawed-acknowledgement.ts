import { readTag } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import { header, headers, readVia, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'

/** The answer to an ACK of no dialog, though there is no answer to an ACK (only ever by a defect). */
export function answerToStray(message: SipMessage, toTag: string): Uint8Array {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
    headers(message, name).map((value) => `${name}: ${value}`),
  )
  const to = header(message, 'To') ?? ''
  const lines = [
    'SIP/2.0 481 Call/Transaction Does Not Exist',
    ...copied,
    `To: ${readTag(to) === undefined ? `${to};tag=${toTag}` : to}`,
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** The way back to its sender. */
export function wayBack(message: SipMessage, remote: Address): Endpoint {
  const said = readVia(splitList(header(message, 'Via') ?? '')[0] ?? '')?.transport.toLowerCase()
  return { ...remote, transport: said === 'tcp' || said === 'tls' ? said : 'udp' }
}

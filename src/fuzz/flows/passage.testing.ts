import { readMessage } from '#wire/sip'
import type { Passage } from './disturbance.ts'

/** Where it is not as it is everywhere else. */
interface Details {
  /** Milliseconds. */
  readonly at?: number
  readonly uri?: string
  /** What its branch says; the method. */
  readonly transaction?: string
  readonly call?: string
  readonly number?: number
  readonly headers?: readonly string[]
  readonly body?: string
}

/** What was sent or received in a flow: `INVITE`, or `180 INVITE` for a response to one. */
export function passage(direction: Passage['direction'], said: string, details: Details = {}): Passage {
  const [, status, method = ''] = /^(?:(\d{3}) )?(\w+)$/.exec(said) ?? []
  const { at = 0, uri = 'sip:b@127.0.0.1', transaction = method, call = 'one', number = 1 } = details
  const { headers = [], body = '' } = details
  const lines = [
    status === undefined ? `${method} ${uri} SIP/2.0` : `SIP/2.0 ${status} Said`,
    `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-${transaction}`,
    `Call-ID: ${call}`,
    `CSeq: ${number} ${method}`,
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ]
  const octets = Buffer.from(lines.join('\r\n'))
  const message = readMessage(octets)
  return { direction, role: 'client', octets, message, at, remote: { address: '127.0.0.1', port: 5060 } }
}

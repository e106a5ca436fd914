import { header, headers, readMessage, readNameAddress, writeMessage, type SipMessage } from '#wire/sip'

/** What a 2xx to an INVITE of ours made: the side of the caller (RFC 3261 12.1.2). */
export interface Dialog {
  readonly callId: string
  /** From and To as they are in all requests of the caller. */
  readonly from: string
  readonly to: string
  /** Contact of the peer. */
  readonly target: string
  readonly via: string
  readonly sequence: number
}

export function dialogOf(invite: Uint8Array, response: SipMessage): Dialog {
  const request = readMessage(invite)
  const contact = readNameAddress(header(response, 'Contact') ?? '')?.uri
  return {
    callId: header(response, 'Call-ID') ?? '',
    from: header(response, 'From') ?? '',
    to: header(response, 'To') ?? '',
    target: contact ?? (request.startLine.kind === 'request' ? request.startLine.requestUri : 'sip:unknown.invalid'),
    via: headers(request, 'Via')[0] ?? headers(response, 'Via')[0] ?? '',
    sequence: Number.parseInt(header(response, 'CSeq') ?? '1', 10) || 1,
  }
}

/** Whether a dialog may come of a request (RFC 3261 12.1, RFC 6665 4.4.1). */
export const asksForDialog = ({ startLine }: SipMessage): boolean =>
  startLine.kind === 'request' && ['INVITE', 'SUBSCRIBE'].includes(startLine.method)

/** A request inside a dialog (RFC 3261 12.2.1.1); the ACK to a 2xx bears the number of its INVITE and a branch of its own (13.2.2.4). */
export function writeInside(
  { callId, from, to, target, via, sequence }: Dialog,
  method: string,
  more: readonly (readonly [string, string])[] = [],
): Uint8Array {
  const number = method === 'ACK' ? sequence : sequence + 1
  return writeMessage({
    startLine: { kind: 'request', method, requestUri: target },
    headers: [
      ['Via', via.replace(/branch=([^;,\s]*)/, `branch=$1${method}`)],
      ['Max-Forwards', '70'],
      ['From', from],
      ['To', to],
      ['Call-ID', callId],
      ['CSeq', `${number} ${method}`],
      ...more,
      ['Content-Length', '0'],
    ],
  })
}

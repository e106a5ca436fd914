import type { Arrival } from '#play'
import type { SipMessage } from '#wire/sip'

export const isFinal = ({ startLine }: SipMessage): boolean => startLine.kind === 'response' && startLine.status >= 200

/**
 * A server transaction has one final response; others that its user passes to it are discarded (RFC 3261 17.2.2). What
 * is repeated octet by octet is a retransmission and none of these.
 */
export function furtherFinal(
  { startLine }: SipMessage,
  arrived: { readonly seq: number; readonly at: number; readonly step: string },
): Arrival {
  const actual = startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : 'a response'
  return {
    kind: 'violation',
    ...arrived,
    problems: [
      {
        field: 'Status-Line',
        requirement: 'a request has one final response',
        source: { doc: 'RFC 3261', clause: '17.2.2', basis: 'rfc' },
        expected: ['no further response after the final one, but the same again'],
        actual,
      },
    ],
  }
}

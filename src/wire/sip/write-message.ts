import type { SipDraft } from './message.ts'

/**
 * The octets of a message, exactly as asked: nothing is added, reordered or mended, so a draft can be as wrong as a test needs.
 * Text is written as UTF-8, lines end with CRLF (RFC 3261 7).
 */
export function writeMessage(draft: SipDraft): Uint8Array {
  const { startLine, body } = draft
  let head =
    startLine.kind === 'request'
      ? `${startLine.method} ${startLine.requestUri} SIP/2.0\r\n`
      : `SIP/2.0 ${startLine.status} ${startLine.reason}\r\n`
  for (const [name, value] of draft.headers) head += `${name}: ${value}\r\n`
  head += '\r\n'
  const octets = Buffer.from(head, 'utf8')
  return body === undefined || body.length === 0 ? octets : Buffer.concat([octets, body])
}

import { isAscii } from 'node:buffer'
import { contentLengthOf } from './headers/content-length.ts'
import { readHead } from './head.ts'
import { headerField } from './header-field.ts'
import { judgeMessage } from './judge-message.ts'
import type { Diagnostic, SipMessage } from './message.ts'
import { readStartLine } from './start-line.ts'

/**
 * Reads one datagram or one framed message (RFC 3261 7). Never throws: what cannot be read is `unreadable` or a diagnostic.
 * The octets are kept, not copied: the caller must not write into them afterwards.
 */
export function readMessage(octets: Uint8Array): SipMessage {
  const bytes = Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const text = textOf(bytes)
  const head = readHead(octets, text)
  const start = readStartLine(text(head.startLine.start, head.startLine.end))
  let body: Uint8Array | undefined
  let diagnostics: readonly Diagnostic[] | undefined
  const message: SipMessage = {
    octets,
    startLine: start.startLine,
    headers: head.fields,
    get body() {
      body ??= octets.subarray(message.bodySpan.start, message.bodySpan.end)
      return body
    },
    bodySpan: { start: head.end, end: octets.length },
    get diagnostics() {
      diagnostics ??= judgeMessage(message, head, start)
      return diagnostics
    },
  }
  const declared = contentLengthOf(headerField(message, 'content-length')?.value)
  // Octets beyond the declared body are no part of the message (RFC 3261 18.3).
  if (declared !== undefined && declared < octets.length - head.end) {
    Object.assign(message.bodySpan, { end: head.end + declared })
  }
  return message
}

// Decoding every field on its own is slow: where all octets are ASCII, one decoded string is cut into pieces.
function textOf(bytes: Buffer): (start: number, end: number) => string {
  if (bytes.length > 65_536 || !isAscii(bytes)) return (start, end) => bytes.toString('utf8', start, end)
  const text = bytes.toString('latin1')
  return (start, end) => text.slice(start, end)
}

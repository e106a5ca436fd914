import type { SipMessage, Span } from './message.ts'

/** Octets of a message that are to be others: a span as `spanOf` gives it, and what stands there instead. */
export interface Edit {
  readonly span: Span
  /** Text is written as UTF-8. */
  readonly text: string | Uint8Array
}

/**
 * The octets of a message with some of them changed; every other octet stays as it came, so that without edits the
 * message is written as it was read. Nothing is mended: not even Content-Length. Throws a RangeError when spans overlap
 * or lie outside the message.
 */
export function rewriteMessage(message: SipMessage, edits: readonly Edit[] = []): Uint8Array {
  const { octets } = message
  const pieces: Uint8Array[] = []
  let at = 0
  for (const { span, text } of edits.toSorted((one, other) => one.span.start - other.span.start)) {
    if (span.start < at || span.end < span.start || span.end > octets.length)
      throw new RangeError(
        `expected spans one after the other within ${octets.length} octets, came ${span.start}-${span.end}`,
      )
    pieces.push(octets.subarray(at, span.start), typeof text === 'string' ? Buffer.from(text, 'utf8') : text)
    at = span.end
  }
  pieces.push(octets.subarray(at))
  return Buffer.concat(pieces)
}

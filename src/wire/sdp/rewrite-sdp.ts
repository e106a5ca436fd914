import type { Sdp, SdpLine } from './sdp.ts'

/** A change of a description: another value for a line, no such line, or lines put in after it. */
export type SdpEdit =
  | { readonly kind: 'value'; readonly line: SdpLine; readonly value: string }
  | { readonly kind: 'remove'; readonly line: SdpLine }
  | { readonly kind: 'after'; readonly line: SdpLine; readonly lines: readonly string[] }

/**
 * The octets of a description with some lines changed; every other octet stays as it came, so that without edits it is
 * written as it was read. Nothing is mended.
 */
export function rewriteSdp(sdp: Sdp, edits: readonly SdpEdit[] = []): Uint8Array {
  const pieces: Uint8Array[] = []
  const cut = (start: number, end: number): Uint8Array => sdp.octets.subarray(start - sdp.offset, end - sdp.offset)
  for (const line of sdp.lines) {
    const own = edits.filter((edit) => edit.line === line)
    const value = own.findLast((edit) => edit.kind === 'value')
    if (!own.some(({ kind }) => kind === 'remove')) {
      if (value === undefined) pieces.push(cut(line.span.start, line.span.end))
      else {
        const { span, valueSpan } = line
        pieces.push(cut(span.start, valueSpan.start), Buffer.from(value.value, 'utf8'), cut(valueSpan.end, span.end))
      }
    }
    for (const edit of own)
      if (edit.kind === 'after') pieces.push(...edit.lines.map((one) => Buffer.from(`${one}\r\n`, 'utf8')))
  }
  return Buffer.concat(pieces)
}

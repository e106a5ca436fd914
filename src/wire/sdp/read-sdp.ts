import { parse, type SessionDescription } from 'sdp-transform'
import { judgeSdp } from './judge-sdp.ts'
import type { Sdp, SdpDiagnostic, SdpLine } from './sdp.ts'

const CR = 13
const LF = 10

/** Beyond these a body is not taken apart by the library, whose regular expressions see every line. */
const largestDescription = 262_144
const none: SessionDescription = {
  version: 0,
  name: '',
  media: [],
  timing: { start: 0, stop: 0 },
} as unknown as SessionDescription

/**
 * Reads a session description (RFC 8866). Never throws. The octets are kept, not copied. `offset` is where they begin in the
 * message they came in, so that spans are the message's.
 */
export function readSdp(octets: Uint8Array, offset = 0): Sdp {
  const lines = linesIn(octets, offset)
  let description: SessionDescription | undefined
  let diagnostics: readonly SdpDiagnostic[] | undefined
  return {
    octets,
    offset,
    lines,
    get description() {
      description ??= descriptionOf(octets)
      return description
    },
    get diagnostics() {
      diagnostics ??= judgeSdp(octets, offset, lines)
      return diagnostics
    },
  }
}

function linesIn(octets: Uint8Array, offset: number): readonly SdpLine[] {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const lines: SdpLine[] = []
  let media = -1
  let start = 0
  while (start < bytes.length) {
    const lineFeed = bytes.indexOf(LF, start)
    const next = lineFeed === -1 ? bytes.length : lineFeed + 1
    let end = lineFeed === -1 ? bytes.length : lineFeed
    if (end > start && bytes[end - 1] === CR) end -= 1
    const text = bytes.toString('utf8', start, end)
    const typed = text[1] === '='
    if (typed && text.startsWith('m')) media += 1
    lines.push({
      type: typed ? text.slice(0, 1) : '',
      value: typed ? text.slice(2) : text,
      span: { start: offset + start, end: offset + next },
      valueSpan: { start: offset + (typed ? start + 2 : start), end: offset + end },
      media,
    })
    start = next
  }
  return lines
}

function descriptionOf(octets: Uint8Array): SessionDescription {
  if (octets.length > largestDescription) return none
  try {
    return parse(Buffer.from(octets).toString('utf8'))
  } catch {
    // The lines themselves are still there, and the diagnostics say what is wrong with them.
    return none
  }
}

import type { SessionDescription } from 'sdp-transform'

/** Octets `start` up to, not including, `end`. */
interface Span {
  readonly start: number
  readonly end: number
}

/** One line as it came (RFC 8866 5): `a=rtpmap:96 AMR-WB/16000/1`. */
export interface SdpLine {
  /** The letter before the equals sign; empty when the line has none. */
  readonly type: string
  readonly value: string
  /** The whole line with its end. */
  readonly span: Span
  readonly valueSpan: Span
  /** The place among the media descriptions of the one it belongs to, -1 in the session part. */
  readonly media: number
}

/** A rule that the description breaks. */
export interface SdpDiagnostic {
  readonly rule: string
  /** Document and clause. */
  readonly clause: string
  /** Octet offset, counted as the spans are. */
  readonly offset: number
  readonly text: string
}

/** A session description with every octet kept as it came. */
export interface Sdp {
  readonly octets: Uint8Array
  /** Where the octets begin in what they came in: spans and offsets count from there. */
  readonly offset: number
  readonly lines: readonly SdpLine[]
  /** What the lines mean, read when first asked for. Attributes that are not understood stand in `invalid`. */
  readonly description: SessionDescription
  readonly diagnostics: readonly SdpDiagnostic[]
}

/** The lines of a media description, its `m=` line first; of the session part for -1. */
export const linesOf = (sdp: Sdp, media: number): readonly SdpLine[] => sdp.lines.filter((line) => line.media === media)

/** The values of an attribute: what follows `a=name:`, `''` for `a=name`. */
export const attributes = (sdp: Sdp, media: number, name: string): readonly string[] =>
  linesOf(sdp, media).flatMap(({ type, value }) => {
    if (type !== 'a') return []
    if (value === name) return ['']
    return value.startsWith(`${name}:`) ? [value.slice(name.length + 1)] : []
  })

/**
 * The parameters of a format (RFC 8866 6.15): for `a=fmtp:MCPTT mc_queueing;mc_priority=5` those of `MCPTT` (TS 24.380 12.1.2).
 * Without a value a parameter reads `''`. `undefined` when the format has no such line.
 */
export function formatParameters(sdp: Sdp, media: number, format: string): ReadonlyMap<string, string> | undefined {
  const line = attributes(sdp, media, 'fmtp').find((value) => value.split(' ', 1)[0] === format)
  if (line === undefined) return undefined
  const pairs = line
    .slice(format.length)
    .split(';')
    .map((pair) => pair.trim())
  return new Map(
    pairs
      .filter((pair) => pair !== '')
      .map((pair) => {
        const equals = pair.indexOf('=')
        return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      }),
  )
}

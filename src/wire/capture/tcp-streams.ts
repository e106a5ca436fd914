/** A TCP segment (RFC 9293 3.1) with the ends it goes between. */
export interface Segment {
  /** `address:port>address:port`. */
  readonly direction: string
  readonly sequence: number
  readonly synchronize: boolean
  readonly finish: boolean
  readonly reset: boolean
  readonly payload: Uint8Array
  /** Octets of the payload that the capture did not keep. */
  readonly missing: number
}

/** What a stream yields: octets in order, or the news that some are missing. */
export type StreamPiece =
  { readonly kind: 'octets'; readonly octets: Uint8Array } | { readonly kind: 'gap'; readonly octets: number }

/** Puts the segments of one direction of a connection in order. */
export interface StreamAssembly {
  push(segment: Segment): readonly StreamPiece[]
  /** What waits for a segment that never came: what is held, with the gaps before it. */
  flush(): readonly StreamPiece[]
}

/** Octets held back for one direction while a segment is missing; then the gap is accepted. */
const maximalHeld = 1 << 20
const maximalSegments = 1024

export function createStreamAssembly(): StreamAssembly {
  let next: number | undefined
  let held: Segment[] = []
  let heldOctets = 0

  /** Signed distance in the sequence space of 32 bits (RFC 9293 3.4). */
  const distance = (sequence: number): number => (sequence - (next ?? sequence)) | 0

  const take = (segment: Segment, pieces: StreamPiece[]): void => {
    const repeated = Math.min(Math.max(0, -distance(segment.sequence)), segment.payload.length)
    const octets = segment.payload.subarray(repeated)
    if (octets.length > 0) pieces.push({ kind: 'octets', octets })
    if (segment.missing > 0 && octets.length > 0) pieces.push({ kind: 'gap', octets: segment.missing })
    const end = (segment.sequence + segment.payload.length + segment.missing) >>> 0
    if (distance(end) > 0) next = end
  }

  const release = (pieces: StreamPiece[], force: boolean): void => {
    held.sort((one, other) => distance(one.sequence) - distance(other.sequence))
    while (held.length > 0) {
      const [first] = held
      if (first === undefined) break
      const gap = distance(first.sequence)
      if (gap > 0) {
        if (!force) break
        pieces.push({ kind: 'gap', octets: gap })
        next = first.sequence
      }
      held.shift()
      heldOctets -= first.payload.length
      take(first, pieces)
    }
  }

  return {
    push(segment) {
      const pieces: StreamPiece[] = []
      if (segment.synchronize) {
        release(pieces, true)
        next = (segment.sequence + 1) >>> 0
        if (segment.payload.length > 0) take({ ...segment, sequence: next }, pieces)
        return pieces
      }
      if (segment.payload.length === 0) return pieces
      next ??= segment.sequence
      if (distance(segment.sequence) <= 0) {
        take(segment, pieces)
        if (held.length > 0) release(pieces, false)
        return pieces
      }
      held.push(segment)
      heldOctets += segment.payload.length
      if (heldOctets > maximalHeld || held.length > maximalSegments) release(pieces, true)
      return pieces
    },
    flush() {
      const pieces: StreamPiece[] = []
      release(pieces, true)
      held = []
      return pieces
    },
  }
}

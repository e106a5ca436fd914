import type { Capture, CapturedPacket } from './capture.ts'
import { createFragmentAssembly } from './fragments.ts'
import { readInternetPacket, type InternetPacket } from './internet-packet.ts'
import { createStreamAssembly, type Segment, type StreamAssembly, type StreamPiece } from './tcp-streams.ts'

/** One end of an exchange. IPv6 addresses are written as RFC 5952 says, without brackets. */
export interface TrafficEnd {
  readonly address: string
  readonly port: number
}

interface Passage {
  /** Number of the packet that completed it. */
  readonly packet: number
  /** Milliseconds since the first packet of the file. */
  readonly at: number
  readonly source: TrafficEnd
  readonly target: TrafficEnd
}

/** What passed between two ends, in the order of the capture. */
export type Traffic =
  | (Passage & {
      readonly kind: 'datagram'
      readonly octets: Uint8Array
      /** Octets of the datagram that the capture did not keep. */
      readonly missing: number
    })
  | (Passage & { readonly kind: 'stream'; readonly octets: Uint8Array })
  /** Octets of a stream that are not in the capture. */
  | (Passage & { readonly kind: 'stream-gap'; readonly missing: number })
  /** A connection begins anew or ends: what was open in this direction is over. */
  | (Passage & { readonly kind: 'stream-edge' })

const protocol = { tcp: 6, udp: 17 } as const
/** Directions of connections that are followed at once; the oldest is given up for a new one. */
const maximalStreams = 4096

/** Takes datagrams and streams out of the packets: fragments and segments are put together. Never throws. */
export function* trafficOf(capture: Capture): Generator<Traffic> {
  const fragments = createFragmentAssembly()
  const streams = new Map<string, { readonly assembly: StreamAssembly; readonly ends: Ends }>()
  let last: CapturedPacket | undefined
  for (const packet of capture.packets) {
    last = packet
    const captured = readInternetPacket(packet)
    const whole = captured && fragments.push(captured)
    if (whole === undefined) continue
    if (whole.protocol === protocol.udp) {
      const datagram = readDatagram(whole)
      if (datagram !== undefined) yield { kind: 'datagram', packet: packet.number, at: packet.at, ...datagram }
    } else if (whole.protocol === protocol.tcp) {
      const read = readSegment(whole)
      if (read === undefined) continue
      const { segment, ends } = read
      let stream = streams.get(segment.direction)
      if (stream === undefined) {
        if (streams.size === maximalStreams) streams.delete(String(streams.keys().next().value))
        stream = { assembly: createStreamAssembly(), ends }
        streams.set(segment.direction, stream)
      }
      const passage = { packet: packet.number, at: packet.at, ...ends }
      const pieces = stream.assembly.push(segment)
      if (segment.synchronize) yield { kind: 'stream-edge', ...passage }
      for (const piece of pieces) yield trafficOfPiece(piece, passage)
      if (segment.finish || segment.reset) yield { kind: 'stream-edge', ...passage }
    }
  }
  if (last === undefined) return
  for (const { assembly, ends } of streams.values())
    for (const piece of assembly.flush()) yield trafficOfPiece(piece, { packet: last.number, at: last.at, ...ends })
}

type Ends = Pick<Passage, 'source' | 'target'>

const trafficOfPiece = (piece: StreamPiece, passage: Passage): Traffic =>
  piece.kind === 'gap'
    ? { kind: 'stream-gap', missing: piece.octets, ...passage }
    : { kind: 'stream', octets: piece.octets, ...passage }

//  0      7 8     15 16    23 24    31
// |     Source      |   Destination   |
// |     Length      |    Checksum     |

/** RFC 768. The checksum is not looked at: on the sending machine it is often not yet computed. */
function readDatagram(packet: InternetPacket): (Ends & { octets: Uint8Array; missing: number }) | undefined {
  const { payload } = packet
  if (payload.length < 8) return undefined
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const announced = view.getUint16(4)
  const length = announced < 8 ? payload.length + packet.missing : announced
  const octets = payload.subarray(8, Math.min(length, payload.length))
  return { ...endsOf(packet, view), octets, missing: Math.max(0, length - 8 - octets.length) }
}

//  0                   1                   2                   3
// |          Source Port          |       Destination Port        |
// |                        Sequence Number                        |
// |                    Acknowledgment Number                      |
// | Offset|  Rsrvd  |  ...A|P|R|S|F|            Window            |
// |           Checksum            |         Urgent Pointer        |

/** RFC 9293 3.1. */
function readSegment(packet: InternetPacket): { segment: Segment; ends: Ends } | undefined {
  const { payload } = packet
  if (payload.length < 20) return undefined
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const header = (view.getUint8(12) >> 4) * 4
  if (header < 20 || header > payload.length) return undefined
  const flags = view.getUint8(13)
  const ends = endsOf(packet, view)
  return {
    ends,
    segment: {
      direction: `${ends.source.address}:${ends.source.port}>${ends.target.address}:${ends.target.port}`,
      sequence: view.getUint32(4),
      synchronize: (flags & 0x02) !== 0,
      finish: (flags & 0x01) !== 0,
      reset: (flags & 0x04) !== 0,
      payload: payload.subarray(header),
      missing: packet.missing,
    },
  }
}

const endsOf = (packet: InternetPacket, view: DataView): Ends => ({
  source: { address: packet.source, port: view.getUint16(0) },
  target: { address: packet.target, port: view.getUint16(2) },
})

import { openUdp, type Address, type Disturbance, type Failure } from '#transport'
import { readFloorControl, type FloorControlReading } from '#wire/floor-control'
import { readRtcp, type RtcpDiagnostic, type RtcpPacket } from '#wire/rtcp'
import { readRtp, type RtpDiagnostic, type RtpPacket } from '#wire/rtp'
import type { Clock } from './clock.ts'

/** How a datagram came. */
export interface Arrival {
  /** Milliseconds of the port's clock. */
  readonly at: number
  readonly from: Address
  readonly octets: Uint8Array
}

export interface MediaPortOptions {
  readonly address: string
  /** 0, any free one, unless said. */
  readonly port?: number
  readonly clock: Clock
  /** What a network would do to its datagrams; nothing unless said. */
  readonly disturbance?: Disturbance
  /** An RTP packet; it shares the memory of the datagram. */
  readonly onRtp?: (packet: RtpPacket, arrival: Arrival) => void
  /** A control message of TS 24.380 in an application-defined packet. A datagram may hold several (8.1.1). */
  readonly onControl?: (reading: FloorControlReading, arrival: Arrival) => void
  /** Any other RTCP packet. */
  readonly onRtcp?: (packet: RtcpPacket, arrival: Arrival) => void
  /** What could not be read, or only in part. */
  readonly onWrong?: (diagnostics: readonly (RtpDiagnostic | RtcpDiagnostic)[], arrival: Arrival) => void
  /** Every datagram that leaves or comes, as it is on the wire, before it is read. */
  readonly onOctets?: (direction: 'sent' | 'received', octets: Uint8Array, remote: Address, at: number) => void
  readonly onFailure?: (failure: Failure) => void
}

/** A UDP socket for RTP, RTCP or both (RFC 5761). */
export interface MediaPort {
  readonly local: Address
  /** False when it cannot even be tried. Datagrams of one turn of the event loop leave together at its end. */
  send(octets: Uint8Array, remote: Address): boolean
  close(): Promise<void>
}

/** Packet types of RTCP where both come to one port (RFC 5761 4). */
export const isRtcp = (octets: Uint8Array): boolean => (octets[1] ?? 0) >= 192 && (octets[1] ?? 0) <= 223

/** Opens a media port. Rejects with an error that names address, port and repair when it cannot listen there. */
export async function openMediaPort(options: MediaPortOptions): Promise<MediaPort> {
  const { address, port = 0, clock, disturbance, onOctets, onFailure } = options
  const socket = await openUdp({
    address,
    port,
    disturbance,
    onDatagram(octets, remote) {
      const arrival: Arrival = { at: clock.now(), from: { address: remote.address, port: remote.port }, octets }
      onOctets?.('received', octets, arrival.from, arrival.at)
      if (isRtcp(octets)) takeRtcp(options, arrival)
      else takeRtp(options, arrival)
    },
    onFailure: (failure) => onFailure?.(failure),
  })
  return {
    local: socket.local,
    send(octets, remote) {
      onOctets?.('sent', octets, remote, clock.now())
      return socket.send(octets, remote)
    },
    close: () => socket.close(),
  }
}

function takeRtp({ onRtp, onWrong }: MediaPortOptions, arrival: Arrival): void {
  const { packet, diagnostics } = readRtp(arrival.octets)
  if (diagnostics.length > 0) onWrong?.(diagnostics, arrival)
  if (packet !== undefined) onRtp?.(packet, arrival)
}

function takeRtcp({ onControl, onRtcp, onWrong }: MediaPortOptions, arrival: Arrival): void {
  const { packets, diagnostics } = readRtcp(arrival.octets)
  if (diagnostics.length > 0) onWrong?.(diagnostics, arrival)
  for (const { packet, span } of packets) {
    // What is not valid is not processed (RFC 3550 A.2).
    if (diagnostics.some(({ severity, offset }) => severity === 'error' && offset >= span.start && offset < span.end))
      continue
    const reading = packet.kind === 'application' ? readFloorControl(packet, span.start) : undefined
    if (reading === undefined) onRtcp?.(packet, arrival)
    else onControl?.(reading, arrival)
  }
}

import type { PlacedRtcpPacket } from './read-rtcp.ts'
import type { RtcpDiagnostic, RtcpPacket } from './rtcp-packet.ts'

/**
 * What a datagram of RTCP as a whole must be (RFC 3550 6.1): begin with a report, hold a CNAME, pad at the end alone.
 * Not for reduced-size RTCP (RFC 5506), which SDP announces by `a=rtcp-rsize`, nor for application-defined packets that
 * another specification sends alone, as TS 24.380 8.1.1 does.
 */
export function judgeCompound(packets: readonly PlacedRtcpPacket[]): readonly RtcpDiagnostic[] {
  const diagnostics: RtcpDiagnostic[] = []
  const say = (rule: string, clause: string, offset: number, text: string): void => {
    diagnostics.push({ rule, clause: `RFC 3550 ${clause}`, severity: 'error', offset, text })
  }
  const [first] = packets
  if (first === undefined) return diagnostics
  if (first.packet.kind !== 'sender-report' && first.packet.kind !== 'receiver-report') {
    const text = `expected a sender or receiver report first, came ${packetNames[first.packet.kind]}`
    say('rtcp-compound-first', '6.1', first.span.start, text)
  }
  if (!packets.some(({ packet }) => hasCanonicalName(packet)))
    say('rtcp-compound-cname', '6.1', first.span.start, 'expected a source description with a CNAME, came none')
  for (const { packet, span } of packets.slice(0, -1))
    if (packet.padding.length > 0)
      say('rtcp-compound-padding', '6.4.1', span.start, 'expected padding in the last packet alone')
  return diagnostics
}

const hasCanonicalName = (packet: RtcpPacket): boolean =>
  packet.kind === 'source-description' && packet.chunks.some(({ items }) => items.some(({ type }) => type === 1))

/** Packet kinds as RFC 3550 6 names them. */
export const packetNames: Readonly<Record<RtcpPacket['kind'], string>> = {
  'sender-report': 'SR',
  'receiver-report': 'RR',
  'source-description': 'SDES',
  goodbye: 'BYE',
  application: 'APP',
  unknown: 'an unknown packet type',
}

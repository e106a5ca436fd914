import { packetType, type RtcpPacket, type DescriptionChunk, type ReceptionReport } from './rtcp-packet.ts'

/** The octets of a datagram of packets, one after the other (RFC 3550 6.1). */
export function writeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const [only] = packets
  return only !== undefined && packets.length === 1 ? writePacket(only) : Buffer.concat(packets.map(writePacket))
}

/** The octets of one packet; the length comes from what is there, the rest is exactly as asked. */
function writePacket(packet: RtcpPacket): Buffer {
  const { type, count, parts } = contentOf(packet)
  const length = 4 + packet.padding.length + parts.reduce((sum, part) => sum + part.length, 0)
  const octets = Buffer.allocUnsafe(length)
  octets[0] = 0x80 | (packet.padding.length > 0 ? 0x20 : 0) | (count & 0x1f)
  octets[1] = type
  octets.writeUInt16BE((Math.ceil(length / 4) - 1) & 0xffff, 2)
  let at = 4
  for (const part of parts) {
    octets.set(part, at)
    at += part.length
  }
  octets.set(packet.padding, at)
  return octets
}

interface Content {
  readonly type: number
  readonly count: number
  readonly parts: readonly Uint8Array[]
}

function contentOf(packet: RtcpPacket): Content {
  switch (packet.kind) {
    case 'sender-report': {
      const { ssrc, ntp, rtpTimestamp, packets, octets, reports, extension } = packet
      const info = words(ssrc, ntp.seconds, ntp.fraction, rtpTimestamp, packets, octets)
      const parts = [info, ...reports.map(reportContent), extension]
      return { type: packetType[packet.kind], count: reports.length, parts }
    }
    case 'receiver-report': {
      const parts = [words(packet.ssrc), ...packet.reports.map(reportContent), packet.extension]
      return { type: packetType[packet.kind], count: packet.reports.length, parts }
    }
    case 'source-description':
      return {
        type: packetType[packet.kind],
        count: packet.chunks.length,
        parts: packet.chunks.map(chunkContent),
      }
    case 'goodbye': {
      const reason = packet.reason === undefined ? [] : [reasonContent(packet.reason)]
      return {
        type: packetType[packet.kind],
        count: packet.sources.length,
        parts: [words(...packet.sources), ...reason],
      }
    }
    case 'application': {
      const head = Buffer.allocUnsafe(8)
      head.writeUInt32BE(packet.ssrc >>> 0)
      head.write(packet.name.padEnd(4).slice(0, 4), 4, 'latin1')
      return { type: packetType[packet.kind], count: packet.subtype, parts: [head, packet.data] }
    }
    case 'unknown':
      return { type: packet.packetType, count: packet.count, parts: [packet.content] }
  }
}

function words(...values: readonly number[]): Buffer {
  const octets = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => octets.writeUInt32BE(value >>> 0, index * 4))
  return octets
}

const reportContent = (report: ReceptionReport): Buffer =>
  words(
    report.ssrc,
    (report.fractionLost << 24) | (report.lost & 0xff_ffff),
    report.highestSequence,
    report.jitter,
    report.lastSenderReport,
    report.delaySinceLastSenderReport,
  )

/** At least one zero ends the items; the next chunk begins at a multiple of 4 (RFC 3550 6.5). */
function chunkContent({ source, items }: DescriptionChunk): Buffer {
  const list = items.map(({ type, octets }) => Buffer.concat([Uint8Array.of(type, octets.length), octets]))
  const octets = Buffer.concat(list)
  return Buffer.concat([words(source), octets, Buffer.alloc(4 - (octets.length % 4))])
}

function reasonContent(reason: string): Buffer {
  const text = Buffer.from(reason, 'utf8').subarray(0, 255)
  return Buffer.concat([Uint8Array.of(text.length), text, Buffer.alloc((4 - ((1 + text.length) % 4)) % 4)])
}

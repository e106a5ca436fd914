import type { RtpPacket } from './rtp-packet.ts'

/** The octets of a packet (RFC 3550 5.1), exactly as asked: counts and lengths come from what is there. */
export function writeRtp(packet: RtpPacket): Uint8Array {
  const { contributingSources: sources, extension, payload, padding } = packet
  const extensionOctets = extension === undefined ? 0 : 4 + extension.octets.length
  const head = 12 + sources.length * 4 + extensionOctets
  // Every octet is written below.
  const octets = Buffer.allocUnsafe(head + payload.length + padding.length)
  const flags = (padding.length > 0 ? 0x20 : 0) | (extension === undefined ? 0 : 0x10)
  octets[0] = 0x80 | flags | (sources.length & 0x0f)
  octets[1] = (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f)
  octets.writeUInt16BE(packet.sequence & 0xffff, 2)
  octets.writeUInt32BE(packet.timestamp >>> 0, 4)
  octets.writeUInt32BE(packet.ssrc >>> 0, 8)
  let at = 12
  for (const source of sources) at = octets.writeUInt32BE(source >>> 0, at)
  if (extension !== undefined) {
    octets.writeUInt16BE(extension.profile & 0xffff, at)
    octets.writeUInt16BE((extension.octets.length / 4) & 0xffff, at + 2)
    octets.set(extension.octets, at + 4)
  }
  octets.set(payload, head)
  octets.set(padding, head + payload.length)
  return octets
}

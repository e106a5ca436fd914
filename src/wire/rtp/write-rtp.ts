import type { RtpPacket } from './rtp-packet.ts'

/** The octets of a packet (RFC 3550 5.1), exactly as asked: counts and lengths come from what is there. */
export function writeRtp(packet: RtpPacket): Uint8Array {
  const { contributingSources: sources, extension, payload, padding } = packet
  const extensionOctets = extension === undefined ? 0 : 4 + extension.octets.length
  const head = 12 + sources.length * 4 + extensionOctets
  const octets = new Uint8Array(head + payload.length + padding.length)
  const view = new DataView(octets.buffer)
  const flags = (padding.length > 0 ? 0x20 : 0) | (extension === undefined ? 0 : 0x10)
  view.setUint8(0, 0x80 | flags | (sources.length & 0x0f))
  view.setUint8(1, (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f))
  view.setUint16(2, packet.sequence)
  view.setUint32(4, packet.timestamp)
  view.setUint32(8, packet.ssrc)
  sources.forEach((source, index) => view.setUint32(12 + index * 4, source))
  if (extension !== undefined) {
    const at = 12 + sources.length * 4
    view.setUint16(at, extension.profile)
    view.setUint16(at + 2, extension.octets.length / 4)
    octets.set(extension.octets, at + 4)
  }
  octets.set(payload, head)
  octets.set(padding, head + payload.length)
  return octets
}

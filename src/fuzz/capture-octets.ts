import type { Passage } from './observation.ts'

/** LINKTYPE_RAW: a packet begins with its IPv4 header. */
const linkRaw = 101

/** A capture (pcap) of datagrams: the octets are as they were, the headers of IPv4 and UDP are made. */
export function captureOf(passages: readonly Passage[]): Uint8Array {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(262_144, 16)
  head.writeUInt32LE(linkRaw, 20)
  return Buffer.concat([head, ...passages.flatMap(packetOf)])
}

function packetOf({ direction, at, octets, local, remote }: Passage): readonly Buffer[] {
  const [from, to] = direction === 'sent' ? [local, remote] : [remote, local]
  const length = 28 + octets.length
  const record = Buffer.alloc(16)
  record.writeUInt32LE(Math.floor(at / 1000), 0)
  record.writeUInt32LE(Math.floor((at % 1000) * 1000), 4)
  record.writeUInt32LE(length, 8)
  record.writeUInt32LE(length, 12)
  const headers = Buffer.alloc(28)
  headers.writeUInt8(0x45, 0)
  headers.writeUInt16BE(length, 2)
  headers.writeUInt8(64, 8)
  headers.writeUInt8(17, 9)
  addressOctets(from.address).copy(headers, 12)
  addressOctets(to.address).copy(headers, 16)
  headers.writeUInt16BE(checksum(headers.subarray(0, 20)), 10)
  headers.writeUInt16BE(from.port, 20)
  headers.writeUInt16BE(to.port, 22)
  headers.writeUInt16BE(8 + octets.length, 24)
  return [record, headers, Buffer.from(octets)]
}

const addressOctets = (address: string): Buffer => {
  const numbers = address.split('.').map(Number)
  return Buffer.from(numbers.length === 4 ? numbers : [127, 0, 0, 1])
}

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0
  for (let at = 0; at < octets.length; at += 2) sum += octets.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

import type { MessageEvent } from '#verdict'

/** One packet of the capture: an IPv4 or IPv6 datagram as it could have been on the wire. */
export interface Frame {
  /** Milliseconds since the run started. */
  readonly at: number
  readonly octets: Buffer
  /** Octets the packet had; more than `octets` when the record holds only the beginning of a message. */
  readonly length: number
  readonly comment: string
}

const headerOctets = 20
/** RFC 791: total length is 16 bits. */
const longestDatagram = 65_535
/** Payload of one fragment, a multiple of 8 (RFC 791 3.1), so that a fragment fits an Ethernet frame. */
const fragmentPayload = 1480
/** RFC 768: what is left of a datagram after both headers. */
export const longestUdp = longestDatagram - headerOctets - 8
const segmentPayload = 1460

/** RFC 1071: one's complement sum of 16-bit words, the odd octet padded with zero. */
export function checksum(...parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let at = 0; at + 1 < part.length; at += 2) sum += part.readUInt16BE(at)
    if (part.length % 2 === 1) sum += (part.at(-1) ?? 0) << 8
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** The octets of an IPv4 or IPv6 address. Anything else, a name, gets a stable address of 192.0.2.0/24 (RFC 5737). */
export function addressOctets(address: string): Buffer {
  const plain = address.replace(/^::ffff:/i, '')
  const parts = plain.split('.').map(Number)
  if (parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255))
    return Buffer.from(parts)
  const url = `http://[${plain.replace(/%.*$/, '')}]`
  if (plain.includes(':') && URL.canParse(url)) return sixteenOctets(new URL(url).hostname.slice(1, -1))
  if (plain === 'localhost') return Buffer.from([127, 0, 0, 1])
  let last = 7
  for (const octet of Buffer.from(plain)) last = (last * 31 + octet) % 254
  return Buffer.from([192, 0, 2, last + 1])
}

/** Of an address as a URL writes it: groups of hexadecimal digits alone. */
function sixteenOctets(address: string): Buffer {
  const groups = (part: string): number[] =>
    part.split(':').flatMap((group) => (group === '' ? [] : [Number.parseInt(group, 16)]))
  const [before = '', behind] = address.split('::')
  const [head, tail] = [groups(before), groups(behind ?? '')]
  const octets = Buffer.alloc(16)
  head.forEach((group, index) => octets.writeUInt16BE(group, index * 2))
  tail.forEach((group, index) => octets.writeUInt16BE(group, 16 - (tail.length - index) * 2))
  return octets
}

/** RFC 4291 2.5.5.2. */
const mapped = (address: Buffer): Buffer =>
  address.length === 16 ? address : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), address])

interface Ends {
  readonly source: { readonly address: Buffer; readonly port: number }
  readonly target: { readonly address: Buffer; readonly port: number }
}

const endsOf = ({ direction, local, remote }: MessageEvent): Ends => {
  const [source, target] = direction === 'sent' ? [local, remote] : [remote, local]
  const [from, to] = [addressOctets(source.address), addressOctets(target.address)]
  const same = from.length === to.length
  return {
    source: { address: same ? from : mapped(from), port: source.port & 0xffff },
    target: { address: same ? to : mapped(to), port: target.port & 0xffff },
  }
}

//  0                   1                   2                   3
//  |Version|  IHL  |Type of Service|          Total Length         |
//  |         Identification        |Flags|      Fragment Offset    |
//  |  Time to Live |    Protocol   |         Header Checksum       |
//  |                       Source Address                          |
//  |                    Destination Address                        |      RFC 791 3.1
function ip(
  ends: Ends,
  protocol: 6 | 17,
  identification: number,
  fragment: number,
  payload: Buffer,
  length = payload.length,
): Buffer {
  const { source, target } = ends
  if (source.address.length === 16) return ip6(ends, protocol, identification, fragment, payload, length)
  const header = Buffer.alloc(headerOctets)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(headerOctets + length, 2)
  header.writeUInt16BE(identification & 0xffff, 4)
  header.writeUInt16BE(fragment, 6)
  header.writeUInt8(64, 8)
  header.writeUInt8(protocol, 9)
  source.address.copy(header, 12)
  target.address.copy(header, 16)
  header.writeUInt16BE(checksum(header), 10)
  return Buffer.concat([header, payload])
}

//  |Version| Traffic Class |           Flow Label                  |
//  |         Payload Length        |  Next Header  |   Hop Limit   |
//  |              Source Address, Destination Address              |      RFC 8200 3
//  |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|
//  |                         Identification                        |      RFC 8200 4.5
function ip6(
  { source, target }: Ends,
  protocol: 6 | 17,
  identification: number,
  fragment: number,
  payload: Buffer,
  length: number,
): Buffer {
  const [offset, more] = [fragment & 0x1fff, (fragment & 0x2000) !== 0]
  const extension = Buffer.alloc(offset > 0 || more ? 8 : 0)
  if (extension.length > 0) {
    extension.writeUInt8(protocol, 0)
    extension.writeUInt16BE((offset << 3) | (more ? 1 : 0), 2)
    extension.writeUInt32BE(identification >>> 0, 4)
  }
  const header = Buffer.alloc(8)
  header.writeUInt8(0x60, 0)
  header.writeUInt16BE(extension.length + length, 4)
  header.writeUInt8(extension.length > 0 ? 44 : protocol, 6)
  header.writeUInt8(64, 7)
  return Buffer.concat([header, source.address, target.address, extension, payload])
}

/** RFC 768, RFC 9293 3.1 and RFC 8200 8.1: both checksums cover the addresses, the protocol and the length. */
function pseudoHeader({ source, target }: Ends, protocol: 6 | 17, length: number): Buffer {
  const rest = Buffer.alloc(source.address.length === 16 ? 8 : 4)
  rest.writeUInt8(protocol, rest.length === 8 ? 7 : 1)
  rest.writeUInt16BE(length, 2)
  return Buffer.concat([source.address, target.address, rest])
}

/**
 * A UDP message: one datagram, in fragments when it is larger than an Ethernet frame holds. Of a message that was cut
 * for the record the missing end is marked as not captured.
 */
export function udpFrames(message: MessageEvent, recorded: Buffer, comment: string): Frame[] {
  const ends = endsOf(message)
  const payload = recorded.subarray(0, longestUdp)
  const length = 8 + Math.min(longestUdp, Math.max(message.length, payload.length))
  const header = Buffer.alloc(8)
  header.writeUInt16BE(ends.source.port, 0)
  header.writeUInt16BE(ends.target.port, 2)
  header.writeUInt16BE(length, 4)
  // Zero says that no checksum was made, as when the octets it is made over are not known.
  const whole = length === 8 + payload.length
  if (whole) header.writeUInt16BE(checksum(pseudoHeader(ends, 17, length), header, payload) || 0xffff, 6)
  const datagram = Buffer.concat([header, payload])
  const frames: Frame[] = []
  for (let from = 0; from < datagram.length; from += fragmentPayload) {
    const size = Math.min(fragmentPayload, length - from)
    const more = from + size < length ? 0x2000 : 0
    const part = datagram.subarray(from, from + size)
    const octets = ip(ends, 17, message.seq, more | (from / 8), part, size)
    const packet = octets.length - part.length + size
    frames.push({ at: message.at, octets, length: packet, comment: from === 0 ? comment : '' })
  }
  return frames
}

/** What one direction of a connection has sent so far. */
interface Side {
  next: number
}

const flag = { syn: 0x02, push: 0x08, acknowledge: 0x10 } as const

/**
 * TCP messages as segments with sequence and acknowledgement numbers that add up for each connection, opened by a
 * handshake, so that readers put the stream together. RFC 9293 3.1, 3.4.
 */
export function tcpConnections(): (message: MessageEvent, payload: Buffer, comment: string) => Frame[] {
  const sides = new Map<string, Side>()
  let identification = 1

  const segment = (
    ends: Ends,
    at: number,
    flags: number,
    own: Side,
    other: Side,
    payload: Buffer,
    comment: string,
  ): Frame => {
    const header = Buffer.alloc(headerOctets)
    header.writeUInt16BE(ends.source.port, 0)
    header.writeUInt16BE(ends.target.port, 2)
    header.writeUInt32BE(own.next >>> 0, 4)
    header.writeUInt32BE(flags & flag.acknowledge ? other.next >>> 0 : 0, 8)
    header.writeUInt8((headerOctets / 4) << 4, 12)
    header.writeUInt8(flags, 13)
    header.writeUInt16BE(65_535, 14)
    header.writeUInt16BE(checksum(pseudoHeader(ends, 6, headerOctets + payload.length), header, payload), 16)
    own.next = (own.next + payload.length + (flags & flag.syn ? 1 : 0)) >>> 0
    identification += 1
    const octets = ip(ends, 6, identification, 0x4000, Buffer.concat([header, payload]))
    return { at, octets, length: octets.length, comment }
  }

  return (message, payload, comment) => {
    const ends = endsOf(message)
    const back: Ends = { source: ends.target, target: ends.source }
    const key = ({ source, target }: Ends): string =>
      `${source.address.join('.')}:${source.port}>${target.address.join('.')}:${target.port}`
    const nothing = Buffer.alloc(0)
    const frames: Frame[] = []
    let own = sides.get(key(ends))
    let other = sides.get(key(back))
    if (!own || !other) {
      own = { next: 1000 }
      other = { next: 5000 }
      sides.set(key(ends), own)
      sides.set(key(back), other)
      // Who connected is not in the record; who spoke first is taken for it.
      frames.push(
        segment(ends, message.at, flag.syn, own, other, nothing, ''),
        segment(back, message.at, flag.syn | flag.acknowledge, other, own, nothing, ''),
        segment(ends, message.at, flag.acknowledge, own, other, nothing, ''),
      )
    }
    for (let from = 0; from < payload.length; from += segmentPayload) {
      const part = payload.subarray(from, from + segmentPayload)
      frames.push(segment(ends, message.at, flag.push | flag.acknowledge, own, other, part, from === 0 ? comment : ''))
    }
    // What the record does not hold is a gap in the stream.
    own.next = (own.next + Math.max(0, message.length - payload.length)) >>> 0
    return frames
  }
}

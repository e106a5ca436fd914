// Captures made for tests: frames, packets and files with the fields a test turns on.

/** `4:10.0.0.1` or an IPv6 address, and a port. */
export interface RecordedEnd {
  readonly address: string
  readonly port: number
}

export const end = (address: string, port: number): RecordedEnd => ({ address, port })

const addressOctets = (address: string): Buffer => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [groups(head), groups(tail)]
  const all = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
  return Buffer.from(Uint16Array.from(all).buffer).swap16()
}

/** An IPv4 or IPv6 packet, or a fragment of one. */
export function internet(
  protocol: number,
  from: RecordedEnd,
  to: RecordedEnd,
  payload: Uint8Array,
  fragment?: { readonly id: number; readonly offset: number; readonly more: boolean },
): Buffer {
  const [source, target] = [addressOctets(from.address), addressOctets(to.address)]
  if (source.length === 4) {
    const head = Buffer.alloc(12)
    head.writeUInt8(0x45, 0)
    head.writeUInt16BE(20 + payload.length, 2)
    head.writeUInt16BE(fragment?.id ?? 1, 4)
    head.writeUInt16BE(fragment === undefined ? 0 : (fragment.more ? 0x2000 : 0) | (fragment.offset / 8), 6)
    head.writeUInt8(64, 8)
    head.writeUInt8(protocol, 9)
    return Buffer.concat([head, source, target, payload])
  }
  const extension = Buffer.alloc(fragment === undefined ? 0 : 8)
  if (fragment !== undefined) {
    extension.writeUInt8(protocol, 0)
    extension.writeUInt16BE(fragment.offset | (fragment.more ? 1 : 0), 2)
    extension.writeUInt32BE(fragment.id, 4)
  }
  const head = Buffer.from('600000000000ff40', 'hex')
  head.writeUInt16BE(extension.length + payload.length, 4)
  head.writeUInt8(fragment === undefined ? protocol : 44, 6)
  return Buffer.concat([head, source, target, extension, payload])
}

export function udp(from: RecordedEnd, to: RecordedEnd, payload: Uint8Array | string): Buffer {
  return internet(17, from, to, udpDatagram(from, to, payload))
}

export function udpDatagram(from: RecordedEnd, to: RecordedEnd, payload: Uint8Array | string): Buffer {
  const octets = Buffer.from(payload)
  const head = Buffer.alloc(8)
  head.writeUInt16BE(from.port, 0)
  head.writeUInt16BE(to.port, 2)
  head.writeUInt16BE(8 + octets.length, 4)
  return Buffer.concat([head, octets])
}

export function tcp(
  from: RecordedEnd,
  to: RecordedEnd,
  sequence: number,
  payload: Uint8Array | string,
  flags: { readonly synchronize?: boolean; readonly finish?: boolean } = {},
): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt16BE(from.port, 0)
  head.writeUInt16BE(to.port, 2)
  head.writeUInt32BE(sequence >>> 0, 4)
  head.writeUInt8(0x50, 12)
  head.writeUInt8((flags.synchronize ? 2 : 0) | (flags.finish ? 1 : 0) | 0x10, 13)
  return internet(6, from, to, Buffer.concat([head, Buffer.from(payload)]))
}

export interface RecordedPacket {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly octets: Uint8Array
  /** Octets it had, when the capture kept fewer. */
  readonly length?: number
}

/** A pcapng file; link type raw IP unless said otherwise. */
export function pcapng(packets: readonly RecordedPacket[], { linkType = 101, big = false } = {}): Buffer {
  const word = (value: number): Buffer => {
    const octets = Buffer.alloc(4)
    if (big) octets.writeUInt32BE(value >>> 0)
    else octets.writeUInt32LE(value >>> 0)
    return octets
  }
  const half = (value: number): Buffer => {
    const octets = Buffer.alloc(2)
    if (big) octets.writeUInt16BE(value)
    else octets.writeUInt16LE(value)
    return octets
  }
  const block = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts)
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
    return Buffer.concat([word(type), word(padded.length + 12), padded, word(padded.length + 12)])
  }
  const section = block(0x0a0d0d0a, word(0x1a2b3c4d), half(1), half(0), word(0xffff_ffff), word(0xffff_ffff))
  const description = block(1, half(linkType), half(0), word(0))
  return Buffer.concat([
    section,
    description,
    ...packets.map(({ at, octets, length = octets.length }) => {
      const ticks = BigInt(Math.round(at * 1000))
      const [high, low] = [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)]
      return block(6, word(0), word(high), word(low), word(octets.length), word(length), octets)
    }),
  ])
}

/** A file of the classic format. */
export function pcap(
  packets: readonly RecordedPacket[],
  { linkType = 101, big = false, nanoseconds = false } = {},
): Buffer {
  const words = (...values: readonly number[]): Buffer => {
    const octets = Buffer.alloc(values.length * 4)
    values.forEach((value, index) =>
      big ? octets.writeUInt32BE(value >>> 0, index * 4) : octets.writeUInt32LE(value >>> 0, index * 4),
    )
    return octets
  }
  const version = big ? 0x0002_0004 : 0x0004_0002
  const header = words(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, version, 0, 0, 65_535, linkType)
  return Buffer.concat([
    header,
    ...packets.map(({ at, octets, length = octets.length }) => {
      const fraction = Math.round((at % 1000) * (nanoseconds ? 1_000_000 : 1000))
      return Buffer.concat([words(Math.floor(at / 1000), fraction, octets.length, length), octets])
    }),
  ])
}

import type { Capture, CaptureLimits } from './capture.ts'
import { createPacketList, type PacketList } from './packet-list.ts'

const blockType = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const
const byteOrderMagic = 0x1a2b3c4d
const option = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const

export const isPcapng = (view: DataView): boolean => view.byteLength >= 4 && view.getUint32(0) === blockType.section

interface Interface {
  readonly linkType: number
  readonly snapLength: number
  /** Ticks of a second. */
  readonly resolution: bigint
  /** Seconds to add to every time stamp. */
  readonly offset: bigint
}

interface Section {
  little: boolean
  interfaces: Interface[]
}

/** One block: its octets between type and trailing length. */
interface Block {
  readonly type: number
  readonly start: number
  readonly body: number
  readonly end: number
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +---------------------------------------------------------------+
// |                          Block type                           |
// |                      Block total length                       |
// |                Block body, padded to 32 bits                  |
// |                      Block total length                       |

/** Reads a capture of the next generation format (draft-ietf-opsawg-pcapng). Unknown blocks are stepped over. */
export function readPcapng(octets: Uint8Array, view: DataView, limits: CaptureLimits): Capture {
  const list = createPacketList(limits)
  const section: Section = { little: true, interfaces: [] }
  let at = 0
  while (at < octets.length) {
    const block = nextBlock(view, at, section, list)
    if (block === undefined || !takeBlock(octets, view, block, section, list, limits)) break
    at = block.end + 4
  }
  return list.result('pcapng')
}

function nextBlock(view: DataView, at: number, section: Section, list: PacketList): Block | undefined {
  const left = view.byteLength - at
  if (left < 12) {
    list.fault('truncated', at, `a block has at least 12 octets, ${left} are left`)
    return undefined
  }
  if (view.getUint32(at) === blockType.section) {
    // Every section says its own order of octets, and has interfaces of its own.
    if (view.getUint32(at + 8, true) === byteOrderMagic) section.little = true
    else if (view.getUint32(at + 8) === byteOrderMagic) section.little = false
    else {
      list.fault('not-a-capture', at + 8, 'the section header has no byte-order magic 1A2B3C4D')
      return undefined
    }
    section.interfaces = []
  }
  const type = view.getUint32(at, section.little)
  const length = view.getUint32(at + 4, section.little)
  if (length < 12 || length % 4 !== 0) {
    list.fault(
      'block-length',
      at + 4,
      `a block is a multiple of 4 octets and at least 12 long, this one says ${length}`,
    )
    return undefined
  }
  if (length > left) {
    list.fault('truncated', at + 4, `a block of ${length} octets is announced, ${left} are left`)
    return undefined
  }
  const end = at + length - 4
  const trailing = view.getUint32(end, section.little)
  if (trailing !== length) {
    list.fault('block-length', end, `the block says ${length} octets before its body and ${trailing} after it`)
    return undefined
  }
  return { type, start: at, body: at + 8, end }
}

/** `false` when nothing after the block is to be read. */
function takeBlock(
  octets: Uint8Array,
  view: DataView,
  block: Block,
  section: Section,
  list: PacketList,
  limits: CaptureLimits,
): boolean {
  const size = block.end - block.body
  const { little } = section
  switch (block.type) {
    case blockType.interface: {
      if (size < 8) return lyingLength(list, block, 8, size)
      if (section.interfaces.length >= limits.interfaces) {
        list.fault('limit', block.start, `more than ${limits.interfaces} interfaces`)
        return false
      }
      section.interfaces.push(readInterface(view, block, little))
      return true
    }
    case blockType.enhancedPacket:
    case blockType.obsoletePacket: {
      if (size < 20) return lyingLength(list, block, 20, size)
      const obsolete = block.type === blockType.obsoletePacket
      const index = obsolete ? view.getUint16(block.body, little) : view.getUint32(block.body, little)
      const from = section.interfaces[index]
      if (from === undefined) return unknownInterface(list, block, index)
      const kept = view.getUint32(block.body + 12, little)
      if (kept > size - 20) return lyingLength(list, block, kept, size - 20)
      const ticks =
        (BigInt(view.getUint32(block.body + 4, little)) << 32n) | BigInt(view.getUint32(block.body + 8, little))
      return list.add({
        linkType: from.linkType,
        nanoseconds: (ticks * 1_000_000_000n) / from.resolution + from.offset * 1_000_000_000n,
        octets: octets.subarray(block.body + 20, block.body + 20 + kept),
        length: view.getUint32(block.body + 16, little),
        offset: block.start,
      })
    }
    case blockType.simplePacket: {
      if (size < 4) return lyingLength(list, block, 4, size)
      const from = section.interfaces[0]
      if (from === undefined) return unknownInterface(list, block, 0)
      const length = view.getUint32(block.body, little)
      const kept = Math.min(length, from.snapLength === 0 ? length : from.snapLength)
      if (kept > size - 4) return lyingLength(list, block, kept, size - 4)
      const packet = octets.subarray(block.body + 4, block.body + 4 + kept)
      return list.add({ linkType: from.linkType, nanoseconds: 0n, octets: packet, length, offset: block.start })
    }
    default:
      return true
  }
}

function lyingLength(list: PacketList, block: Block, announced: number, present: number): false {
  list.fault(
    'packet-length',
    block.start,
    `the block needs ${announced} octets for what it announces, it has ${present}`,
  )
  return false
}

function unknownInterface(list: PacketList, block: Block, index: number): false {
  list.fault(
    'interface-unknown',
    block.start,
    `the packet names interface ${index}, which no block before it describes`,
  )
  return false
}

function readInterface(view: DataView, block: Block, little: boolean): Interface {
  let resolution = 1_000_000n
  let offset = 0n
  let at = block.body + 8
  while (at + 4 <= block.end) {
    const code = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    const value = at + 4
    if (code === option.end || value + length > block.end) break
    if (code === option.timestampResolution && length === 1) resolution = resolutionOf(view.getUint8(value))
    if (code === option.timestampOffset && length === 8) offset = view.getBigInt64(value, little)
    at = value + length + ((4 - (length % 4)) % 4)
  }
  const linkType = view.getUint16(block.body, little)
  return { linkType, snapLength: view.getUint32(block.body + 4, little), resolution, offset }
}

/** The most significant bit chooses between powers of 2 and of 10. */
const resolutionOf = (octet: number): bigint => (octet & 0x80 ? 2n : 10n) ** BigInt(octet & 0x7f)

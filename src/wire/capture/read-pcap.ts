import type { Capture, CaptureLimits } from './capture.ts'
import { createPacketList } from './packet-list.ts'

const fileHeader = 24
const packetHeader = 16

/** Magic numbers as they read in big-endian order, with what they say. */
const magics = new Map<number, { readonly little: boolean; readonly nanoseconds: boolean }>([
  [0xa1b2c3d4, { little: false, nanoseconds: false }],
  [0xd4c3b2a1, { little: true, nanoseconds: false }],
  [0xa1b23c4d, { little: false, nanoseconds: true }],
  [0x4d3cb2a1, { little: true, nanoseconds: true }],
])

export const isPcap = (view: DataView): boolean => view.byteLength >= 4 && magics.has(view.getUint32(0))

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +---------------------------------------------------------------+
// |                             Magic                             |
// |         Major version         |         Minor version         |
// |                  Reserved (8 octets) and SnapLen              |
// | FCS |f|           Link type                                   |
// +===============================================================+
// |                       Timestamp (seconds)                     |  one packet
// |            Timestamp (microseconds or nanoseconds)            |
// |                    Captured packet length                     |
// |                    Original packet length                     |
// |                        Packet data ...                        |

/** Reads a capture of the classic format (draft-ietf-opsawg-pcap). */
export function readPcap(octets: Uint8Array, view: DataView, limits: CaptureLimits): Capture {
  const list = createPacketList(limits)
  const magic = magics.get(view.getUint32(0))
  if (magic === undefined || octets.length < fileHeader) {
    list.fault('truncated', octets.length, `the file header has ${fileHeader} octets, the file ${octets.length}`)
    return list.result('pcap')
  }
  const linkType = view.getUint32(20, magic.little) & 0xffff
  let at = fileHeader
  while (at < octets.length) {
    const left = octets.length - at
    if (left < packetHeader) {
      list.fault('truncated', at, `a packet header has ${packetHeader} octets, ${left} are left`)
      break
    }
    const seconds = view.getUint32(at, magic.little)
    const fraction = view.getUint32(at + 4, magic.little)
    const kept = view.getUint32(at + 8, magic.little)
    if (kept > left - packetHeader) {
      list.fault('truncated', at + 8, `a packet of ${kept} octets is announced, ${left - packetHeader} are left`)
      break
    }
    const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * (magic.nanoseconds ? 1n : 1000n)
    const start = at + packetHeader
    const length = view.getUint32(at + 12, magic.little)
    const packet = { linkType, nanoseconds, octets: octets.subarray(start, start + kept), length, offset: at }
    if (!list.add(packet)) break
    at = start + kept
  }
  return list.result('pcap')
}

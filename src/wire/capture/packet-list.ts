import type { Capture, CapturedPacket, CaptureFault, CaptureLimits } from './capture.ts'
import { linkTypes } from './link-types.ts'

/** What both file formats fill while they are read. */
export interface PacketList {
  /** `false` when no more packets are taken. */
  add(packet: RecordedPacket): boolean
  fault(rule: CaptureFault['rule'], offset: number, text: string): void
  result(format: Capture['format']): Capture
}

interface RecordedPacket {
  readonly linkType: number
  /** Nanoseconds since 1970. */
  readonly nanoseconds: bigint
  readonly octets: Uint8Array
  readonly length: number
  /** Where the packet stands in the file. */
  readonly offset: number
}

/** Nanoseconds since 1970 of the last instant that a `Date` holds (ECMA-262 21.4.1.1). */
const lastOfCalendar = 8_640_000_000_000_000n * 1_000_000n

export function createPacketList(limits: CaptureLimits): PacketList {
  const packets: CapturedPacket[] = []
  const faults: CaptureFault[] = []
  const foreign = new Set<number>()
  let first: bigint | undefined

  const fault: PacketList['fault'] = (rule, offset, text) => {
    faults.push({ rule, offset, text })
  }
  return {
    fault,
    add({ linkType, nanoseconds, octets, length, offset }) {
      if (packets.length >= limits.packets) {
        fault('limit', offset, `more than ${limits.packets} packets; those after the limit are not read`)
        return false
      }
      if (first === undefined) {
        first = nanoseconds
        if (nanoseconds > lastOfCalendar)
          fault(
            'time',
            offset,
            `a time before the year 275761 was expected, ${nanoseconds} ns since 1970 came; not shown`,
          )
      }
      const link = linkTypes.get(linkType)
      if (link === undefined && !foreign.has(linkType) && foreign.size < 16) {
        foreign.add(linkType)
        fault('link-type', offset, `frames of link type ${linkType} cannot be opened`)
      }
      const at = Number(nanoseconds - first) / 1e6
      packets.push({ number: packets.length + 1, at, link, octets, length: Math.max(length, octets.length) })
      return true
    },
    result: (format) => ({
      format,
      start: first === undefined || first > lastOfCalendar ? undefined : Number(first / 1000n) / 1000,
      packets,
      faults,
    }),
  }
}

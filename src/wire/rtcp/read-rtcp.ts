import { packetType, type RtcpDiagnostic, type RtcpPacket } from './rtcp-packet.ts'
import { readChunks, readGoodbye, readReports, reportOctets } from './rtcp-content.ts'

/** A datagram of RTCP packets. */
export interface RtcpReading {
  readonly packets: readonly PlacedRtcpPacket[]
  readonly diagnostics: readonly RtcpDiagnostic[]
}

export interface PlacedRtcpPacket {
  readonly packet: RtcpPacket
  /** Octets `start` up to, not including, `end`. */
  readonly span: { readonly start: number; readonly end: number }
}

/** Most packets of a datagram that are read. */
const maximalPackets = 256

type Say = (rule: string, clause: string, offset: number, text: string, severity?: RtcpDiagnostic['severity']) => void

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|  count  |  packet type  |   length in words, less one   |
// |                content of the packet type ...                 |
// |                      padding ...              | padding count |  when P

/** Reads all packets of a datagram (RFC 3550 6.1). Never throws. Content shares the memory of `octets`. */
export function readRtcp(octets: Uint8Array): RtcpReading {
  const packets: PlacedRtcpPacket[] = []
  const diagnostics: RtcpDiagnostic[] = []
  const say: Say = (rule, clause, offset, text, severity = 'error') => {
    diagnostics.push({ rule, clause: `RFC 3550 ${clause}`, severity, offset, text })
  }
  let at = 0
  while (at < octets.length) {
    const left = octets.length - at
    if (left < 4) {
      say('rtcp-truncated', '6.1', at, `expected a packet header of 4 octets, ${left} are left`)
      break
    }
    const version = (octets[at] ?? 0) >> 6
    if (version !== 2) {
      say('rtcp-version', '6.4.1', at, `expected version 2, came ${version}`)
      break
    }
    const length = ((((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0)) + 1) * 4
    if (length > left) {
      say('rtcp-length', '6.4.1', at + 2, `the packet says ${length} octets, ${left} are left`)
      break
    }
    if (packets.length === maximalPackets) {
      say('rtcp-limit', '6.1', at, `no more than ${maximalPackets} packets of a datagram are read`, 'warning')
      break
    }
    const packet = readPacket(octets.subarray(at, at + length), at, say)
    packets.push({ packet, span: { start: at, end: at + length } })
    at += length
  }
  return { packets, diagnostics }
}

function readPacket(octets: Uint8Array, offset: number, say: Say): RtcpPacket {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const count = view.getUint8(0) & 0x1f
  const type = view.getUint8(1)
  const padding = paddingOf(octets, offset, say)
  const end = octets.length - padding.length
  const asUnknown = (): RtcpPacket => {
    const content = octets.subarray(4, end)
    return { kind: 'unknown', packetType: type, count, content, padding }
  }
  const short = (what: string, needed: number): RtcpPacket => {
    say('rtcp-content-length', '6.4.1', offset + 2, `${what} needs ${needed} octets, the packet has ${end}`)
    return asUnknown()
  }
  switch (type) {
    case packetType['sender-report']:
    case packetType['receiver-report']: {
      const sender = type === packetType['sender-report']
      const start = sender ? 28 : 8
      const needed = start + count * reportOctets
      if (end < needed) return short(`a report with ${count} blocks`, needed)
      const common = {
        padding,
        ssrc: view.getUint32(4),
        reports: readReports(view, start, count),
        extension: octets.subarray(needed, end),
      }
      if (!sender) return { kind: 'receiver-report', ...common }
      return {
        kind: 'sender-report',
        ...common,
        ntp: { seconds: view.getUint32(8), fraction: view.getUint32(12) },
        rtpTimestamp: view.getUint32(16),
        packets: view.getUint32(20),
        octets: view.getUint32(24),
      }
    }
    case packetType['source-description']: {
      const chunks = readChunks(octets.subarray(0, end), view, count)
      if (typeof chunks !== 'string') return { kind: 'source-description', chunks, padding }
      say('rtcp-source-description', '6.5', offset, chunks)
      return asUnknown()
    }
    case packetType.goodbye: {
      const goodbye = readGoodbye(octets.subarray(0, end), view, count)
      if (typeof goodbye !== 'string') return { kind: 'goodbye', ...goodbye, padding }
      say('rtcp-goodbye', '6.6', offset, goodbye)
      return asUnknown()
    }
    case packetType.application: {
      if (end < 12) return short('an application-defined packet', 12)
      const name = nameOf(view.getUint32(8))
      if (!isAscii(name)) say('rtcp-application-name', '6.7', offset + 8, 'expected four ASCII characters')
      return {
        kind: 'application',
        subtype: count,
        ssrc: view.getUint32(4),
        name,
        data: octets.subarray(12, end),
        padding,
      }
    }
    default:
      return asUnknown()
  }
}

/** Names that came before: there are few, and each comes again and again. */
const names = new Map<number, string>()
const mostNames = 64

function nameOf(octets: number): string {
  const known = names.get(octets)
  if (known !== undefined) return known
  const name = String.fromCharCode(octets >>> 24, (octets >>> 16) & 0xff, (octets >>> 8) & 0xff, octets & 0xff)
  if (names.size < mostNames && isAscii(name)) names.set(octets, name)
  return name
}

// oxlint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
const isAscii = (name: string): boolean => !/[^\x20-\x7e]/.test(name)

const noPadding = new Uint8Array(0)

function paddingOf(octets: Uint8Array, offset: number, say: Say): Uint8Array {
  if (((octets[0] ?? 0) & 0x20) === 0) return noPadding
  const count = octets[octets.length - 1] ?? 0
  if (count > 0 && count % 4 === 0 && count <= octets.length - 4) return octets.subarray(octets.length - count)
  const text = `expected a padding count that is a multiple of 4 and at most ${octets.length - 4}, came ${count}`
  say('rtcp-padding-count', '6.4.1', offset + octets.length - 1, text)
  return octets.subarray(octets.length)
}

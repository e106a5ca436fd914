import type { Traffic } from '#wire/capture'
import { judgeFloorControl, readFloorControl, type FloorControlMessage } from '#wire/floor-control'
import { judgeCompound, readRtcp, type PlacedRtcpPacket } from '#wire/rtcp'
import { readRtp } from '#wire/rtp'
import { attributes } from '#wire/sdp'
import { endName, type Finding, type MediaEntry, type RtcpEntry, type SipEntry } from './conversation.ts'
import { sessionOf } from './bodies.ts'
import { isFloorControl } from './floor-channel.ts'

type Datagram = Extract<Traffic, { kind: 'datagram' }>

/** What SDP says that an end is for. */
interface Announced {
  readonly use: 'media' | 'floor control'
  /** RTCP may come in reduced size (RFC 5506 5). */
  readonly reduced: boolean
}

/** Ends that a session description announces. */
export function announcedEnds(entries: readonly SipEntry[]): ReadonlyMap<string, Announced> {
  const ends = new Map<string, Announced>()
  for (const { bodies } of entries) {
    const session = sessionOf(bodies)
    for (const media of session?.media ?? []) {
      if (session === undefined || media.address === undefined || media.port === 0) continue
      const attributeOf = (name: string): string | undefined => attributes(session.sdp, media.index, name)[0]
      const use = isFloorControl(media) ? 'floor control' : 'media'
      const reduced = attributeOf('rtcp-rsize') !== undefined
      for (const port of use === 'media' ? [media.port, rtcpPort(attributeOf('rtcp'), media.port)] : [media.port])
        ends.set(endName({ address: media.address, port }), { use, reduced })
    }
  }
  return ends
}

/** RFC 3605 2.1; without it the port after that of RTP. */
const rtcpPort = (attribute: string | undefined, port: number): number =>
  Number(/^\d{1,5}/.exec(attribute ?? '')?.[0] ?? port + 1)

/** Packet types of RTCP where both come to one port (RFC 5761 4). */
const isRtcpType = (type: number): boolean => type >= 192 && type <= 223

interface MediaTraffic {
  readonly entries: readonly (RtcpEntry | MediaEntry)[]
  /** Datagrams of neither. */
  readonly unexplained: number
  /** First packet that was left because there are too many. */
  readonly leftFrom: number | undefined
}

/** Takes RTCP and RTP out of the datagrams that are no SIP. */
export function readMediaTraffic(
  datagrams: readonly Datagram[],
  announced: ReadonlyMap<string, Announced>,
  limit: number,
): MediaTraffic {
  const entries: (RtcpEntry | MediaEntry)[] = []
  const streams = new Map<string, MediaEntry>()
  let unexplained = 0
  let leftFrom: number | undefined
  for (const datagram of datagrams) {
    const { octets, source, target } = datagram
    const known = announced.get(endName(target)) ?? announced.get(endName(source))
    const version = (octets[0] ?? 0) >> 6
    const rtcp = octets.length >= 4 && version === 2 && isRtcpType(octets[1] ?? 0)
    const control = rtcp || known?.use === 'floor control'
    if (control && entries.length >= limit) {
      leftFrom ??= datagram.packet
      unexplained += 1
    } else if (rtcp && (known !== undefined || isPlainlyRtcp(octets))) entries.push(rtcpEntry(datagram, known))
    else if (known?.use === 'floor control') entries.push(rtcpEntry(datagram, known))
    else if (known?.use === 'media' && version === 2) addMedia(datagram, streams, entries)
    else unexplained += 1
  }
  return { entries, unexplained, leftFrom }
}

/** Without an announcement only what is whole to the last octet, and begins as a compound does or names MCPTT. */
function isPlainlyRtcp(octets: Uint8Array): boolean {
  const { packets, diagnostics } = readRtcp(octets)
  const [first] = packets
  if (first === undefined || diagnostics.length > 0) return false
  return controlsOf(packets).length > 0 || judgeCompound(packets).length === 0
}

const controlsOf = (packets: readonly PlacedRtcpPacket[]): readonly FloorControlMessage[] =>
  packets
    .map(({ packet }) => (packet.kind === 'application' ? readFloorControl(packet)?.message : undefined))
    .filter((message) => message !== undefined)

function rtcpEntry(datagram: Datagram, known: Announced | undefined): RtcpEntry {
  const { packet, at, source, target, octets, missing } = datagram
  const { packets, diagnostics } = readRtcp(octets)
  const findings: Finding[] = missing > 0 ? [] : [...diagnostics]
  const controls: FloorControlMessage[] = []
  for (const { packet: one, span } of packets) {
    const reading = one.kind === 'application' ? readFloorControl(one, span.start) : undefined
    if (reading !== undefined) {
      controls.push(reading.message)
      findings.push(...judgeFloorControl(reading, span.start))
    }
    if (one.kind === 'sender-report' && one.packets === 0)
      findings.push({
        rule: 'sender-report-without-packets',
        clause: 'RFC 3550 6.4',
        severity: 'warning',
        offset: span.start,
        text: 'expected a receiver report from a source that has sent no packet, came a sender report',
      })
  }
  // Control messages travel alone (TS 24.380 8.1.1); where SDP allows it, so does everything else (RFC 5506 3.4.1).
  if (controls.length === 0 && known?.use !== 'floor control' && known?.reduced !== true)
    findings.push(...judgeCompound(packets))
  return { kind: 'rtcp', packet, at, source, target, octets, packets, controls, findings }
}

const maximalStreams = 4096

function addMedia(datagram: Datagram, streams: Map<string, MediaEntry>, entries: (RtcpEntry | MediaEntry)[]): void {
  const { packet, at, source, target, octets } = datagram
  const { packet: rtp, diagnostics } = readRtp(octets)
  const key = [endName(source), endName(target), rtp?.ssrc ?? 'unreadable'].join(' ')
  let stream = streams.get(key)
  if (stream === undefined && streams.size < maximalStreams) {
    const { ssrc = 0, payloadType = 0 } = rtp ?? {}
    stream = {
      kind: 'media',
      packet,
      at,
      source,
      target,
      ssrc,
      payloadType,
      count: 0,
      octets: 0,
      last: at,
      findings: [],
    }
    streams.set(key, stream)
    entries.push(stream)
  }
  if (stream === undefined) return
  stream.count += 1
  stream.octets += rtp?.payload.length ?? 0
  stream.last = at
  if (stream.findings.length < 20) stream.findings.push(...diagnostics)
}

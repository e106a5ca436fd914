import type { RtpDiagnostic, RtpExtension, RtpPacket } from './rtp-packet.ts'

/** A packet as far as it can be read, with what is wrong with it. */
export interface RtpReading {
  /** Absent when there is no whole header of version 2. */
  readonly packet?: RtpPacket
  readonly diagnostics: readonly RtpDiagnostic[]
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// |                           timestamp                           |
// |           synchronization source (SSRC) identifier            |
// |            contributing source (CSRC) identifiers ...         |
// |      defined by profile       |   extension length in words   |  when X
// |                     header extension ...                      |
// |                  payload ...  | padding ... | padding count   |  when P

/** Reads one RTP packet (RFC 3550 5.1). Never throws. Payload and padding share the memory of `octets`. */
export function readRtp(octets: Uint8Array): RtpReading {
  const wrong = (
    rule: RtpDiagnostic['rule'],
    clause: string,
    offset: number,
    text: string,
  ): { diagnostics: RtpDiagnostic[] } => ({
    diagnostics: [{ rule, clause: `RFC 3550 ${clause}`, severity: 'error', offset, text }],
  })
  if (octets.length < 12)
    return wrong('rtp-truncated', '5.1', octets.length, `expected at least 12 octets, came ${octets.length}`)
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  const first = view.getUint8(0)
  const second = view.getUint8(1)
  if (first >> 6 !== 2) return wrong('rtp-version', '5.1', 0, `expected version 2, came ${first >> 6}`)
  const sources = first & 0x0f
  let at = 12 + sources * 4
  if (at > octets.length)
    return wrong(
      'rtp-truncated',
      '5.1',
      octets.length,
      `${sources} contributing sources do not fit in ${octets.length} octets`,
    )
  const contributingSources = Array.from({ length: sources }, (_, index) => view.getUint32(12 + index * 4))
  let extension: RtpExtension | undefined
  if (first & 0x10) {
    const words = at + 4 <= octets.length ? view.getUint16(at + 2) : 0
    const end = at + 4 + words * 4
    if (end > octets.length)
      return wrong('rtp-extension-length', '5.3.1', at, `a header extension of ${words} words does not fit`)
    extension = { profile: view.getUint16(at), octets: octets.subarray(at + 4, end) }
    at = end
  }
  const padded = (first & 0x20) !== 0
  const count = padded ? view.getUint8(octets.length - 1) : 0
  const left = octets.length - at
  const good = !padded || (count > 0 && count <= left)
  const end = good ? octets.length - count : octets.length
  const packet: RtpPacket = {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    contributingSources,
    extension,
    payload: octets.subarray(at, end),
    padding: octets.subarray(end),
  }
  if (good) return { packet, diagnostics: [] }
  const text = `expected a padding count of 1 to ${left}, came ${count}`
  return { packet, ...wrong('rtp-padding-count', '5.1', octets.length - 1, text) }
}

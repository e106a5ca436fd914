import type { CaptureFault, TrafficEnd } from '#wire/capture'
import type { FloorControlMessage } from '#wire/floor-control'
import type { PlacedRtcpPacket } from '#wire/rtcp'
import type { SipMessage } from '#wire/sip'
import type { Body } from './bodies.ts'
import type { Call } from './calls.ts'
import type { Party } from './parties.ts'
import type { Transaction } from './transactions.ts'

/** A rule of a standard that a message breaks (`error`) or bends (`warning`), found in what was recorded. */
export interface Finding {
  /** Mnemonic of the rule, kebab-case. */
  readonly rule: string
  /** Document and clause. */
  readonly clause: string
  readonly severity: 'error' | 'warning'
  /** Octet offset into the message: the SIP message, or the datagram of RTCP packets. */
  readonly offset: number
  readonly text: string
  /** Packet of the message that this one forwards, and that has the same finding. */
  readonly inherited?: number
}

interface Passage {
  /** Number of the packet in the capture that completed the message. */
  readonly packet: number
  /** Milliseconds since the first packet. */
  readonly at: number
  readonly source: TrafficEnd
  readonly target: TrafficEnd
  readonly findings: Finding[]
}

/** A SIP message of one hop. */
export interface SipEntry extends Passage {
  readonly kind: 'sip'
  readonly transport: 'udp' | 'tcp'
  readonly message: SipMessage
  readonly bodies: readonly Body[]
  /** Octets that the capture did not keep. */
  readonly missing: number
  transaction: Transaction | undefined
  /** Packet of the same message on this hop, which this one repeats. */
  repeats: number | undefined
  /** The same message on the hop before, which this one forwards. */
  forwards: SipEntry | undefined
}

/** A datagram of RTCP packets, floor control among them. */
export interface RtcpEntry extends Passage {
  readonly kind: 'rtcp'
  readonly octets: Uint8Array
  readonly packets: readonly PlacedRtcpPacket[]
  readonly controls: readonly FloorControlMessage[]
}

/** RTP packets of one source between two ends; it stands where the first of them was. */
export interface MediaEntry extends Passage {
  readonly kind: 'media'
  readonly ssrc: number
  readonly payloadType: number
  count: number
  octets: number
  last: number
}

export type Entry = SipEntry | RtcpEntry | MediaEntry

/** Everything a capture says about who spoke with whom. */
export interface Conversation {
  readonly format: 'pcap' | 'pcapng' | undefined
  /** Milliseconds since 1970; `undefined` when the capture has no packet. */
  readonly start: number | undefined
  /** Packets in the capture, and those that belong to no entry. */
  readonly packets: number
  readonly unexplained: number
  /** In the order of the capture. */
  readonly entries: readonly Entry[]
  readonly parties: readonly Party[]
  readonly transactions: readonly Transaction[]
  readonly calls: readonly Call[]
  /** Dialogs by Call-ID and tags (RFC 3261 12). */
  readonly dialogs: number
  /** What is wrong with the capture itself. */
  readonly faults: readonly CaptureFault[]
}

export const endName = ({ address, port }: TrafficEnd): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

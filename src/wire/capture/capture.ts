/** A link type of the registry of pcap link types whose frames can be opened. */
export type LinkType = 'ethernet' | 'loopback' | 'raw-ip' | 'linux-cooked' | 'linux-cooked-2'

/** One packet as it was recorded. */
export interface CapturedPacket {
  /** From 1, as other tools number frames. */
  readonly number: number
  /** Milliseconds since the first packet of the file. */
  readonly at: number
  /** `undefined` when the link type is one that cannot be opened. */
  readonly link: LinkType | undefined
  /** The octets that were kept. */
  readonly octets: Uint8Array
  /** Octets the packet had; more than `octets` when the capture was cut by its snapshot length. */
  readonly length: number
}

/** Where a capture file is not what its format says. What came before is still good. */
export interface CaptureFault {
  readonly rule:
    | 'not-a-capture'
    | 'empty'
    | 'truncated'
    | 'block-length'
    | 'packet-length'
    | 'interface-unknown'
    | 'limit'
    | 'link-type'
    | 'time'
  /** Octet offset into the file. */
  readonly offset: number
  /** What was expected and what came, one line. */
  readonly text: string
}

/** A capture file, read. */
export interface Capture {
  readonly format: 'pcap' | 'pcapng' | undefined
  /** Milliseconds since 1970 of the first packet; `undefined` when there is none, or its time is none of the calendar's. */
  readonly start: number | undefined
  readonly packets: readonly CapturedPacket[]
  readonly faults: readonly CaptureFault[]
}

export interface CaptureLimits {
  /** Packets that are read; what follows is left and said so. */
  readonly packets: number
  /** Interfaces of one section. */
  readonly interfaces: number
}

export const captureLimits: CaptureLimits = { packets: 1_000_000, interfaces: 1024 }

/** An RTP packet (RFC 3550 5.1). */
export interface RtpPacket {
  readonly marker: boolean
  /** 0 to 127. */
  readonly payloadType: number
  /** 16 bits. */
  readonly sequence: number
  /** 32 bits, in units of the clock of the payload type. */
  readonly timestamp: number
  readonly ssrc: number
  /** At most 15. */
  readonly contributingSources: readonly number[]
  readonly extension: RtpExtension | undefined
  readonly payload: Uint8Array
  /** All octets of the padding with the count at their end; empty when there is none. */
  readonly padding: Uint8Array
}

/** A header extension (RFC 3550 5.3.1). */
export interface RtpExtension {
  /** 16 bits that the profile defines. */
  readonly profile: number
  /** A multiple of 4 octets. */
  readonly octets: Uint8Array
}

/** A rule that a packet breaks, and where. */
export interface RtpDiagnostic {
  readonly rule: 'rtp-version' | 'rtp-truncated' | 'rtp-extension-length' | 'rtp-padding-count'
  readonly clause: string
  readonly severity: 'error' | 'warning'
  readonly offset: number
  readonly text: string
}

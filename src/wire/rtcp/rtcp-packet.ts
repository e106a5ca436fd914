/** One packet of an RTCP compound (RFC 3550 6). */
export type RtcpPacket =
  | (Framing & SenderReport & Reports & { readonly kind: 'sender-report' })
  | (Framing & Reports & { readonly kind: 'receiver-report' })
  | (Framing & { readonly kind: 'source-description'; readonly chunks: readonly DescriptionChunk[] })
  | (Framing & {
      readonly kind: 'goodbye'
      readonly sources: readonly number[]
      /** The reason for leaving; `undefined` when none is given. */
      readonly reason: string | undefined
    })
  | (Framing & ApplicationDefined & { readonly kind: 'application' })
  /** A packet type that is not of RFC 3550, or one whose content does not fit its length: kept as it came. */
  | (Framing & {
      readonly kind: 'unknown'
      readonly packetType: number
      /** The five bits after the padding bit. */
      readonly count: number
      readonly content: Uint8Array
    })

interface Framing {
  /** All octets of the padding with the count at their end; empty when there is none. */
  readonly padding: Uint8Array
}

interface Reports {
  readonly ssrc: number
  readonly reports: readonly ReceptionReport[]
  /** Octets of a profile-specific extension (6.4.3). */
  readonly extension: Uint8Array
}

interface SenderReport {
  /** Seconds since 1900 and their fraction in units of 2^-32 s. */
  readonly ntp: { readonly seconds: number; readonly fraction: number }
  readonly rtpTimestamp: number
  /** RTP packets sent since the start, and octets of their payload. */
  readonly packets: number
  readonly octets: number
}

/** A report block (6.4.1). */
export interface ReceptionReport {
  readonly ssrc: number
  /** Of 256. */
  readonly fractionLost: number
  /** 24 bits, signed. */
  readonly lost: number
  readonly highestSequence: number
  readonly jitter: number
  readonly lastSenderReport: number
  /** In units of 1/65536 s. */
  readonly delaySinceLastSenderReport: number
}

/** What a source says of itself (6.5). */
export interface DescriptionChunk {
  readonly source: number
  readonly items: readonly DescriptionItem[]
}

export interface DescriptionItem {
  /** 1 CNAME, 2 NAME, 3 EMAIL, 4 PHONE, 5 LOC, 6 TOOL, 7 NOTE, 8 PRIV. */
  readonly type: number
  readonly octets: Uint8Array
}

/** An application-defined packet (6.7). */
export interface ApplicationDefined {
  /** 5 bits. */
  readonly subtype: number
  readonly ssrc: number
  /** Four ASCII characters. */
  readonly name: string
  /** A multiple of 4 octets. */
  readonly data: Uint8Array
}

/** A rule that a packet or a compound breaks, and where. */
export interface RtcpDiagnostic {
  readonly rule: string
  readonly clause: string
  readonly severity: 'error' | 'warning'
  /** Octet offset into the datagram. */
  readonly offset: number
  readonly text: string
}

/** Packet types (12.1). */
export const packetType = {
  'sender-report': 200,
  'receiver-report': 201,
  'source-description': 202,
  goodbye: 203,
  application: 204,
} as const

/** Message types (TS 24.282 15.2.2); bits 8 and 7 of the octet say how the message is protected. */
export const messageTypes = {
  'sds-signalling': 0x01,
  'data-payload': 0x03,
} as const

/** Information element identifiers of an SDS SIGNALLING PAYLOAD (TS 24.282 15.1.2). */
export const elementIds = {
  inReplyTo: 0x21,
  applicationId: 0x22,
  payload: 0x78,
} as const

/** In the left half of the octet (TS 24.282 15.2.3). */
export const dispositionId = 0x8

export const dispositions = { delivery: 1, read: 2, 'delivery and read': 3 } as const
export type Disposition = keyof typeof dispositions

/** What a payload holds (TS 24.282 15.2.13). */
export const contentTypes = { text: 1, binary: 2, hyperlinks: 3, 'file url': 4, location: 5 } as const

/** An element that this codec does not take apart. */
export interface OtherElement {
  readonly id: number
  /** Of an element of one octet, with its identifier in the left half: the right half. */
  readonly value: Uint8Array
}

/** SDS SIGNALLING PAYLOAD (TS 24.282 15.1.2): what a short data message is, apart from its content. */
export interface SdsSignalling {
  readonly kind: 'sds-signalling'
  /** Seconds since 1970, UTC; 40 bits. */
  readonly dateTime: number
  /** RFC 9562: 36 characters in lower case. */
  readonly conversationId: string
  readonly messageId: string
  /** Message identifier of the message that is answered. */
  readonly inReplyTo?: string
  readonly applicationId?: number
  readonly disposition?: Disposition
  readonly others: readonly OtherElement[]
}

/** One payload of a DATA PAYLOAD. */
export interface Payload {
  readonly contentType: number
  readonly data: Uint8Array
}

/** DATA PAYLOAD (TS 24.282 15.1.4): the content. */
export interface DataPayload {
  readonly kind: 'data-payload'
  readonly payloads: readonly Payload[]
}

export type DataMessage = SdsSignalling | DataPayload

/** A rule that the octets break, and where. */
export interface DataDiagnostic {
  readonly rule: 'message-type' | 'truncated' | 'payload-count' | 'element' | 'element-twice' | 'disposition' | 'limit'
  readonly clause: string
  readonly text: string
  readonly offset: number
}

export interface DataReading {
  /** Absent when the mandatory part cannot be read. */
  readonly message?: DataMessage
  readonly diagnostics: readonly DataDiagnostic[]
}

/** Most elements that are read; what follows is left and said so. */
export const maximalElements = 256

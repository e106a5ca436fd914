/** What each field of the control messages of TS 24.380 and TS 24.581 says, by the name of the field. */
export interface FieldValues {
  'floor-priority': OctetAndSpare
  /** Seconds. */
  duration: number
  'reject-cause': RejectCause
  'queue-info': QueueInfo
  'granted-party': string
  /** 1 when the receiver may request the floor. */
  permission: number
  'user-id': string
  'queue-size': number
  'message-sequence-number': number
  'queued-user-id': string
  /** 0 participant, 1 participating, 2 controlling, 3 non-controlling function. */
  source: number
  'track-info': TrackInfo
  /** Subtype of the message that is acknowledged. */
  'message-type': OctetAndSpare
  /** Bits as `floorIndicators` names them. */
  'floor-indicator': number
  ssrc: SourceAndSpare
  'granted-users': readonly string[]
  ssrcs: SourceList
  'functional-alias': string
  'functional-aliases': readonly string[]
  location: Location
  locations: readonly Location[]
  /** 0 cancel request, 1 cancel result, 2 cancel notify. */
  'queued-requests-purpose': number
  'queued-users': readonly string[]
  /** 0 cancelled, 2 queue empty, 3 no queued request, 5 partially cancelled. */
  'response-state': number
  /** The bit 0x80 asks to resume the flow. */
  'media-flow-control': OctetAndSpare
  'revoke-request-user-id': string
  'media-streams': Uint8Array
  'session-identity': SessionIdentity
  'warning-text': string
  'group-identity': string
  /** 0 unconfirmed, 1 confirmed. */
  'answer-state': number
  'inviting-user': string
  /** 0 accepted, 1 busy, 2 not accepted. */
  'reason-code': number
  subchannel: Subchannel
  /** Temporary mobile group identity (TS 24.008 10.5.6.13), as it came. */
  tmgi: Uint8Array
  'transmission-priority': OctetAndSpare
  'transmitting-user': string
  /** Bits as those of the floor indicator. */
  'transmission-indicator': number
  'audio-ssrc': SourceAndSpare
  /** 0 rejected, 1 granted. */
  result: number
  /** Name of the message that is acknowledged: `MCV0`, `MCV1` or `MCV2`. */
  'message-name': string
  'overriding-id': string
  'overridden-id': string
  'reception-priority': OctetAndSpare
  /** 0 automatic, 1 manual. */
  'reception-mode': number
  'video-ssrc': SourceAndSpare
}

export type FieldName = keyof FieldValues

/** Eight bits that say something and eight that are kept for later. */
export interface OctetAndSpare {
  readonly value: number
  readonly spare: number
}

export interface RejectCause {
  readonly cause: number
  /** `''` when there is none. */
  readonly phrase: string
}

export interface QueueInfo {
  /** 254 not queued, 255 queued at an unknown position. */
  readonly position: number
  readonly priority: number
}

export interface TrackInfo {
  /** 1 when queueing is supported. */
  readonly queueing: number
  readonly participantType: string
  /** Octets of zeros after the participant type that the length of the field counts. */
  readonly padding: number
  readonly references: readonly number[]
}

export interface SourceAndSpare {
  readonly ssrc: number
  readonly spare: number
}

export interface SourceList {
  readonly ssrcs: readonly number[]
  /** Octets of zeros between the count and the first SSRC: two, as others write them, unless they came otherwise. */
  readonly spare: number
}

/** Where a participant is (8.2.3.21). */
export type Location =
  | { readonly type: 'not-provided' }
  /** Identity of the PLMN in three octets; cell identity of 28 bits, after four spare ones. */
  | { readonly type: 'cell'; readonly plmn: number; readonly cell: number }
  | { readonly type: 'tracking-area'; readonly plmn: number; readonly area: number }
  | { readonly type: 'plmn'; readonly plmn: number }
  | { readonly type: 'service-area'; readonly area: number }
  | { readonly type: 'mbsfn-area'; readonly area: number }
  /** 24 bits each, as TS 23.032 6.1 codes them. */
  | { readonly type: 'coordinates'; readonly latitude: number; readonly longitude: number }

export interface SessionIdentity {
  /** 0 none, 1 private, 3 prearranged, 4 chat. */
  readonly sessionType: number
  readonly identity: string
}

/** Where the media of a group is found on a bearer. */
export interface Subchannel {
  readonly audioLine: number
  readonly floorLine: number
  /** 0 for IPv4, 1 for IPv6. */
  readonly version: number
  readonly spare: number
  /** Absent when `floorLine` is 0. */
  readonly floorPort: number | undefined
  readonly mediaPort: number
  /** 4 or 16 octets. */
  readonly address: Uint8Array
}

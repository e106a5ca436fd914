import type { Alternative, IeValues, Service, WireRequest, WireResponse } from '#bindings'
import type { Clock, Outcome } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { DefectName, Role } from './defects.ts'
import type { MessagesOfServices } from './service-messages.ts'

/** A SIP request that a functional entity received, once: retransmissions have been absorbed. */
export interface IncomingRequest {
  readonly message: SipMessage
  readonly method: string
  readonly callId: string
  /** Names the request among all; whatever it causes is derived from it. */
  readonly cause: string
  /** Where a request of ours reaches its sender. */
  readonly origin: Endpoint
  /** The final response; a second one is not sent. */
  respond(response: WireResponse): void
  /** A provisional response to an INVITE. */
  progress(status: number, reason: string): void
  /** 2xx to an INVITE or SUBSCRIBE, and the session it makes; `undefined` when it has been answered already. */
  accept(response: WireResponse): Session | undefined
  /** Set it to be told that the sender of an INVITE has cancelled it; it is answered 487 then (RFC 3261 9.2). */
  onCancelled: (() => void) | undefined
}

/** A SIP request that has left. */
export interface Sent {
  readonly callId: string
  readonly final: Promise<Outcome>
}

/** An INVITE that has left. */
export interface Invitation extends Sent {
  /** What a 2xx makes of it; it stands when `final` settles. */
  readonly session: Session | undefined
  /** Set it to see provisional responses above 100. */
  onProgress: ((status: number, reason: string) => void) | undefined
  /** CANCEL, as soon as it may be sent (RFC 3261 9.1). A 2xx that comes all the same is acknowledged, and is the caller's. */
  cancel(headers: WireRequest['headers']): void
}

/** Our side of a session that an INVITE made (RFC 3261 12 and 13). */
export interface Session {
  readonly callId: string
  /** Sends a request inside the dialog, not before the ACK has come (RFC 3261 15); only by a defect to another URI. */
  request(wire: WireRequest, cause: string, purpose: string, astray?: string): Sent
  /** Set it to be told of what the peer sends inside the dialog. */
  onRequest: ((request: IncomingRequest) => void) | undefined
  /** Set it to be told that no ACK came (RFC 3261 13.3.1.4). */
  onUnacknowledged: (() => void) | undefined
  /** Forgets the dialog, without a word to the peer. */
  leave(): void
}

/** What a sender decides on; the rest is made up. */
export interface Identification {
  readonly callId?: string | undefined
  readonly cseq?: number | undefined
  /** 70 unless said (RFC 3261 8.1.1.6). */
  readonly maxForwards?: number | undefined
}

/** Where a request goes, and the name of the receiver. */
export interface Peer extends Endpoint {
  /** SIP URI of the receiver. */
  readonly identity: string
}

/** What a functional entity is given to work with. */
export interface Surroundings {
  readonly name: string
  readonly seed: number
  /** Own SIP URI. */
  readonly identity: string
  /** Host of the own SIP URI: what stands in Call-ID and Warning. */
  readonly host: string
  /** Domain of the own MC system, in lower case. */
  readonly system: string
  readonly local: Address
  /** Of TLS, where it is spoken. */
  readonly secure: Address | undefined
  readonly clock: Clock
  /** How long a partner MC service server waits for the primary MC system, milliseconds. */
  readonly migrationResponse: number
  /** How long a called client may let a call ring, milliseconds. */
  readonly ringing: number
  /** How long nobody need have the floor of a communication before it is released, milliseconds. */
  readonly floorInactivity: number
  /** For the times in access tokens. */
  readonly now: () => Date
  readonly messages: MessagesOfServices
  readonly defective: (name: DefectName) => boolean
  readonly say: (line: string) => void
  /** `purpose` tells apart what one cause sets off. Without a Call-ID one is derived. */
  readonly send: (
    request: WireRequest,
    target: Endpoint,
    cause: string,
    purpose: string,
    given?: Identification,
  ) => Sent
  /** As `send`, for an INVITE: the ACK to its 2xx follows by itself. */
  readonly invite: (
    request: WireRequest,
    target: Endpoint,
    cause: string,
    purpose: string,
    given?: Identification,
  ) => Invitation
}

export const stateNames = [
  'serviceAuthorized',
  'migrated',
  'servedInPrimary',
  'affiliated',
  'switched',
  'routedThrough',
  'continued',
  'emergency',
] as const
export type StateName = (typeof stateNames)[number]

/** What a role knows of the state of a user. */
export interface StateAnswer {
  readonly known: boolean
  readonly holds: boolean
  readonly values: IeValues
}

export const unknownState: StateAnswer = { known: false, holds: false, values: {} }

/** The stage-2 messages that a client sends as its user wishes. */
export const actions = [
  'migration service authorization request',
  'migration service de-authorization request',
  'private call request',
  'group affiliation request',
  'group de-affiliation request',
  'affiliation status request',
  'private call end request',
  'get MC service user profile request',
  'service authorization request',
  'call continuity request',
  'group call join request',
  'group call leave request',
] as const
type Action = (typeof actions)[number]

/** What an MC service client is asked to do. */
export interface Stimulus {
  /** The stage-2 message it is to send. */
  readonly action: Action
  readonly service: Service
  readonly ies: IeValues
  readonly towards: Peer
  readonly alternative: Alternative
  readonly callId?: string | undefined
  /** Public user identity; the MC service ID stands in. */
  readonly user?: string | undefined
  readonly clientId?: string | undefined
}

/** One functional entity of TR 23.781 6.x.1 and TS 23.280 10.16.y. */
export interface McFunction {
  readonly role: Role
  /** Methods of the SIP requests it takes. */
  readonly methods: readonly string[]
  receive(request: IncomingRequest): void | Promise<void>
  /** Whether a retransmission is to be taken for a request of its own (only ever by a defect). */
  takesRetransmissionAsNew(): boolean
  state(name: StateName, mcServiceId: string): StateAnswer
  /** Makes a state hold without a message; whether it does that. */
  establish?(name: StateName, mcServiceId: string, values: IeValues, client: Peer | undefined): boolean
  stimulate?(stimulus: Stimulus): Sent
  /** Forgets all users, or one. */
  forget(mcServiceId?: string): void
}

/** Entries of one kind that a functional entity keeps, at most. */
export const mostEntries = 20_000

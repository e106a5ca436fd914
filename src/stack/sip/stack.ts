import type { SipMessage } from '#wire/sip'
import type { Address, Endpoint, TransportName } from '#transport'
import type { Clock } from './clock.ts'
import type { SipTimers } from './timers.ts'

/** A request to be sent (RFC 3261 8.1.1). */
export interface OutgoingRequest {
  readonly method: string
  readonly requestUri: string
  /** URI or name-addr, without tag. */
  readonly from: string
  /** URI or name-addr; a tag of a dialog is part of it. */
  readonly to: string
  readonly callId: string
  readonly fromTag: string
  /** Starts with `z9hG4bK` (RFC 3261 8.1.1.7). */
  readonly branch: string
  readonly cseq: number
  /** The rest, in order. A Content-Length among them is the caller's word; else it is added last. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | undefined
  /** 70 unless said (RFC 3261 8.1.1.6). */
  readonly maxForwards?: number | undefined
}

/** A response to be sent (RFC 3261 8.2.6). */
export interface OutgoingResponse {
  readonly status: number
  readonly reason: string
  /** Unless said, a tag is derived from the transaction (RFC 3261 8.2.6.2). */
  readonly toTag?: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | undefined
}

/** One message as it was on the wire. */
export interface Trace {
  readonly direction: 'sent' | 'received'
  readonly octets: Uint8Array
  readonly message: SipMessage
  readonly transport: TransportName
  readonly local: Address
  readonly remote: Address
  /** `clock.now()`. */
  readonly at: number
  readonly retransmission: boolean
  /** Key of the transaction, the same for a request and its responses; `undefined` when none matches. */
  readonly transaction: string | undefined
  /** What `request()` or `sendOctets()` was given; `undefined` for what the peer began. */
  readonly tag: unknown
}

export type TroubleKind =
  | 'too-large'
  | 'unreadable'
  | 'connection-reset'
  | 'connection-refused'
  | 'connection-closed'
  | 'connection-limit'
  | 'stray-response'
  | 'no-transaction-possible'
  | 'acknowledgement-missing'
  | 'connection-idle'
  | 'write-buffer-full'
  | 'send-failed'
  | 'socket-error'

/** Something that went wrong on the wire and belongs to no outcome. */
export interface Trouble {
  readonly kind: TroubleKind
  readonly text: string
  readonly remote: Address | undefined
  readonly transport: TransportName
  /** At most the first 4096. */
  readonly octets?: Uint8Array | undefined
  /** `clock.now()`. */
  readonly at: number
}

/** How a client transaction ended. */
export type Outcome =
  | { readonly kind: 'response'; readonly message: SipMessage }
  | { readonly kind: 'timeout'; /** Milliseconds. */ readonly after: number }
  | { readonly kind: 'transport-error'; readonly text: string }

/** RFC 3261 17.1. */
export interface ClientTransaction {
  readonly key: string
  /** The request as sent. */
  readonly octets: Uint8Array
  /** Set it to see 1xx responses. */
  onProvisional: ((message: SipMessage) => void) | undefined
  /** Set it to see the 2xx to an INVITE again: each is to be acknowledged (RFC 6026 7.2). */
  onSuccessAgain: ((message: SipMessage) => void) | undefined
  /** Never rejects. Only the first final response counts. */
  readonly final: Promise<Outcome>
  /** Sends the very same octets once more, now. */
  retransmit(): void
  /** No more retransmission and no timeout; a response is still matched. */
  cancelTimers(): void
  /** Forgets the transaction: `final` becomes a `transport-error` saying so, later responses are strays. */
  abandon(): void
}

/** RFC 3261 17.2. */
export interface ServerTransaction {
  readonly key: string
  readonly request: SipMessage
  readonly transport: TransportName
  readonly remote: Address
  readonly local: Address
  /** Sends a response and returns its octets. After a final response nothing more is sent: the octets of that one are returned. */
  respond(response: OutgoingResponse): Uint8Array
}

export interface SipLimits {
  /** Octets of start line and header fields. */
  readonly maxHead: number
  /** Octets of a body. */
  readonly maxBody: number
  /** TCP connections open at once, both directions. */
  readonly maxConnections: number
  /** Transactions alive at once, client and server each. */
  readonly maxTransactions: number
  /** Octets of the requests that live server transactions hold. */
  readonly maxTransactionOctets: number
}

export interface SipStackOptions {
  readonly address: string
  /** The same for UDP and TCP; 0 takes an ephemeral one, equal for both. */
  readonly port: number
  readonly clock?: Clock | undefined
  readonly timers?: SipTimers | undefined
  readonly limits?: Partial<SipLimits> | undefined
  /** Answers 400 to a request with error diagnostics instead of passing it on. */
  readonly rejectMalformed?: boolean | undefined
  /** A new request; ACK to a 2xx excepted, which makes no transaction (RFC 3261 17.1.1.3). */
  readonly onRequest: (transaction: ServerTransaction) => void
  /** An ACK that belongs to no server transaction: the one to a 2xx (RFC 3261 13.3.1.4). */
  readonly onAcknowledgement?: ((message: SipMessage, remote: Address) => void) | undefined
  readonly onTrace?: ((trace: Trace) => void) | undefined
  readonly onTrouble?: ((trouble: Trouble) => void) | undefined
}

export interface SipStack {
  readonly local: Address
  request(request: OutgoingRequest, target: Endpoint, tag?: unknown): ClientTransaction
  /** Sends octets as they are, without a transaction. */
  sendOctets(octets: Uint8Array, target: Endpoint, tag?: unknown): void
  close(): Promise<void>
}

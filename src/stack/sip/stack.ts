import type { SipMessage } from '#wire/sip'
import type { Address, Endpoint, TlsOptions, TransportName } from '#transport'
import type { Clock } from './clock.ts'
import type { TimerQueues } from './timer-queues.ts'
import type { SipTimers } from './timers.ts'

export type OutgoingHeaders = readonly (readonly [name: string, value: string])[]

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
  /** Header fields that are written already, each with its line end: those an element says every time. They stand before `headers`. */
  readonly lines?: string | undefined
  /** The rest, in order. A Content-Length among them is the caller's word; else it is added last. */
  readonly headers: OutgoingHeaders
  readonly body?: Uint8Array | undefined
  /** 70 unless said (RFC 3261 8.1.1.6). */
  readonly maxForwards?: number | undefined
}

/** A request passed on (RFC 3261 16.6): written as it is, under a Via of this element. */
export interface ForwardedRequest {
  readonly method: string
  readonly requestUri: string
  /** Starts with `z9hG4bK` (RFC 3261 16.6 step 8). */
  readonly branch: string
  /** All of them but the Via of this element, in order; Content-Length is added where it is absent. */
  readonly headers: OutgoingHeaders
  readonly body?: Uint8Array | undefined
}

/** A response to be sent (RFC 3261 8.2.6). */
export interface OutgoingResponse {
  readonly status: number
  readonly reason: string
  /** Unless said, a tag is derived from the transaction (RFC 3261 8.2.6.2). */
  readonly toTag?: string | undefined
  /** As in a request. */
  readonly lines?: string | undefined
  readonly headers: OutgoingHeaders
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
  | 'message-unfinished'
  | 'write-buffer-full'
  | 'send-failed'
  | 'keep-alive-lost'
  | 'handshake-failed'
  | 'certificate-refused'
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
  /**
   * Cancels an INVITE (RFC 3261 9.1): at once when a provisional response has come, else as soon as one comes; never after a final one.
   * `final` tells what became of it: usually 487, perhaps a 2xx that was on its way.
   */
  cancel(headers?: OutgoingHeaders): void
  /** No more retransmission and no timeout; a response is still matched. */
  cancelTimers(): void
  /** Forgets the transaction: `final` becomes a `transport-error` saying so, later responses are strays. */
  abandon(): void
}

/** What is told of a client transaction as it happens, in place of a promise. A failure to send is told after `request()` has returned. */
export interface ResponseObserver {
  onProvisional?(message: SipMessage, transaction: ClientTransaction): void
  /** Once. */
  onFinal?(outcome: Outcome, transaction: ClientTransaction): void
  /** A further 2xx to an INVITE (RFC 6026 7.2): the same one again, or that of another branch of a fork. */
  onSuccessAgain?(message: SipMessage): void
  /** The ACK to the 2xx, once it was sent. */
  readonly acknowledgement?: Acknowledgement | undefined
  /** Who hears of a further 2xx in its place when it has sent that: the observer itself is forgotten then. */
  readonly successor?: AcknowledgedObserver | undefined
}

/** An ACK to a 2xx, as it was sent. */
export interface Acknowledgement {
  readonly octets: Uint8Array
  readonly target: Endpoint
}

/** What is told of further 2xx to INVITEs that have been acknowledged: one for very many of them. */
export interface AcknowledgedObserver {
  onSuccessAgain(message: SipMessage, acknowledgement: Acknowledgement): void
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

/** Sends octets again the way a response went. */
export interface Repeater {
  retransmit(octets: Uint8Array): void
}

/** A server transaction as a transaction user has it. */
export interface UserServerTransaction extends ServerTransaction {
  /**
   * Set it to have a CANCEL for this INVITE answered 200 by the stack and to be told (RFC 3261 9.2); answer 487 then. A CANCEL that comes after the final
   * response is answered 200 too, and nobody told: it has no effect.
   */
  onCancelled: ((cancel: SipMessage) => void) | undefined
  /** The very same octets once more: a 2xx to INVITE until its ACK (RFC 3261 13.3.1.4), a reliable provisional until its PRACK. */
  retransmit(octets: Uint8Array): void
  /** What does that, for who needs nothing else of the transaction and keeps it long: the request is not held by it. */
  readonly repeater: Repeater
  /** Forgets the transaction: it will have no answer. For a request other than INVITE that ran out of time (RFC 4320 4.2). */
  abandon(): void
}

/** Who stands on the transactions of a stack (RFC 3261 8): asked in the order they were attached, the options' `onRequest` last. */
export interface TransactionUser {
  /** Whether the stack is to answer 482 to a request that came before by another way (RFC 3261 8.2.2.2). */
  readonly refuseMerged?: boolean
  /** Whether it takes the request on. */
  onRequest(transaction: UserServerTransaction): boolean
  /** Whether the ACK to a 2xx was its own. */
  onAcknowledgement?(message: SipMessage, remote: Address): boolean
}

export interface SipLimits {
  /** Octets of start line and header fields. */
  readonly maxHead: number
  /** Octets of a body. */
  readonly maxBody: number
  /** Milliseconds in which a message of a stream is whole; then its connection is closed. */
  readonly messageTime: () => number
  /** TCP connections open at once, both directions. */
  readonly maxConnections: number
  /** Transactions alive at once, client and server each. */
  readonly maxTransactions: number
  /** Octets of the requests that live server transactions hold. */
  readonly maxTransactionOctets: number
}

/** TLS beside UDP and TCP (RFC 3261 26.3.1, RFC 5922). */
export interface TlsSettings extends Pick<TlsOptions, 'identity' | 'mutual' | 'versions' | 'admits'> {
  /** 0 takes an ephemeral one. */
  readonly port: number
}

/** How a flow is kept alive (RFC 5626 4.4). */
export interface KeepAliveOptions {
  /** Milliseconds between keep-alives: 80 to 100 % of 120 000 for streams, of 30 000 for UDP, drawn anew by the caller (RFC 5626 4.4). */
  readonly interval: number
  /** Milliseconds a pong may take; 10 000 unless said. */
  readonly pongTimeout?: number | undefined
  /** The flow is lost, once; nothing more is sent then. */
  readonly onLost: (text: string) => void
}

/** Who sends octets, or whom they go to. */
export type MiddleboxPeer = Readonly<{ transport: TransportName; remote: Address }>

/** Stands between transactions and sockets: passes on the octets of a message as they are or not, now or later, once, more often or never. */
export interface Middlebox {
  incoming?(octets: Uint8Array, peer: MiddleboxPeer, pass: (octets: Uint8Array) => void): void
  outgoing?(octets: Uint8Array, peer: MiddleboxPeer, pass: (octets: Uint8Array) => void): void
}

export interface SipStackOptions {
  readonly address: string
  /** The same for UDP and TCP; 0 takes an ephemeral one, equal for both. */
  readonly port: number
  readonly clock?: Clock | undefined
  readonly timers?: SipTimers | undefined
  readonly limits?: Partial<SipLimits> | undefined
  readonly tls?: TlsSettings | undefined
  /** Octets above which a request for UDP goes by TCP, 1300 by RFC 3261 18.1.1; never, unless said. */
  readonly largestDatagram?: number | undefined
  /** Sends 100 to an INVITE that nobody has answered within 200 ms (RFC 3261 17.2.1): true unless said. */
  readonly automaticTrying?: boolean | undefined
  /** Answers 482 to a request that came before by another way (RFC 3261 8.2.2.2): false unless said. */
  readonly refuseMerged?: boolean | undefined
  /** Answers 400 to a request with error diagnostics instead of passing it on; a function says which of them. */
  readonly rejectMalformed?: boolean | ((malformed: SipMessage) => boolean) | undefined
  readonly middlebox?: Middlebox | undefined
  /** A new request; ACK to a 2xx excepted, which makes no transaction (RFC 3261 17.1.1.3). */
  readonly onRequest: (transaction: UserServerTransaction) => void
  /** An ACK that belongs to no server transaction: the one to a 2xx (RFC 3261 13.3.1.4). */
  readonly onAcknowledgement?: ((message: SipMessage, remote: Address) => void) | undefined
  readonly onTrace?: ((trace: Trace) => void) | undefined
  readonly onTrouble?: ((trouble: Trouble) => void) | undefined
}

export interface SipStack {
  /** Of UDP and TCP. */
  readonly local: Address
  /** Of TLS, where it is asked for. */
  readonly secure: Address | undefined
  readonly clock: Clock
  readonly timers: SipTimers
  /** Timers on that clock, cheap by the hundred thousand. */
  readonly queues: TimerQueues
  /** Transactions that are known now, and messages that were sent again since the stack was opened. */
  readonly count: { readonly clients: number; readonly servers: number; readonly retransmissions: number }
  request(
    request: OutgoingRequest | ForwardedRequest,
    target: Endpoint,
    tag?: unknown,
    observer?: ResponseObserver,
  ): ClientTransaction
  /** Sends a request that makes no transaction, an ACK to a 2xx (RFC 3261 13.2.2.4), and returns its octets: they are sent again as they are. */
  acknowledge(request: OutgoingRequest | ForwardedRequest, target: Endpoint, tag?: unknown): Uint8Array
  /** Lets a transaction user take requests; returns how to let go. */
  attach(user: TransactionUser): () => void
  /** Sends octets as they are, without a transaction. */
  sendOctets(octets: Uint8Array, target: Endpoint, tag?: unknown): void
  /** Keeps the flow to a peer open, from now until stopped or lost. */
  keepAlive(target: Endpoint, options: KeepAliveOptions): { stop(): void }
  close(): Promise<void>
}

import type { Endpoint } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { ClientTransaction, OutgoingHeaders, Outcome, ResponseObserver, UserServerTransaction } from '../stack.ts'
import type { CallState } from './call-table.ts'
import type { Content } from './content.ts'
import type { Dialog } from './dialog.ts'
import type { OfferAnswerState } from './offer-answer.ts'
import type { ReceivedRefer, SentRefer } from './refer.ts'
import type { SessionTimerAgreement } from './session-timer.ts'

/** How a call ended. */
export type CallEnd =
  /** A final response refused our INVITE; 487 when we cancelled. */
  | { readonly by: 'refusal'; readonly message: SipMessage }
  /** BYE or CANCEL of the peer. */
  | { readonly by: 'peer'; readonly message: SipMessage }
  /** We refused, left or cancelled; `message` is the answer to our BYE, if one came. */
  | { readonly by: 'us'; readonly message: SipMessage | undefined; readonly text: string }
  /** Nothing more can be sent or comes. */
  | { readonly by: 'failure'; readonly text: string }

/** How a re-INVITE or UPDATE of ours went. */
export type Modification = Outcome | { readonly kind: 'not-allowed'; readonly text: string }

/** A re-INVITE or UPDATE of the peer that wants an answer. Unanswered by whoever is told, it is answered with the latest description of ours. */
export interface ModificationRequest {
  readonly method: 'INVITE' | 'UPDATE'
  readonly message: SipMessage
  accept(content?: Content): void
  refuse(status: number, reason: string, headers?: OutgoingHeaders): void
}

/** An INVITE, and the session it makes (RFC 3261 13 to 15). Callbacks are set after the call was given; nothing happens before that. */
export interface Call {
  readonly direction: 'outgoing' | 'incoming'
  readonly callId: string
  readonly localTag: string
  readonly state: CallState
  /** That of the session; before a 2xx, at the client, the latest early one. */
  readonly dialog: Dialog | undefined
  /** The early dialogs of an INVITE of ours, one for every fork that has answered. */
  readonly early: readonly Dialog[]
  /** The INVITE that came. */
  readonly invite: SipMessage | undefined
  readonly offerAnswer: OfferAnswerState
  readonly sessionTimer: SessionTimerAgreement | undefined
  /** Settles once, never rejects. */
  readonly ended: Promise<CallEnd>
  /** The 2xx that answered, or how the call ended without one. */
  readonly answered: Promise<SipMessage | CallEnd>

  onProgress: ((response: SipMessage, dialog: Dialog | undefined, call: Call) => void) | undefined
  /** The 2xx to our INVITE; its ACK is sent already, or is to be sent by what this returns when the 2xx bears the offer. */
  onAnswered: ((response: SipMessage, call: Call) => Content | void) | undefined
  /** A second 2xx from another fork: unless taken here, it is acknowledged and left at once (RFC 3261 13.2.2.4). */
  onFork: ((fork: Call, response: SipMessage) => void) | undefined
  /** The ACK to our 2xx. */
  onConfirmed: ((acknowledgement: SipMessage, call: Call) => void) | undefined
  onModification: ((request: ModificationRequest, call: Call) => void) | undefined
  onRefer: ((refer: ReceivedRefer, call: Call) => void) | undefined
  /** Another request inside the dialog (INFO, MESSAGE); true: it is answered there. Else it is answered by its method. */
  onRequest: ((transaction: UserServerTransaction, method: string, call: Call) => boolean) | undefined
  onEnded: ((end: CallEnd, call: Call) => void) | undefined

  /** Incoming: a provisional response, 180 unless said; `reliable` asks for PRACK where the peer supports it (RFC 3262). */
  ring(options?: RingOptions): void
  /** Incoming: 200. */
  accept(content?: Content): void
  /** Incoming: a final response from 300 up. */
  refuse(status: number, reason: string, headers?: OutgoingHeaders): void
  /** Whatever ends it now: CANCEL, BYE, or 603 to what came. */
  hangUp(headers?: OutgoingHeaders): void
  /** Any request inside the dialog; an early one may be said. */
  request(
    method: string,
    content?: Content,
    observer?: ResponseObserver,
    dialog?: Dialog,
  ): ClientTransaction | undefined
  /** Changes the session or refreshes it, by re-INVITE or by UPDATE (RFC 3261 14.1, RFC 3311 5.1); a 491 is tried again. */
  modify(method: 'INVITE' | 'UPDATE', content?: Content): Promise<Modification>
  /** Asks the peer to refer itself elsewhere (RFC 3515). */
  refer(referTo: string, content?: Content): SentRefer
}

/** A provisional response. */
export interface RingOptions extends Content {
  /** 180 unless said. */
  readonly status?: number
  readonly reason?: string
  readonly reliable?: boolean
}

/** What an outgoing call begins with. */
export interface InviteOptions extends Content {
  /** Where it is sent; unless said, to the first route or the host of the URI, else to the agent's outbound proxy. */
  readonly target?: Endpoint | undefined
  /** To, when it is not the Request-URI. */
  readonly to?: string | undefined
  /** A route to go first (RFC 3261 8.1.2), a Service-Route for instance. */
  readonly route?: readonly string[] | undefined
  /** Milliseconds after which an unanswered INVITE is cancelled; written as Expires in seconds (RFC 3261 13.2.1, 13.3.1). */
  readonly expires?: number | undefined
}

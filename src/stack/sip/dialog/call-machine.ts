import type { Endpoint } from '#transport'
import { readMessage, type SipMessage } from '#wire/sip'
import type { ClientTransaction, OutgoingHeaders, Outcome, ResponseObserver, UserServerTransaction } from '../stack.ts'
import type { Timer } from '../timer-queues.ts'
import { type AgentCore, type DialogUser, sendInside } from './agent-core.ts'
import type { Call, CallEnd, Modification, ModificationRequest, RingOptions } from './call.ts'
import { receiveInCall } from './call-requests.ts'
import { type CallAction, type CallEvent, type CallState, incomingCall, outgoingCall } from './call-table.ts'
import { type Body, type Content, isDescription, noContent } from './content.ts'
import type { Dialog } from './dialog.ts'
import { accept, receiveAcknowledgement, refuse, refusePending, ring } from './incoming-invite.ts'
import { modifyCall } from './modification.ts'
import { type OfferAnswer, sendDescription } from './offer-answer.ts'
import { acknowledgeAnswer, type OutgoingInvite, type InviteRelay, noDialogs } from './outgoing-invite.ts'
import { type ReceivedRefer, type ReferSubscriber, type SentRefer, sendRefer } from './refer.ts'
import type { ReliableResponses } from './reliable-responses.ts'
import { startSessionTimer } from './session-refresh.ts'
import type { SessionTimerAgreement } from './session-timer.ts'
import type { SuccessRepetition } from './success-repetition.ts'

/** Runs the table of `call-table.ts` for one INVITE. A class for its one shape: there are tens of thousands at once. */
export class CallMachine implements Call, DialogUser {
  readonly agent: AgentCore
  readonly direction: 'outgoing' | 'incoming'
  readonly callId: string
  readonly localTag: string
  state: CallState = 'calling'
  dialog: Dialog | undefined = undefined
  early: readonly Dialog[] = noDialogs
  /** The call whose INVITE forked into this one. */
  primary: CallMachine | undefined = undefined
  forks: readonly CallMachine[] | undefined = undefined
  /** These three are released when the INVITE has had its final response. */
  outgoing: OutgoingInvite | undefined = undefined
  clientTransaction: ClientTransaction | undefined = undefined
  relay: InviteRelay | undefined = undefined
  serverTransaction: UserServerTransaction | undefined = undefined
  reliable: ReliableResponses | undefined = undefined
  /** What this INVITE replaces once it is accepted (RFC 3891). */
  replaces: CallMachine | undefined = undefined
  /** CSeq number of the INVITE. */
  sequence = 1
  readonly exchange: OfferAnswer = { state: 'none', settled: 'none' }
  localDescription: Body | undefined = undefined
  acknowledgement: { readonly octets: Uint8Array; readonly target: Endpoint } | undefined = undefined
  repetition: SuccessRepetition | undefined = undefined
  /** An INVITE or UPDATE of ours inside the dialog waits for its answer. */
  modifying: 'INVITE' | 'UPDATE' | undefined = undefined
  /** An INVITE or UPDATE of the peer waits for ours. */
  answering: 'INVITE' | 'UPDATE' | undefined = undefined
  sessionTimer: SessionTimerAgreement | undefined = undefined
  /** Session-Expires of our INVITE, seconds. */
  askedInterval: number | undefined = undefined
  peerUpdates = false
  timer: Timer | undefined = undefined
  /** Of the INVITE (RFC 3261 13.3.1), then of the session. */
  expiry: Timer | undefined = undefined
  refers: readonly ReferSubscriber[] | undefined = undefined
  /** Why it has failed, or ended without a message. */
  end: CallEnd | undefined = undefined
  /** Those of the message that ended it: what is read of them is far more than they are, and few ask for it again. */
  private lastOctets: Uint8Array | undefined = undefined
  /** Why we leave; empty as long as we do not. */
  leavingText = ''
  leavingHeaders: OutgoingHeaders | undefined = undefined

  onProgress: Call['onProgress'] = undefined
  onAnswered: Call['onAnswered'] = undefined
  onFork: Call['onFork'] = undefined
  onConfirmed: Call['onConfirmed'] = undefined
  onModification: ((request: ModificationRequest, call: Call) => void) | undefined = undefined
  onRefer: ((refer: ReceivedRefer, call: Call) => void) | undefined = undefined
  onRequest: Call['onRequest'] = undefined
  onEnded: Call['onEnded'] = undefined
  private endedPromise: PromiseWithResolvers<CallEnd> | undefined = undefined
  private answeredPromise: PromiseWithResolvers<SipMessage | CallEnd> | undefined = undefined

  constructor(agent: AgentCore, direction: 'outgoing' | 'incoming', callId: string, localTag: string) {
    this.agent = agent
    this.direction = direction
    this.callId = callId
    this.localTag = localTag
  }

  /** How it has ended, for who asks later. */
  private get past(): CallEnd | undefined {
    if (this.state !== 'ended') return undefined
    return this.end ?? (this.lastOctets && this.endBy(readMessage(this.lastOctets)))
  }

  get invite(): SipMessage | undefined {
    return this.serverTransaction?.request
  }

  get offerAnswer(): OfferAnswer['state'] {
    return this.exchange.state
  }

  get ended(): Promise<CallEnd> {
    this.endedPromise ??= Promise.withResolvers<CallEnd>()
    const { past } = this
    if (past !== undefined) this.endedPromise.resolve(past)
    return this.endedPromise.promise
  }

  get answered(): Promise<SipMessage | CallEnd> {
    this.answeredPromise ??= Promise.withResolvers<SipMessage | CallEnd>()
    const { past } = this
    if (past !== undefined) this.answeredPromise.resolve(past)
    return this.answeredPromise.promise
  }

  can(event: CallEvent): boolean {
    return (this.direction === 'outgoing' ? outgoingCall : incomingCall)[this.state][event] !== undefined
  }

  handle(event: CallEvent, message?: SipMessage): boolean {
    const arrow = (this.direction === 'outgoing' ? outgoingCall : incomingCall)[this.state][event]
    if (arrow === undefined) return false
    this.state = arrow.next
    for (const action of arrow.actions) this.act(action, message)
    return true
  }

  private act(action: CallAction, message: SipMessage | undefined): void {
    switch (action) {
      case 'send-cancel':
        return this.clientTransaction?.cancel(this.leavingHeaders)
      case 'send-acknowledgement':
        return message && acknowledgeAnswer(this, message)
      case 'send-bye':
        return this.sendBye()
      case 'stop-repeating':
        this.repetition?.stop()
        this.repetition = undefined
        return
      case 'refuse-invite':
        return refusePending(this)
      case 'inform-progress':
        return message && this.onProgress?.(message, this.dialog, this)
      case 'inform-confirmed':
        return message && this.onConfirmed?.(message, this)
      case 'inform-ended':
        return this.finish(message)
    }
  }

  receive(transaction: UserServerTransaction, method: string): void {
    receiveInCall(this, transaction, method)
  }

  acknowledge(acknowledgement: SipMessage): void {
    receiveAcknowledgement(this, acknowledgement)
  }

  ring(options: RingOptions = noContent): void {
    ring(this, options)
  }

  accept(content: Content = noContent): void {
    accept(this, content)
  }

  refuse(status: number, reason: string, headers: OutgoingHeaders = []): void {
    refuse(this, status, reason, headers)
  }

  hangUp(headers?: OutgoingHeaders): void {
    if (this.state === 'ended') return
    this.leavingText ||= 'hung up'
    this.leavingHeaders = headers
    // In the middle of `onAnswered` the ACK goes first.
    if (this.direction === 'outgoing' && this.state === 'confirmed' && this.acknowledgement === undefined) return
    this.handle('hang-up')
  }

  request(
    method: string,
    content: Content = noContent,
    observer?: ResponseObserver,
    dialog: Dialog | undefined = this.dialog,
  ): ClientTransaction | undefined {
    return dialog === undefined || this.state === 'ended'
      ? undefined
      : sendInside(this.agent, dialog, method, content, observer)
  }

  modify(method: 'INVITE' | 'UPDATE', content: Content = noContent): Promise<Modification> {
    return modifyCall(this, method, content)
  }

  refer(referTo: string, content: Content = noContent): SentRefer {
    return sendRefer(this, referTo, content)
  }

  /** Remembers a description that is sent. */
  describe(body: Body): void {
    if (!isDescription(body.type)) return
    sendDescription(this.exchange)
    this.localDescription = body
  }

  tellAnswered(response: SipMessage): void {
    this.answeredPromise?.resolve(response)
  }

  /** Takes up a session timer, or goes on without. */
  agree(agreement: SessionTimerAgreement | undefined): void {
    if (agreement !== undefined || this.sessionTimer !== undefined) startSessionTimer(this, agreement)
  }

  drop(): void {
    if (this.state === 'ended') return
    this.clientTransaction?.abandon()
    this.state = 'ended'
    this.end = { by: 'failure', text: 'the user agent was closed' }
    this.finish(undefined)
  }

  private sendBye(): void {
    if (this.dialog === undefined) return
    const content = this.leavingHeaders === undefined ? noContent : { headers: this.leavingHeaders }
    sendInside(this.agent, this.dialog, 'BYE', content, new Leaving(this))
  }

  private finish(message: SipMessage | undefined): void {
    this.timer?.stop()
    this.expiry?.stop()
    this.repetition?.stop()
    this.reliable?.stop()
    for (const refer of this.refers ?? []) refer.drop()
    this.outgoing = undefined
    this.clientTransaction = undefined
    if (this.relay !== undefined && this.state === 'ended') this.relay.call = undefined
    this.relay = undefined
    this.forget()
    const end = this.end ?? this.endBy(message)
    if (message === undefined) this.end = end
    else this.lastOctets = message.octets
    this.answeredPromise?.resolve(end)
    this.endedPromise?.resolve(end)
    this.onEnded?.(end, this)
  }

  /** The local tag is free when neither the call nor a fork of it lives. */
  private forget(): void {
    const first = this.primary ?? this
    if (first.state === 'ended' && (first.forks ?? []).every(({ state }) => state === 'ended'))
      this.agent.users.delete(this.localTag)
  }

  private endBy(message: SipMessage | undefined): CallEnd {
    if (message?.startLine.kind === 'request') return { by: 'peer', message }
    const beforeAnswer = this.acknowledgement === undefined && this.direction === 'outgoing'
    if (beforeAnswer && message !== undefined) return { by: 'refusal', message }
    return { by: 'us', message, text: this.leavingText }
  }
}

/** Whatever the answer to a BYE, the session is over (RFC 3261 15.1.1). */
class Leaving implements ResponseObserver {
  private readonly call: CallMachine

  constructor(call: CallMachine) {
    this.call = call
  }

  onFinal(outcome: Outcome): void {
    this.call.handle('bye-answered', outcome.kind === 'response' ? outcome.message : undefined)
  }
}

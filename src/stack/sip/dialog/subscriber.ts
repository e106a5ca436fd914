import type { Endpoint } from '#transport'
import { header, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders, Outcome, ResponseObserver, UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import type { Timer } from '../timer-queues.ts'
import { type AgentCore, type DialogUser, sendInside } from './agent-core.ts'
import { sequenceOf } from './call-requests.ts'
import { type Content, plain } from './content.ts'
import { type Dialog, dialogOfRequest, dialogOfResponse, takeSequence } from './dialog.ts'
import { readEvent, readSubscriptionState, seconds, type SubscriptionStateValue } from './subscription-state.ts'
import {
  endingRefusals,
  type SubscriberAction,
  type SubscriberEvent,
  type SubscriberState,
  subscriberTable,
} from './subscription-table.ts'

/** How a subscription ended. */
export type SubscriptionEnd =
  | { readonly by: 'notifier'; readonly state: SubscriptionStateValue; readonly message: SipMessage }
  | { readonly by: 'refusal'; readonly message: SipMessage }
  | { readonly by: 'expiry' }
  | { readonly by: 'failure'; readonly text: string }

/** A subscription of ours (RFC 6665 4.1). */
export interface Subscription {
  readonly event: string
  readonly state: SubscriberState
  readonly dialog: Dialog | undefined
  /** Every NOTIFY, answered 200 already. */
  onNotify: ((notify: SipMessage, state: SubscriptionStateValue) => void) | undefined
  onEnded: ((end: SubscriptionEnd) => void) | undefined
  /** Settles once, never rejects. */
  readonly ended: Promise<SubscriptionEnd>
  /** Asks for the state and time anew; `seconds` unless the former time. */
  refresh(seconds?: number): void
  /** SUBSCRIBE with Expires 0; the last NOTIFY ends it (RFC 6665 4.1.2.3). */
  leave(): void
}

export interface SubscriberSetting {
  readonly agent: AgentCore
  readonly event: string
  readonly eventId: string | undefined
  /** Seconds asked for. */
  readonly expires: number
  readonly callId: string
  readonly localTag: string
  /** The dialog it shares with a call; else the first NOTIFY or 2xx makes one. */
  readonly dialog: Dialog | undefined
  readonly from: string
  readonly requestUri: string
  readonly target: Endpoint
  /** What every SUBSCRIBE says beyond Event, Expires and Contact. */
  readonly headers: OutgoingHeaders
  /** No SUBSCRIBE refreshes it: an implicit subscription that is not asked to last (RFC 3515 2.4.4). */
  readonly implicit: boolean
  readonly onGone: () => void
}

/** The subscriber's side as a table; also that of the subscription a REFER implies. */
export class Subscriber implements Subscription, DialogUser, ResponseObserver {
  readonly event: string
  readonly callId: string
  state: SubscriberState = 'notify-wait'
  dialog: Dialog | undefined
  onNotify: ((notify: SipMessage, state: SubscriptionStateValue) => void) | undefined = undefined
  onEnded: ((end: SubscriptionEnd) => void) | undefined = undefined
  private readonly setting: SubscriberSetting
  private expires: number
  private end: SubscriptionEnd | undefined = undefined
  private promised: PromiseWithResolvers<SubscriptionEnd> | undefined = undefined
  private timerN: Timer | undefined
  private refreshTimer: Timer | undefined = undefined
  private expiryTimer: Timer | undefined = undefined

  constructor(setting: SubscriberSetting) {
    const { queues, timers } = setting.agent.stack
    this.setting = setting
    this.event = setting.event
    this.callId = setting.callId
    this.dialog = setting.dialog
    this.expires = setting.expires
    this.timerN = queues.start(64 * timers.t1, onTimerN, this)
  }

  get ended(): Promise<SubscriptionEnd> {
    this.promised ??= Promise.withResolvers<SubscriptionEnd>()
    if (this.end !== undefined) this.promised.resolve(this.end)
    return this.promised.promise
  }

  /** The answer to SUBSCRIBE, or to the REFER that implied the subscription. */
  onFinal(outcome: Outcome): void {
    const { setting } = this
    const status =
      outcome.kind === 'response' && outcome.message.startLine.kind === 'response'
        ? outcome.message.startLine.status
        : 0
    if (outcome.kind === 'response' && status < 300) {
      const { message } = outcome
      const { callId, localTag, from, requestUri, target } = setting
      this.dialog ??= dialogOfResponse(message, { from, fromTag: localTag, callId, cseq: 1 }, requestUri, target)
      // "The period of time in the response MAY be shorter but MUST NOT be longer" (RFC 6665 4.2.1.1).
      const granted = seconds(header(message, 'expires'))
      if (granted !== undefined && !setting.implicit && this.state !== 'leaving')
        this.lastFor(Math.min(granted, this.expires))
      return
    }
    const first = this.state === 'notify-wait'
    if (!first && status !== 0 && !endingRefusals.has(status)) return
    this.end =
      outcome.kind === 'response'
        ? { by: 'refusal', message: outcome.message }
        : { by: 'failure', text: outcome.kind === 'timeout' ? 'no answer to SUBSCRIBE' : outcome.text }
    if (!this.handle(first ? 'refused' : 'lost')) this.end = undefined
  }

  /** Whether a NOTIFY is for this subscription: Event and its id (RFC 6665 4.1.2.4, RFC 3515 2.4.6). */
  isFor(notify: SipMessage): boolean {
    const event = readEvent(notify)
    if (event?.name !== this.event) return false
    return event.id === this.setting.eventId || (this.setting.implicit && event.id === undefined)
  }

  receive(transaction: UserServerTransaction, method = 'NOTIFY'): void {
    const { request } = transaction
    if (method !== 'NOTIFY') return void transaction.respond(plain(405, 'Method Not Allowed', [['Allow', 'NOTIFY']]))
    const remoteTag = readTag(header(request, 'from')) ?? ''
    const { transport, remote } = transaction
    const known = this.dialog
    const foreign = known !== undefined && known.remoteTag !== remoteTag
    // One dialog a subscription: a second notifier, of a fork, is told that there is none (RFC 6665 4.1.4).
    if (foreign || this.state === 'terminated' || header(request, 'call-id') !== this.callId)
      return void transaction.respond(plain(481, 'Subscription Does Not Exist'))
    if (!this.isFor(request)) return void transaction.respond(plain(489, 'Bad Event', [['Allow-Events', this.event]]))
    const dialog = known ?? dialogOfNotify(request, this.setting, { transport, ...remote })
    this.dialog = dialog
    // Inside a call its CSeq has been taken already.
    if (this.setting.dialog === undefined && !takeSequence(dialog, sequenceOf(request)))
      return void transaction.respond(plain(500, 'Server Internal Error: CSeq out of order, RFC 3261 12.2.2'))
    const value = readSubscriptionState(request)
    if (value === undefined)
      return void transaction.respond(plain(400, 'Bad Request: Subscription-State, RFC 6665 8.2.3'))
    transaction.respond(plain(200, 'OK'))
    if (value.state !== 'terminated' && value.expires !== undefined && this.state !== 'leaving')
      this.lastFor(value.expires)
    this.onNotify?.(request, value)
    if (value.state === 'terminated') this.end = { by: 'notifier', state: value, message: request }
    this.handle(`notify-${value.state}`)
  }

  refresh(duration = this.expires): void {
    if (this.state !== 'active' && this.state !== 'pending') return
    this.expires = duration
    this.subscribe(duration)
  }

  leave(): void {
    if (this.state === 'notify-wait' && this.dialog === undefined) return
    this.handle('leave')
  }

  drop(): void {
    if (this.state === 'terminated') return
    this.state = 'terminated'
    this.end = { by: 'failure', text: 'its dialog has ended' }
    this.finish()
  }

  handle(event: SubscriberEvent): boolean {
    const arrow = subscriberTable[this.state][event]
    if (arrow === undefined) return false
    this.state = arrow.next
    for (const action of arrow.actions) this.act(action)
    return true
  }

  private act(action: SubscriberAction): void {
    const { queues, timers } = this.setting.agent.stack
    switch (action) {
      case 'start-timer-n':
        this.timerN?.stop()
        this.timerN = queues.start(64 * timers.t1, onTimerN, this)
        return
      case 'stop-timer-n':
        this.timerN?.stop()
        return
      case 'send-leave':
        this.refreshTimer?.stop()
        return this.subscribe(0)
      case 'inform-ended':
        return this.finish()
    }
  }

  private subscribe(duration: number): void {
    const { agent, headers, event, eventId } = this.setting
    if (this.dialog === undefined) return
    const content: Content = { headers }
    sendInside(agent, this.dialog, 'SUBSCRIBE', content, this, [
      ['Event', eventId === undefined ? event : `${event};id=${eventId}`],
      ['Expires', String(duration)],
    ])
  }

  private lastFor(duration: number): void {
    const { agent, implicit } = this.setting
    this.refreshTimer?.stop()
    this.expiryTimer?.stop()
    this.expiryTimer = agent.stack.queues.start(duration * 1000, onExpired, this)
    // Refreshed before it ends, early enough for a refresh that is sent in vain to be noticed.
    if (!implicit && duration > 0) this.refreshTimer = agent.stack.queues.start(duration * 900, onRefresh, this)
  }

  private finish(): void {
    this.timerN?.stop()
    this.refreshTimer?.stop()
    this.expiryTimer?.stop()
    this.end ??=
      this.dialog === undefined
        ? { by: 'failure', text: 'no NOTIFY came within 64*T1 (RFC 6665 4.1.2.4)' }
        : { by: 'expiry' }
    this.setting.onGone()
    this.promised?.resolve(this.end)
    this.onEnded?.(this.end)
  }
}

const onTimerN = (subscriber: Subscriber): void => void subscriber.handle('wait-over')
const onExpired = (subscriber: Subscriber): void => void subscriber.handle('expired')
const onRefresh = (subscriber: Subscriber): void => subscriber.refresh()

// "The NOTIFY request creates the dialog": it may overtake the 2xx (RFC 6665 4.1.2.4, 4.4.1).
function dialogOfNotify(notify: SipMessage, { localTag, from }: SubscriberSetting, source: Endpoint): Dialog {
  return { ...dialogOfRequest(notify, localTag, -1, source), local: from, localSequence: 1, confirmed: true }
}

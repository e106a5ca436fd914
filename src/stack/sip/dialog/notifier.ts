import { header, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders, Outcome, ResponseObserver, UserServerTransaction } from '../stack.ts'
import type { Timer } from '../timer-queues.ts'
import { type AgentCore, type DialogUser, sendInside } from './agent-core.ts'
import { sequenceOf } from './call-requests.ts'
import { type Body, type Content, noContent, plain } from './content.ts'
import { type Dialog, refreshTarget, takeSequence } from './dialog.ts'
import { seconds } from './subscription-state.ts'
import { type NotifierAction, type NotifierEvent, type NotifierState, notifierTable } from './subscription-table.ts'

/** A subscription of the peer (RFC 6665 4.2). */
export interface IncomingSubscription {
  readonly event: string
  readonly request: SipMessage
  readonly state: NotifierState
  readonly dialog: Dialog
  /** 200 and the first NOTIFY. `seconds` at most what was asked for; `pending` when permission is still to be had. */
  accept(content?: Content & { readonly seconds?: number; readonly pending?: boolean }): void
  refuse(status: number, reason: string, headers?: OutgoingHeaders): void
  /** A NOTIFY with the state now; makes a pending subscription an active one. */
  notify(body?: Body, headers?: OutgoingHeaders): void
  /** The last NOTIFY. */
  terminate(reason: string, options?: Content & { readonly retryAfter?: number }): void
  /** The subscriber has refreshed; the state is to be told again: return it. */
  onRefresh: ((request: SipMessage) => Content | void) | undefined
  onEnded: ((why: string) => void) | undefined
}

export interface NotifierSetting {
  readonly agent: AgentCore
  readonly transaction: UserServerTransaction
  readonly dialog: Dialog
  readonly event: string
  readonly eventId: string | undefined
  /** Seconds the subscriber asked for. */
  readonly asked: number
  /** 202 to REFER, 200 to SUBSCRIBE. */
  readonly implicit: boolean
  readonly onGone: () => void
}

/** The least duration that a refresh may ask for; less is answered 423 (RFC 6665 4.2.1.1), but 0. Seconds. */
const least = 1

/** The notifier's side as a table; also that of the subscription a REFER implies. */
export class Notifier implements IncomingSubscription, DialogUser, ResponseObserver {
  readonly event: string
  readonly callId: string
  readonly request: SipMessage
  readonly dialog: Dialog
  state: NotifierState = 'asked'
  onRefresh: ((request: SipMessage) => Content | void) | undefined = undefined
  onEnded: ((why: string) => void) | undefined = undefined
  private readonly setting: NotifierSetting
  private due = 0
  private timer: Timer | undefined = undefined
  private latest: Content = noContent
  private why = ''
  private retryAfter: number | undefined = undefined

  constructor(setting: NotifierSetting) {
    this.setting = setting
    this.event = setting.event
    this.request = setting.transaction.request
    this.dialog = setting.dialog
    this.callId = setting.dialog.callId
  }

  accept(options: Content & { readonly seconds?: number; readonly pending?: boolean } = {}): void {
    const { setting } = this
    if (this.state !== 'asked') return
    const duration = Math.min(options.seconds ?? setting.asked, setting.asked)
    this.dialog.confirmed = true
    this.latest = options
    this.due = duration
    this.grantTime(setting.transaction, duration)
    if (duration > 0) return this.handle(options.pending === true ? 'accept-pending' : 'accept-active')
    // "A SUBSCRIBE with an Expires of 0 is a fetch": one NOTIFY, and it is over (RFC 6665 4.4.3).
    this.why = 'timeout'
    this.handle('end')
  }

  refuse(status: number, reason: string, headers: OutgoingHeaders = []): void {
    if (this.state !== 'asked' || status < 300) return
    this.setting.transaction.respond({ ...plain(status, reason, headers), toTag: this.dialog.localTag })
    this.handle('refuse')
    this.setting.onGone()
  }

  notify(body?: Body, headers?: OutgoingHeaders): void {
    this.latest = { body, headers }
    if (this.state === 'pending') this.handle('grant')
    else if (this.state === 'active') this.send()
  }

  terminate(reason: string, { retryAfter, body, headers }: Content & { readonly retryAfter?: number } = {}): void {
    if (this.state === 'asked') return
    this.why = reason
    this.retryAfter = retryAfter
    this.latest = { body, headers }
    this.handle('end')
  }

  /** A SUBSCRIBE inside the dialog: refresh or farewell (RFC 6665 4.2.1.4). */
  receive(transaction: UserServerTransaction, method: string): void {
    const { request } = transaction
    if (this.state === 'terminated' || header(request, 'call-id') !== this.callId)
      return void transaction.respond(plain(481, 'Subscription Does Not Exist'))
    if (!takeSequence(this.dialog, sequenceOf(request)))
      return void transaction.respond(plain(500, 'Server Internal Error: CSeq out of order, RFC 3261 12.2.2'))
    if (method !== 'SUBSCRIBE')
      return void transaction.respond(plain(405, 'Method Not Allowed', [['Allow', 'SUBSCRIBE']]))
    const asked = seconds(header(request, 'expires')) ?? this.setting.asked
    if (asked !== 0 && asked < least)
      return void transaction.respond(plain(423, 'Interval Too Brief', [['Min-Expires', String(least)]]))
    refreshTarget(this.dialog, request)
    this.grantTime(transaction, Math.min(asked, Math.max(this.setting.asked, least)))
    this.latest = this.onRefresh?.(request) ?? this.latest
    if (asked === 0) {
      this.why = 'timeout'
      this.handle('end')
      return
    }
    this.due = Math.min(asked, this.setting.asked)
    this.act('start-expiry')
    this.send()
  }

  /** The answer to a NOTIFY: without one, or with 481, there is nobody left (RFC 6665 4.2.2). */
  onFinal(outcome: Outcome): void {
    const status =
      outcome.kind === 'response' && outcome.message.startLine.kind === 'response'
        ? outcome.message.startLine.status
        : 0
    if (status >= 200 && status < 300) return
    // "If the NOTIFY request fails due to expiration of Timer F, or with 404, 405, 410, 416, 480-485, 489, 501 or 604, the subscription
    // is considered terminated", unless a Retry-After says otherwise.
    this.why = status === 0 ? 'a NOTIFY was not answered' : `a NOTIFY was answered ${status}`
    if (status === 0 || [404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604].includes(status))
      this.handle('lost')
  }

  drop(): void {
    if (this.state === 'terminated') return
    this.why = 'its dialog has ended'
    this.state = 'terminated'
    this.timer?.stop()
    this.setting.onGone()
    this.onEnded?.(this.why)
  }

  handle(event: NotifierEvent): void {
    const arrow = notifierTable[this.state][event]
    if (arrow === undefined) return
    this.state = arrow.next
    for (const action of arrow.actions) this.act(action)
  }

  /** Time is up. */
  expire(): void {
    this.why = 'timeout'
    this.handle('expired')
  }

  private act(action: NotifierAction): void {
    switch (action) {
      case 'start-expiry':
        this.timer?.stop()
        this.timer = this.setting.agent.stack.queues.start(this.due * 1000, onExpired, this)
        return
      case 'stop-expiry':
        this.timer?.stop()
        return
      case 'send-notify':
      case 'send-last-notify':
        return this.send()
      case 'inform-ended':
        this.timer?.stop()
        this.setting.onGone()
        this.onEnded?.(this.why)
    }
  }

  private grantTime(transaction: UserServerTransaction, duration: number): void {
    const { agent, implicit } = this.setting
    const first = transaction === this.setting.transaction
    const headers: OutgoingHeaders =
      implicit && first ? agent.contactHeader : [...agent.contactHeader, ['Expires', String(duration)]]
    transaction.respond({
      ...plain(implicit && first ? 202 : 200, implicit && first ? 'Accepted' : 'OK', headers),
      toTag: this.dialog.localTag,
    })
  }

  private send(): void {
    const { agent, event, eventId } = this.setting
    sendInside(agent, this.dialog, 'NOTIFY', this.latest, this, [
      ['Event', eventId === undefined ? event : `${event};id=${eventId}`],
      ['Subscription-State', this.subscriptionState()],
    ])
  }

  private subscriptionState(): string {
    if (this.state !== 'terminated') return `${this.state};expires=${this.due}`
    const later = this.retryAfter === undefined ? '' : `;retry-after=${this.retryAfter}`
    return `terminated;reason=${this.why}${later}`
  }
}

const onExpired = (notifier: Notifier): void => notifier.expire()

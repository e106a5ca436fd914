/** Where a subscription stands at the subscriber (RFC 6665 4.1.2, figure 1). */
export type SubscriberState = 'notify-wait' | 'pending' | 'active' | 'leaving' | 'terminated'

export type SubscriberEvent =
  | 'notify-pending'
  | 'notify-active'
  | 'notify-terminated'
  /** Timer N has fired. */
  | 'wait-over'
  | 'refused'
  | 'lost'
  | 'expired'
  | 'leave'

export type SubscriberAction = 'start-timer-n' | 'stop-timer-n' | 'send-leave' | 'inform-ended'

interface Arrow<State, Action> {
  readonly next: State
  readonly actions: readonly Action[]
  readonly clause: string
}

type Table<State extends string, Event extends string, Action> = Readonly<
  Record<State, Readonly<Partial<Record<Event, Arrow<State, Action>>>>>
>

const notified = {
  'notify-pending': { next: 'pending', actions: ['stop-timer-n'], clause: 'RFC 6665 4.1.2.4' },
  'notify-active': { next: 'active', actions: ['stop-timer-n'], clause: 'RFC 6665 4.1.2.4' },
  'notify-terminated': { next: 'terminated', actions: ['stop-timer-n', 'inform-ended'], clause: 'RFC 6665 4.1.3' },
} as const
const established = {
  ...notified,
  // "If a SUBSCRIBE request to refresh a subscription receives a 404, 405, 410, 416, 480-485, 489, 501, or 604 response, the subscriber MUST
  // consider the subscription terminated." Any other failure leaves it as it was until it expires.
  lost: { next: 'terminated', actions: ['stop-timer-n', 'inform-ended'], clause: 'RFC 6665 4.1.2.2' },
  expired: { next: 'terminated', actions: ['stop-timer-n', 'inform-ended'], clause: 'RFC 6665 4.1.2.2' },
  'wait-over': { next: 'terminated', actions: ['inform-ended'], clause: 'RFC 6665 4.1.2.2' },
  leave: { next: 'leaving', actions: ['start-timer-n', 'send-leave'], clause: 'RFC 6665 4.1.2.3' },
} as const

export const subscriberTable: Table<SubscriberState, SubscriberEvent, SubscriberAction> = {
  'notify-wait': {
    ...established,
    refused: { next: 'terminated', actions: ['stop-timer-n', 'inform-ended'], clause: 'RFC 6665 4.1.2.1' },
    // "If Timer N expires prior to the receipt of a NOTIFY request, the subscriber considers the subscription failed."
    'wait-over': { next: 'terminated', actions: ['inform-ended'], clause: 'RFC 6665 4.1.2.4' },
  },
  pending: established,
  active: established,
  leaving: {
    'notify-pending': { next: 'leaving', actions: [], clause: 'RFC 6665 4.1.2.3' },
    'notify-active': { next: 'leaving', actions: [], clause: 'RFC 6665 4.1.2.3' },
    'notify-terminated': notified['notify-terminated'],
    lost: established.lost,
    expired: established.expired,
    'wait-over': established['wait-over'],
  },
  terminated: {},
}

/** Responses to a refresh that end the subscription (RFC 6665 4.1.2.2). */
export const endingRefusals: ReadonlySet<number> = new Set([
  404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604,
])

/** Where a subscription stands at the notifier (RFC 6665 4.2, figure 2). */
export type NotifierState = 'asked' | 'pending' | 'active' | 'terminated'

export type NotifierEvent = 'accept-pending' | 'accept-active' | 'refuse' | 'grant' | 'end' | 'expired' | 'lost'

export type NotifierAction = 'send-notify' | 'send-last-notify' | 'start-expiry' | 'stop-expiry' | 'inform-ended'

export const notifierTable: Table<NotifierState, NotifierEvent, NotifierAction> = {
  asked: {
    // "When a SUBSCRIBE request is accepted, a NOTIFY MUST be sent immediately."
    'accept-pending': { next: 'pending', actions: ['start-expiry', 'send-notify'], clause: 'RFC 6665 4.2.1.2' },
    'accept-active': { next: 'active', actions: ['start-expiry', 'send-notify'], clause: 'RFC 6665 4.2.1.2' },
    refuse: { next: 'terminated', actions: [], clause: 'RFC 6665 4.2.1.1' },
    end: { next: 'terminated', actions: ['send-last-notify', 'inform-ended'], clause: 'RFC 6665 4.2.1.4' },
  },
  pending: {
    grant: { next: 'active', actions: ['send-notify'], clause: 'RFC 6665 4.2.2' },
    end: { next: 'terminated', actions: ['stop-expiry', 'send-last-notify', 'inform-ended'], clause: 'RFC 6665 4.2.2' },
    expired: { next: 'terminated', actions: ['send-last-notify', 'inform-ended'], clause: 'RFC 6665 4.2.1.4' },
    lost: { next: 'terminated', actions: ['stop-expiry', 'inform-ended'], clause: 'RFC 6665 4.2.2' },
  },
  active: {
    end: { next: 'terminated', actions: ['stop-expiry', 'send-last-notify', 'inform-ended'], clause: 'RFC 6665 4.2.2' },
    expired: { next: 'terminated', actions: ['send-last-notify', 'inform-ended'], clause: 'RFC 6665 4.2.1.4' },
    lost: { next: 'terminated', actions: ['stop-expiry', 'inform-ended'], clause: 'RFC 6665 4.2.2' },
  },
  terminated: {},
}

/** Why a notifier ended a subscription, and whether to subscribe again (RFC 6665 4.1.3). */
export const terminationReasons: Readonly<Record<string, 'at once' | 'later' | 'never'>> = {
  deactivated: 'at once',
  probation: 'later',
  rejected: 'never',
  timeout: 'at once',
  giveup: 'later',
  noresource: 'never',
  invariant: 'never',
}

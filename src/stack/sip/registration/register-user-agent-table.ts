/** The states of a user agent's registration (RFC 3261 10.2). */
export type RegistrationState =
  /** Nothing sent, or removed in order. */
  | 'idle'
  | 'registering'
  | 'registered'
  | 'refreshing'
  /** Failed for now: tried again later. */
  | 'waiting'
  | 'removing'
  /** Refused for good. */
  | 'refused'

export type RegistrationEvent =
  | 'start'
  | 'stop'
  /** 2xx. */
  | 'accepted'
  /** 401 or 407 that can be answered. */
  | 'challenged'
  /** 423 with Min-Expires. */
  | 'too-brief'
  /** Any other final response. */
  | 'rejected'
  /** Nobody answered, 408, 5xx, or the flow is lost. */
  | 'unavailable'
  | 'refresh-due'
  | 'retry-due'

export type RegistrationAction =
  | 'send-register'
  | 'send-removal'
  /** The same request once more: a new transaction, CSeq one higher. */
  | 'send-again'
  | 'lengthen'
  | 'keep-bindings'
  | 'drop-bindings'
  | 'schedule-refresh'
  | 'schedule-retry'
  | 'cancel-timers'

interface Arrow {
  readonly next: RegistrationState
  readonly actions: readonly RegistrationAction[]
  readonly clause: string
}

const again = { actions: ['send-again'], clause: 'RFC 3261 22.2' } as const
const longer = { actions: ['lengthen', 'send-again'], clause: 'RFC 3261 10.2.8' } as const
const begin = { next: 'registering', actions: ['send-register'], clause: 'RFC 3261 10.2' } as const
const bound = {
  next: 'registered',
  actions: ['keep-bindings', 'schedule-refresh'],
  clause: 'RFC 3261 10.2.4, TS 24.229 5.1.1.4.1',
} as const
const later = {
  next: 'waiting',
  actions: ['drop-bindings', 'schedule-retry'],
  clause: 'RFC 3261 10.2.7, RFC 5626 4.5',
} as const
const refused = { next: 'refused', actions: ['drop-bindings'], clause: 'RFC 3261 10.2, TS 24.229 5.1.1.5.3' } as const
const remove = { next: 'removing', actions: ['cancel-timers', 'send-removal'], clause: 'RFC 3261 10.2.2' } as const
const gone = { next: 'idle', actions: ['drop-bindings'], clause: 'RFC 3261 10.2.2' } as const

/** What an event does in a state; without an arrow, nothing. While a request is under way a `stop` waits for its answer (RFC 3261 10.2). */
export const registrationTable: Readonly<
  Record<RegistrationState, Readonly<Partial<Record<RegistrationEvent, Arrow>>>>
> = {
  idle: { start: begin },
  registering: {
    accepted: bound,
    challenged: { next: 'registering', ...again },
    'too-brief': { next: 'registering', ...longer },
    rejected: refused,
    unavailable: later,
  },
  registered: {
    'refresh-due': { next: 'refreshing', actions: ['send-register'], clause: 'RFC 3261 10.2.4' },
    unavailable: {
      next: 'waiting',
      actions: ['cancel-timers', 'drop-bindings', 'schedule-retry'],
      clause: 'RFC 5626 4.5',
    },
    stop: remove,
  },
  refreshing: {
    accepted: bound,
    challenged: { next: 'refreshing', ...again },
    'too-brief': { next: 'refreshing', ...longer },
    rejected: refused,
    unavailable: later,
  },
  waiting: {
    'retry-due': begin,
    start: { ...begin, actions: ['cancel-timers', 'send-register'] },
    stop: { ...gone, actions: ['cancel-timers', 'drop-bindings'] },
  },
  removing: {
    accepted: gone,
    challenged: { next: 'removing', ...again },
    rejected: gone,
    unavailable: gone,
  },
  refused: { start: begin, stop: gone },
}

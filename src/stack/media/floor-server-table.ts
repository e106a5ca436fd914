/** States of the floor, 'general floor control operation' (TS 24.380 6.3.4). */
export type FloorServerState = 'start-stop' | 'floor-idle' | 'floor-taken' | 'pending-floor-revoke' | 'releasing'

/** What happens to it, once arbitration has said what a request is worth. */
export type FloorServerInput =
  | 'request-granted'
  | 'request-queued'
  | 'request-denied'
  | 'request-pre-empts'
  /** Floor Revoke Request of somebody who may ask for that. */
  | 'revoke-requested'
  /** The holder has released, left, or sent no media for T1, or the grace of T3 is over; and somebody waits, or nobody. */
  | 'freed'
  | 'freed-for-next'
  | 'media'
  | 'T2'
  | 'T4'
  | 'T7'
  | 'T8'
  | 'T20'

export type FloorServerAction =
  | 'grant'
  | 'grant-next'
  | 'queue'
  | 'queue-at-head'
  | 'deny'
  | 'tell-position'
  | 'tell-taken'
  | 'tell-idle'
  | 'repeat-idle'
  | 'repeat-granted'
  | 'revoke-pre-empted'
  | 'revoke-too-long'
  | 'revoke-for-another'
  | 'repeat-revoke'
  | 'stop-timers'
  | 'start-T1'
  | 'start-T2-once'
  | 'start-T3'
  | 'start-T4'
  | 'start-T7'
  | 'start-T8'
  | 'start-T20'
  | 'stop-T20'
  | 'inform-inactive'

export interface FloorServerArrow {
  readonly next: FloorServerState
  readonly actions: readonly FloorServerAction[]
  readonly clause: string
}

type FloorServerTable = Readonly<
  Record<FloorServerState, Readonly<Partial<Record<FloorServerInput, FloorServerArrow>>>>
>

const arrow = (next: FloorServerState, clause: string, ...actions: FloorServerAction[]): FloorServerArrow => ({
  next,
  actions,
  clause: `TS 24.380 ${clause}`,
})

const toNext = ['stop-timers', 'grant-next', 'start-T1', 'start-T20', 'tell-taken', 'tell-position'] as const
const toIdle = ['stop-timers', 'tell-idle', 'start-T7', 'start-T4'] as const

/** What has no arrow is discarded, and the state stays (6.3.4.1). */
export const floorServer: FloorServerTable = {
  'start-stop': {},
  'floor-idle': {
    'request-granted': arrow('floor-taken', '6.3.4.3', 'stop-timers', 'grant', 'start-T1', 'start-T20', 'tell-taken'),
    'request-denied': arrow('floor-idle', '6.3.4.3', 'deny'),
    T4: arrow('releasing', '6.3.4.3', 'stop-timers', 'inform-inactive'),
    T7: arrow('floor-idle', '6.3.4.3', 'repeat-idle'),
  },
  'floor-taken': {
    'request-queued': arrow('floor-taken', '6.3.4.4', 'queue', 'tell-position'),
    'request-denied': arrow('floor-taken', '6.3.4.4', 'deny'),
    'request-pre-empts': arrow(
      'pending-floor-revoke',
      '6.3.4.4',
      ...(['stop-timers', 'queue-at-head', 'tell-position', 'revoke-pre-empted', 'start-T8', 'start-T3'] as const),
    ),
    'revoke-requested': arrow(
      'pending-floor-revoke',
      '6.3.4.4',
      ...(['stop-timers', 'revoke-for-another', 'start-T8', 'start-T3'] as const),
    ),
    media: arrow('floor-taken', '6.3.4.4', 'stop-T20', 'start-T1', 'start-T2-once'),
    T2: arrow('pending-floor-revoke', '6.3.4.4', 'stop-timers', 'revoke-too-long', 'start-T8', 'start-T3'),
    T20: arrow('floor-taken', '6.3.4.4', 'repeat-granted'),
    freed: arrow('floor-idle', '6.3.4.4', ...toIdle),
    'freed-for-next': arrow('floor-taken', '6.3.4.4', ...toNext),
  },
  'pending-floor-revoke': {
    'request-queued': arrow('pending-floor-revoke', '6.3.4.5', 'queue', 'tell-position'),
    'request-denied': arrow('pending-floor-revoke', '6.3.4.5', 'deny'),
    T8: arrow('pending-floor-revoke', '6.3.4.5', 'repeat-revoke', 'start-T8'),
    freed: arrow('floor-idle', '6.3.4.5', ...toIdle),
    'freed-for-next': arrow('floor-taken', '6.3.4.5', ...toNext),
  },
  releasing: {},
}

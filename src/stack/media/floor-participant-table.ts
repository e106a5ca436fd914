/** States of a floor participant (TS 24.380 6.2.4). */
export type ParticipantState =
  'start-stop' | 'has-no-permission' | 'pending-request' | 'has-permission' | 'pending-release' | 'queued'

/** What happens to it: its user, messages of the server, timers. */
export type ParticipantInput =
  | 'push-to-talk'
  | 'let-go'
  | 'ask-position'
  | 'granted'
  | 'deny'
  | 'taken'
  /** Floor Taken of a call in which several may talk: the Floor Indicator says so. */
  | 'taken-too'
  | 'idle'
  | 'revoke'
  | 'queuePositionInfo'
  /** Queued Floor Requests that says that the request is cancelled. */
  | 'queuedRequests'
  | 'T100'
  | 'T100-last'
  | 'T101'
  | 'T101-last'
  | 'T104'
  | 'T104-last'

export type ParticipantAction =
  | 'send-request'
  | 'send-release'
  | 'send-position-request'
  | 'stop-T100'
  | 'stop-T101'
  | 'stop-T104'
  | 'inform'
  | 'inform-unanswered'

export interface ParticipantArrow {
  readonly next: ParticipantState
  /** Sending starts the timer of the message. */
  readonly actions: readonly ParticipantAction[]
  readonly clause: string
}

type ParticipantTable = Readonly<
  Record<ParticipantState, Readonly<Partial<Record<ParticipantInput, ParticipantArrow>>>>
>

const arrow = (next: ParticipantState, clause: string, ...actions: ParticipantAction[]): ParticipantArrow => ({
  next,
  actions,
  clause: `TS 24.380 ${clause}`,
})

/** What has no arrow is discarded, and the state stays (6.2.4.1). */
export const floorParticipant: ParticipantTable = {
  'start-stop': {},
  'has-no-permission': {
    'push-to-talk': arrow('pending-request', '6.2.4.3', 'send-request'),
    taken: arrow('has-no-permission', '6.2.4.3', 'inform'),
    idle: arrow('has-no-permission', '6.2.4.3', 'inform'),
  },
  'pending-request': {
    granted: arrow('has-permission', '6.2.4.4', 'stop-T101', 'inform'),
    deny: arrow('has-no-permission', '6.2.4.4', 'stop-T101', 'inform'),
    queuePositionInfo: arrow('queued', '6.2.4.4', 'stop-T101', 'inform'),
    taken: arrow('pending-request', '6.2.4.4', 'inform'),
    idle: arrow('pending-request', '6.2.4.4', 'inform'),
    'let-go': arrow('pending-release', '6.2.4.4', 'stop-T101', 'send-release'),
    T101: arrow('pending-request', '6.2.4.4', 'send-request'),
    'T101-last': arrow('has-no-permission', '6.2.4.4', 'inform-unanswered'),
  },
  'has-permission': {
    'let-go': arrow('pending-release', '6.2.4.5', 'send-release'),
    revoke: arrow('pending-release', '6.2.4.5', 'inform', 'send-release'),
    idle: arrow('has-no-permission', '6.2.4.5', 'inform'),
    // It lost the floor without having heard of it, for example because it sent no media.
    taken: arrow('has-no-permission', '6.2.4.5', 'inform'),
    'taken-too': arrow('has-permission', '6.2.4.5', 'inform'),
    // Sent again by the server: nothing new.
    granted: arrow('has-permission', '6.2.4.5'),
  },
  'pending-release': {
    idle: arrow('has-no-permission', '6.2.4.6', 'stop-T100', 'inform'),
    taken: arrow('has-no-permission', '6.2.4.6', 'stop-T100', 'inform'),
    // The release crossed the grant.
    granted: arrow('pending-release', '6.2.4.6', 'send-release'),
    T100: arrow('pending-release', '6.2.4.6', 'send-release'),
    'T100-last': arrow('has-no-permission', '6.2.4.6', 'inform-unanswered'),
  },
  queued: {
    granted: arrow('has-permission', '6.2.4.9', 'stop-T104', 'inform'),
    deny: arrow('has-no-permission', '6.2.4.9', 'stop-T104', 'inform'),
    taken: arrow('queued', '6.2.4.9', 'inform'),
    idle: arrow('queued', '6.2.4.9', 'inform'),
    queuePositionInfo: arrow('queued', '6.2.4.9', 'stop-T104', 'inform'),
    queuedRequests: arrow('has-no-permission', '6.2.4.9', 'stop-T104', 'inform'),
    'let-go': arrow('pending-release', '6.2.4.9', 'stop-T104', 'send-release'),
    'ask-position': arrow('queued', '6.2.4.9', 'send-position-request'),
    T104: arrow('queued', '6.2.4.9', 'send-position-request'),
    'T104-last': arrow('queued', '6.2.4.9', 'inform-unanswered'),
  },
}

/** Timers of floor control in milliseconds, and how often a message is sent again (TS 24.380 11.1, 11.2). */
export interface FloorTimers {
  /** Participant: until Floor Release is sent again. */
  readonly T100: number
  /** Participant: until Floor Request is sent again. */
  readonly T101: number
  /** Participant: until Floor Queue Position Request is sent again. */
  readonly T104: number
  /** How often each of these three is sent in all. */
  readonly C100: number
  readonly C101: number
  readonly C104: number
  /** Server: end of RTP media. */
  readonly T1: number
  /** Server: stop talking. */
  readonly T2: number
  /** Server: grace after Floor Revoke. */
  readonly T3: number
  /** Server: inactivity, then the call may be released. */
  readonly T4: number
  /** Server: until Floor Idle is sent again, and how often in all. */
  readonly T7: number
  readonly C7: number
  /** Server: until Floor Revoke is sent again. */
  readonly T8: number
  /** Server: until Floor Granted is sent again, and how often in all. */
  readonly T20: number
  readonly C20: number
}

/** Defaults where the tables have one (T1, T2, T3, T4, T8, T20, C7); the others are ours. */
export const defaultFloorTimers: FloorTimers = {
  T100: 1000,
  T101: 1000,
  T104: 1000,
  C100: 3,
  C101: 3,
  C104: 3,
  T1: 4000,
  T2: 30_000,
  T3: 3000,
  T4: 30_000,
  T7: 5000,
  C7: 10,
  T8: 1000,
  T20: 1000,
  C20: 3,
}

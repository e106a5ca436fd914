import type { Clock } from './clock.ts'

/** Time that passes only when somebody waits: a day of waiting takes no time at all. */
export interface VirtualClock extends Clock {
  /** Goes on to this time; never back. */
  reach(time: number): void
  /** From now on the tester is said to have stood still for this long. */
  stall(milliseconds: number): void
}

export function virtualClock(): VirtualClock {
  let [now, stood] = [0, 0]
  return {
    now: () => now,
    stalled: () => stood,
    reach(time) {
      now = Math.max(now, time)
    },
    stall(milliseconds) {
      stood = milliseconds
    },
  }
}

/** Monotonic time in milliseconds. */
export interface Clock {
  now(): number
  /**
   * The longest time, since then, in which the tester itself could not do anything. What was late may have been late
   * because of us.
   */
  stalled(since: number): number
}

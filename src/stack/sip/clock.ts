/** Time as a parameter. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Runs once, `ms` milliseconds from now, never early. */
  after(ms: number, run: () => void): { cancel(): void }
}
export declare const systemClock: Clock

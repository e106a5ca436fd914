/** Time as a parameter: monotonic milliseconds, and timers that are never early. The SIP stack's clocks fit. */
export interface Clock {
  now(): number
  /** Runs once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): { cancel(): void }
}

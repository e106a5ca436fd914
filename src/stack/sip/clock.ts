/** Time as a parameter. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Runs once, `ms` milliseconds from now, never early. */
  after(ms: number, run: () => void): { cancel(): void }
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const due = performance.now() + ms
    // setTimeout may fire up to a millisecond early: what is left is waited for.
    const check = (): void => {
      const left = due - performance.now()
      if (left <= 0) run()
      else timer = setTimeout(check, Math.ceil(left))
    }
    let timer = setTimeout(check, ms)
    return { cancel: () => clearTimeout(timer) }
  },
}

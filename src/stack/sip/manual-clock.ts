import type { Clock } from './clock.ts'

/** A clock that a test turns by hand. */
export interface ManualClock extends Clock {
  /** Lets milliseconds pass: timers that fall due run in order, at their own time. */
  advance(ms: number): void
}

export function createManualClock(): ManualClock {
  let now = 0
  let timers: { readonly due: number; readonly run: () => void }[] = []
  return {
    now: () => now,
    after(ms, run) {
      const timer = { due: now + ms, run }
      timers.push(timer)
      return { cancel: () => void (timers = timers.filter((one) => one !== timer)) }
    },
    advance(ms) {
      const end = now + ms
      for (;;) {
        const next = timers.reduce<(typeof timers)[number] | undefined>(
          (first, one) => (one.due <= end && (first === undefined || one.due < first.due) ? one : first),
          undefined,
        )
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        now = next.due
        next.run()
      }
      now = end
    },
  }
}

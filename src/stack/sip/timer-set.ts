import type { Clock } from './clock.ts'

/** The running timers of one transaction, by name. */
export interface TimerSet<Name extends string> {
  /** Starts a timer, in place of one of that name that still runs. */
  start(name: Name, ms: number): void
  stopAll(): void
}

export function createTimerSet<Name extends string>(clock: Clock, onFire: (name: Name) => void): TimerSet<Name> {
  const running = new Map<Name, { cancel(): void }>()
  return {
    start(name, ms) {
      running.get(name)?.cancel()
      running.set(
        name,
        clock.after(ms, () => {
          running.delete(name)
          onFire(name)
        }),
      )
    },
    stopAll() {
      for (const timer of running.values()) timer.cancel()
      running.clear()
    },
  }
}

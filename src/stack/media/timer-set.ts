import type { Clock } from './clock.ts'

/** Timers by their names: each runs at most once at a time. */
export interface TimerSet<Name extends string> {
  /** Anew when it runs already. */
  start(name: Name, ms: number, run: () => void): void
  stop(...names: readonly Name[]): void
  readonly runs: (name: Name) => boolean
  stopAll(): void
}

export function createTimerSet<Name extends string>(clock: Clock): TimerSet<Name> {
  const running = new Map<Name, { cancel(): void }>()
  const stop = (name: Name): void => {
    running.get(name)?.cancel()
    running.delete(name)
  }
  return {
    start(name, ms, run) {
      stop(name)
      const timer = clock.after(ms, () => {
        running.delete(name)
        run()
      })
      running.set(name, timer)
    },
    stop: (...names) => names.forEach(stop),
    runs: (name) => running.has(name),
    stopAll: () => [...running.keys()].forEach(stop),
  }
}

import type { Clock } from '#play'

/** Milliseconds of standing still that say that too much is in flight. */
const tooLong = 200
const first = 32

/**
 * How many cases are in flight: begins small, grows with every case that ends while the tester keeps up, and halves
 * when it stands still. A tester that cannot keep up would judge its own lateness.
 */
export function createWindow(most: number, clock: Clock) {
  let size = Math.min(first, most)
  let inside = 0
  let lookedAt = clock.now()
  const waiting: (() => void)[] = []

  const admit = (): void => {
    while (inside < size && waiting.length > 0) {
      inside += 1
      waiting.shift()?.()
    }
  }
  const adapt = (): void => {
    const now = clock.now()
    if (clock.stalled(lookedAt) > tooLong) {
      size = Math.max(1, Math.floor(size / 2))
      lookedAt = now
    } else size = Math.min(most, size + 1)
  }

  return {
    async through<T>(task: () => Promise<T>): Promise<T> {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        admit()
      })
      try {
        return await task()
      } finally {
        inside -= 1
        adapt()
        admit()
      }
    },
  }
}

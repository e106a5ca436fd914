import { describe, expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { createTimerQueues } from './timer-queues.ts'

/** A clock that tells what it was asked for. */
function watchedClock(): { readonly clock: Clock; readonly running: Set<() => void> } {
  const running = new Set<() => void>()
  const after: Clock['after'] = (_ms, run) => {
    running.add(run)
    return { cancel: () => void running.delete(run) }
  }
  return { clock: { now: () => 0, after }, running }
}

describe('queues that are closed', () => {
  test('keep nothing of the clock, of whatever duration', () => {
    const { clock, running } = watchedClock()
    const queues = createTimerQueues(clock)
    // More durations than there are queues.
    for (let ms = 1; ms <= 100; ms += 1) queues.start(ms, () => undefined, undefined)
    expect(running.size).toBe(100)
    queues.close()
    expect(running.size).toBe(0)
  })

  test('start nothing, and what was started may still be stopped', () => {
    const { clock, running } = watchedClock()
    const queues = createTimerQueues(clock)
    const before = queues.start(500, () => undefined, undefined)
    queues.close()
    const after = queues.start(500, () => undefined, undefined)
    before.stop()
    after.stop()
    expect(running.size).toBe(0)
  })
})

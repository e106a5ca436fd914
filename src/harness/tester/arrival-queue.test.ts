import { expect, test } from 'vitest'
import { createArrivalQueue } from './arrival-queue.ts'

const clock = { now: () => performance.now(), stalled: () => 0 }
const arrival = (text: string) => ({ kind: 'unreachable' as const, at: 0, text })

test('arrivals come in order, and nothing comes after the time is over', async () => {
  const queue = createArrivalQueue(clock)
  queue.push(arrival('first'))
  queue.push(arrival('second'))
  expect(await queue.take(clock.now() + 1000)).toMatchObject({ text: 'first' })
  expect(await queue.take(Number.NEGATIVE_INFINITY)).toMatchObject({ text: 'second' })
  expect(await queue.take(clock.now() + 20)).toBeUndefined()
})

test('who waits is woken', async () => {
  const queue = createArrivalQueue(clock)
  setTimeout(() => queue.push(arrival('late')), 10)
  expect(await queue.take(clock.now() + 5000)).toMatchObject({ text: 'late' })
})

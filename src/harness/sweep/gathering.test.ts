import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGathering } from './gathering.ts'

test('it happens once, when the last has come, and for all', async () => {
  let times = 0
  const join = createGathering(3, 10_000, () => Promise.resolve(void times++))
  const [one, other, last] = [join(), join(), join()]
  const arrived = [one.arrive(), other.arrive()]
  await setTimeout(5)
  expect(times).toBe(0)
  arrived.push(last.arrive())
  await Promise.all(arrived)
  expect(times).toBe(1)
})

test('nobody waits for one who never comes', async () => {
  let times = 0
  const join = createGathering(2, 10_000, () => Promise.resolve(void times++))
  const [one, absent] = [join(), join()]
  const arrived = one.arrive()
  absent.leave()
  await arrived
  one.leave()
  expect(times).toBe(1)
})

test('nobody waits longer than the patience of the first', async () => {
  let times = 0
  const join = createGathering(2, 20, () => Promise.resolve(void times++))
  await join().arrive()
  expect(times).toBe(1)
})

import { expect, test } from 'vitest'
import { systemClock, type Clock } from '#stack/sip'
import { waitFor } from './media-leg.ts'

test('what came while the tester stood still is still looked for', async () => {
  let [stoodStill, looked] = [0, 0]
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + stoodStill }
  const cameMeanwhile = (): boolean => {
    looked += 1
    stoodStill = 60_000
    return looked > 3
  }
  expect(await waitFor(clock, cameMeanwhile)).toBe(true)
})

test('what never comes is given up', { timeout: 20_000 }, async () => {
  expect(await waitFor(systemClock, () => false)).toBe(false)
})

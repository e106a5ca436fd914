import { expect, test } from 'vitest'
import { createWindow } from './window.ts'

const still = { now: () => 0, stalled: () => 0 }

/** Plays tasks that end when told, and says how many run at once. */
function hall(window: ReturnType<typeof createWindow>, tasks: number) {
  const running = new Set<() => void>()
  const all = Array.from({ length: tasks }, () =>
    window.through(async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      running.add(resolve)
      await promise
      running.delete(resolve)
    }),
  )
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    settle,
    running: () => running.size,
    async endOne() {
      const [end] = running
      end?.()
      await settle()
    },
    async endAll() {
      while (running.size > 0) {
        for (const end of running) end()
        await settle()
      }
      await Promise.all(all)
    },
  }
}

test('begins small, grows while the tester keeps up, and never exceeds the most', async () => {
  const { settle, running, endOne, endAll } = hall(createWindow(40, still), 200)
  await settle()
  expect(running()).toBe(32)
  for (let ended = 0; ended < 20; ended++) await endOne()
  expect(running()).toBe(40)
  await endAll()
})

test('halves when the tester stands still, and plays on', async () => {
  let stall = 0
  const { settle, running, endOne, endAll } = hall(createWindow(100, { now: () => 0, stalled: () => stall }), 60)
  await settle()
  expect(running()).toBe(32)
  stall = 500
  await endOne()
  stall = 0
  // Nobody is let in until fewer are inside than the halved window, which grows again by one a case.
  for (let ended = 0; ended < 6; ended++) await endOne()
  expect(running()).toBe(25)
  for (let ended = 0; ended < 4; ended++) await endOne()
  expect(running()).toBe(26)
  await endAll()
})

test('a task that fails makes room too', async () => {
  const window = createWindow(1, still)
  await expect(window.through(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(window.through(async () => 'yes')).resolves.toBe('yes')
})

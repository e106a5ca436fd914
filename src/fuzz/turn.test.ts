import { expect, test } from 'vitest'
import { createTurn } from './turn.ts'

test('whoever comes later waits until the turn is given back', async () => {
  let time = 0
  const turn = createTurn(() => time)
  const order: string[] = []
  const giveBack = await turn()
  const others = ['second', 'third'].map(async (name) => {
    const over = await turn()
    order.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    order.push(`${name} ends`)
    over()
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(order).toEqual([])
  expect(turn.isOverdue()).toBe(false)
  time = 1000
  expect(turn.isOverdue()).toBe(true)
  giveBack()
  await Promise.all(others)
  time = 2000
  expect(turn.isOverdue()).toBe(false)
  expect(order).toEqual(['second begins', 'second ends', 'third begins', 'third ends'])
})

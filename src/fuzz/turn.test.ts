import { expect, test } from 'vitest'
import { createTurn } from './turn.ts'

test('whoever comes later waits until the turn is given back', async () => {
  const turn = createTurn()
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
  expect(turn.isWanted).toBe(true)
  giveBack()
  await Promise.all(others)
  expect(turn.isWanted).toBe(false)
  expect(order).toEqual(['second begins', 'second ends', 'third begins', 'third ends'])
})

import { expect, test } from 'vitest'
import { row } from './mutated-answers.ts'

test('mutated answers into everything that the tester reads with', { timeout: 180_000 }, async () => {
  const said: string[] = []
  const faults = await row.look(['1500', '1'], (line) => void said.push(line))
  // How long each takes says something on a machine that does nothing else alone; memory, after many thousands.
  expect(faults.filter((fault) => !/took more than|memory grows/.test(fault))).toEqual([])
  expect(said.at(-2)).toMatch(/^0.00 million mutated answers in /)
})

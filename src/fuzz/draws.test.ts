import { expect, test } from 'vitest'
import { draws, inTurns } from './draws.ts'
import { randomFrom } from './random.ts'

const choices = [
  { name: 'a', parameters: [1, 2, 3] },
  { name: 'b', parameters: [1] },
  { name: 'c', parameters: Array.from({ length: 40 }, (_, index) => index) },
]

test('every choice comes with every parameter, once, in an order that the seed decides', () => {
  const drawn = (seed: number) => [...draws(choices, randomFrom(seed))].map(({ one, p }) => `${one.name}${p}`)
  const every = choices.flatMap(({ name, parameters }) => parameters.map((p) => `${name}${p}`))
  expect(drawn(1).toSorted()).toEqual(every.toSorted())
  expect(drawn(1)).toEqual(drawn(1))
  expect(drawn(1)).not.toEqual(drawn(2))
})

test('lists take turns, and a name comes again after all others', () => {
  const lists = [['a1', 'a2', 'b1'], ['c1', 'a3'], []]
  expect([...inTurns(lists, ([first = '']) => first)]).toEqual(['a1', 'c1', 'b1', 'a2', 'a3'])
})

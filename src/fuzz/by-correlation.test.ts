import { expect, test } from 'vitest'
import { byCorrelation } from './by-correlation.ts'
import { correlationOf } from './correlation.ts'

test('is known until it is taken out, however many were drawn meanwhile', () => {
  const known = byCorrelation<number>()
  const serials = [1, 2, 1025, 40_001, 40_002, 2 ** 16 + 1]
  for (const serial of serials) known.set(correlationOf(serial), serial)
  expect(known.values().toSorted((one, other) => one - other)).toEqual(serials)
  for (const serial of serials) expect(known.get(correlationOf(serial))).toBe(serial)
  known.delete(correlationOf(1025))
  expect(known.get(correlationOf(1025))).toBeUndefined()
  expect(known.values()).toHaveLength(serials.length - 1)
})

test('is nobody else, whose last digits are the same', () => {
  const known = byCorrelation<string>()
  known.set(correlationOf(5), 'it')
  expect(known.get(correlationOf(5 + 1024))).toBeUndefined()
  expect(known.get('')).toBeUndefined()
  known.delete(correlationOf(5 + 1024))
  expect(known.get(correlationOf(5))).toBe('it')
})

test('takes the place of what had its identifier before', () => {
  const known = byCorrelation<string>()
  known.set(correlationOf(7), 'first')
  known.set(correlationOf(7), 'second')
  expect(known.values()).toEqual(['second'])
})

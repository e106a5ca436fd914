import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coveringArray } from './covering-array.ts'
import { randomFrom } from './random.ts'

test('every value stands beside every value of each other factor, in far fewer rows than there are combinations', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 9 }), fc.nat(), (levels, seed) => {
      const rows = coveringArray(levels, randomFrom(seed))
      for (const [one, count] of levels.entries())
        for (let other = one + 1; other < levels.length; other += 1) {
          const pairs = new Set(rows.map((row) => `${row[one]} ${row[other]}`))
          expect(pairs.size).toBe(count * (levels[other] ?? 0))
        }
      expect(coveringArray(levels, randomFrom(seed))).toEqual(rows)
    }),
    { numRuns: 60 },
  )
  const rows = coveringArray(
    Array.from({ length: 20 }, () => 4),
    randomFrom(1),
  )
  expect(rows.length).toBeLessThan(60)
})

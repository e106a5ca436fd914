import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { createCombiner } from './combine.ts'
import { randomFrom } from './random.ts'

const single = Array.from({ length: 60 }, (_, index): FuzzCase => ({
  v: 1,
  scenario: `scenario ${index % 3}`,
  baseline: 'plain',
  edits: index % 10 === 0 ? [] : [{ at: '1', path: `place ${index % 7}`, kind: 'remove', layer: 'a' }],
  ops: index % 10 === 0 ? [{ op: 'duplicate', at: '1', p: 'at once' }] : [],
}))

test('what is put together is of one scenario, at different places, and the same for the same seed', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const cases = createCombiner(single, randomFrom(seed)).next(50)
      expect(cases).toEqual(createCombiner(single, randomFrom(seed)).next(50))
      for (const { edits, ops } of cases) {
        expect(new Set(edits.map(({ path }) => path)).size).toBe(edits.length)
        expect(edits.length + ops.length).toBeLessThanOrEqual(4)
      }
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalCase, hashOf, readCase, type FuzzCase } from './case.ts'

const edit = fc.record({
  at: fc.string(),
  path: fc.string(),
  kind: fc.string(),
  p: fc.option(fc.oneof(fc.string(), fc.integer()), { nil: undefined }),
  layer: fc.constantFrom('m', 'a', 'b', 'f'),
})
const anyCase = fc.record({
  v: fc.constant(1 as const),
  scenario: fc.string(),
  baseline: fc.string(),
  edits: fc.array(edit as fc.Arbitrary<FuzzCase['edits'][0]>),
  ops: fc.constant([]),
})

test('a case survives JSON, whatever the order of its keys', () => {
  fc.assert(
    fc.property(anyCase, (one) => {
      const read = readCase(JSON.parse(canonicalCase(one)))
      expect(canonicalCase(read)).toBe(canonicalCase(one))
      const turned = Object.fromEntries(Object.entries(one).toReversed()) as unknown as FuzzCase
      expect(hashOf(turned)).toBe(hashOf(one))
    }),
  )
})

test.each([
  [null, 'the document'],
  [{ v: 2 }, 'v'],
  [{ v: 1 }, 'scenario'],
  [{ v: 1, scenario: 's', edits: [{}] }, 'edits'],
  [{ v: 1, scenario: 's', ops: [1] }, 'ops'],
])('%j is no case: %s', (value, key) => {
  expect(() => readCase(value)).toThrow(`case.json: ${key}: expected`)
})

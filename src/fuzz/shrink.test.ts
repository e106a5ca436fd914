import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Edit, FuzzCase } from './case.ts'
import { explainCase } from './explain.ts'
import { reduceList } from './reduce.ts'
import { shrinkCase } from './shrink.ts'

const edit = (path: string, kind = 'remove', p?: string | number): Edit => ({
  at: '1',
  path,
  kind,
  layer: 'a',
  ...(p !== undefined && { p }),
})
const of = (...edits: readonly Edit[]): FuzzCase => ({ v: 1, scenario: 's', baseline: 'plain', edits, ops: [] })

test('of any list, what is left is what fails, in its order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(100), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 3 }),
      async (list, many) => {
        const culprits = list.slice(-many)
        const fails = (candidates: readonly (readonly number[])[]) =>
          Promise.resolve(candidates.find((some) => culprits.every((one) => some.includes(one))))
        expect(await reduceList(list, fails)).toEqual(culprits)
      },
    ),
  )
})

test('what fails without any element is left without any', async () => {
  expect(await reduceList([1, 2, 3], (candidates) => Promise.resolve(candidates[0]))).toEqual([])
})

test('of 17 edits the two that matter are left, within 150 executions', async () => {
  const edits = Array.from({ length: 17 }, (_, index) => edit(`place ${index}`))
  let executions = 0
  const fails = (candidates: readonly FuzzCase[]) => {
    executions += candidates.length
    const needed = [edits[3], edits[11]]
    return Promise.resolve(candidates.find((one) => needed.every((each) => each && one.edits.includes(each))))
  }
  const { edits: left } = await shrinkCase(of(...edits), { fails, width: 8, timeLeft: () => true })
  expect(left.map(({ path }) => path)).toEqual(['place 3', 'place 11'])
  expect(executions).toBeLessThanOrEqual(150)
})

test('a number becomes the smallest of the table that still fails', async () => {
  const fails = (candidates: readonly FuzzCase[]) =>
    Promise.resolve(candidates.find((one) => one.edits.some(({ p }) => Number(p) > 255)))
  const one = of(edit('Max-Forwards.value', 'number', '4294967296'))
  const { edits } = await shrinkCase(one, { fails, width: 8, timeLeft: () => true })
  expect(edits.map(({ p }) => p)).toEqual(['256'])
})

test.each([
  [(value: bigint) => value > 255n, '256', 'Max-Forwards.value: any number above 255'],
  [() => true, '7', 'Max-Forwards.value: any number'],
  [(value: bigint) => value >= 300n && value <= 310n, '305', 'Max-Forwards.value: 300 to 305, not all above'],
])('numbers are explained by where they begin to fail: %s', async (fails, p, said) => {
  const one = of(edit('Max-Forwards.value', 'number', p))
  const place = { path: 'x', type: 'integer', span: { start: 0, end: 2 }, whole: { start: 0, end: 2 } } as const
  const explanation = await explainCase(one, {
    failing: (cases) => Promise.resolve(cases.filter(({ edits }) => fails(BigInt(edits[0]?.p ?? 0)))),
    placeAt: () => place,
    textOf: () => '70',
    timeLeft: () => true,
  })
  expect(explanation).toEqual([said])
})

import { expect, test } from 'vitest'
import type { CaseLine } from './case-line.ts'
import { createTransactionOwners } from './transaction-owners.ts'

test('a case that is over owns nothing, whatever comes late', () => {
  const owners = createTransactionOwners()
  const [one, other] = [{}, {}] as [CaseLine, CaseLine]
  owners.own('first', one)
  owners.own('second', one)
  owners.own('third', other)
  owners.own('second', other)
  expect(owners.release(one)).toEqual(['first'])
  owners.own('late', one)
  expect(['first', 'second', 'third', 'late'].map(owners.of)).toEqual([undefined, other, other, undefined])
  expect(owners.release(other)).toEqual(['third', 'second'])
  expect(owners.release(other)).toEqual([])
})

import type { Examined, Finding } from '#fuzz'
import { expect, test } from 'vitest'
import { distinct } from './fuzz-summary.ts'

test('findings of one place are one; those that were not made small stand for themselves', () => {
  const findings = ['a', 'b', 'c', 'd', 'e'].map((signature) => ({ signature }) as Finding)
  const at = (place: string) => ({ one: {} as Examined, place })
  const examined = new Map([
    ['a', at('findings/x')],
    ['b', at('findings/y')],
    ['c', at('findings/x')],
  ])
  expect(distinct(findings, examined).map(({ signature }) => signature)).toEqual(['a', 'b', 'd', 'e'])
})

import { expect, test } from 'vitest'
import type { SweptPoint } from './run-record.ts'
import { sweepLines, sweepTable } from './sweep-table.ts'

const point = (more: Partial<SweptPoint>): SweptPoint => ({
  at: 1,
  case: 'theme/flow@server/1~dies:client#whole,udp',
  flow: 'theme/flow',
  role: 'server',
  step: '1',
  peer: 'client',
  disturbance: 'dies',
  outcome: 'survived',
  judged: ['invariants'],
  why: [],
  ...more,
})

test('of several places the worst is shown', () => {
  const { rows } = sweepTable({ crashPoints: [point({}), point({ outcome: 'fell' }), point({ outcome: 'not-swept' })] })
  expect(rows).toEqual([
    { flow: 'theme/flow', role: 'server', step: '1', peers: ['client'], outcomes: { dies: 'fell' } },
  ])
})

test('what was not asked for is no survivor', () => {
  const { rows } = sweepTable({ crashPoints: [point({}), point({ step: '2', disturbance: 'restarts' })] })
  expect(rows.map(({ outcomes }) => outcomes)).toEqual([
    { dies: 'survived', restarts: '-' },
    { dies: '-', restarts: 'survived' },
  ])
})

test('steps that nobody sees are counted apart', () => {
  const unseen = point({ peer: '-', outcome: 'not-swept', why: ['inside the system under test'] })
  const table = sweepTable({ crashPoints: [point({}), unseen] })
  expect(table.unseen).toEqual([unseen])
  expect(table.counts).toEqual({ survived: 1, fell: 0, 'left-behind': 0, 'not-swept': 0 })
  expect([...sweepLines(table)].at(-1)).toBe('1 survived, 0 fell, 0 left something behind, 0 not swept')
})

test('the system under test itself is nobody’s peer, and is swept', () => {
  const table = sweepTable({ crashPoints: [point({ peer: '-', disturbance: 'sut-restarts' })] })
  expect(table.unseen).toEqual([])
  expect(table.rows[0]?.peers).toEqual([])
})

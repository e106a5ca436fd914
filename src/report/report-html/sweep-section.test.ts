import { expect, test } from 'vitest'
import { foldRun, type SweptPoint } from '../run-record.ts'
import { sweepSection } from './sweep-section.ts'

const point = (more: Partial<SweptPoint>) => ({
  event: 'crash-point' as const,
  at: 1,
  case: 'theme/flow@server/1~dies:client#whole,udp',
  flow: 'theme/flow',
  role: 'server',
  step: '1',
  peer: 'client',
  disturbance: 'dies',
  outcome: 'survived' as const,
  judged: ['invariants', 'sessions'],
  why: [],
  ...more,
})

test('the table says what was judged, what survived, and what did not and why', () => {
  const run = foldRun([
    point({}),
    point({ step: '2', outcome: 'fell', why: ['end state: it holds'] }),
    point({ step: '3', outcome: 'not-swept', judged: [], why: ['no control adapter'] }),
  ])
  const { markup } = sweepSection(run)
  expect(markup).toContain('1 survived')
  expect(markup).toContain('invariants, sessions')
  expect(markup).toContain('end state: it holds')
  expect(markup).toContain('no control adapter')
})

test('nothing that a system under test says becomes markup', () => {
  const { markup } = sweepSection(foldRun([point({ outcome: 'fell', why: ['<script>alert(1)</script>'] })]))
  expect(markup).not.toContain('<script>')
})

test('a run that is no sweep has no such section', () => {
  expect(sweepSection(foldRun([])).markup).toBe('')
})

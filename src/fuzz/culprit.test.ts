import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { createDeadly, findCulprit } from './culprit.ts'
import type { Execution } from './execution.ts'
import type { Lab } from './lab.ts'
import { complaint, type Complaint } from './oracle.ts'
import type { Tally } from './tally.ts'

const of = (...edits: readonly (readonly [path: string, kind: string, p: string])[]): FuzzCase => ({
  v: 1,
  scenario: 'element/options@element/1',
  baseline: 'plain',
  edits: edits.map(([path, kind, p]) => ({ at: '1', path, kind, p, layer: 'a' })),
  ops: [],
})

test('what has stopped the target three times is left out, in whichever company', () => {
  const deadly = createDeadly()
  const one = of(['Content-Length.value', 'number', '65536'])
  const together = of(['To.tag', 'word', 'null'], ['Content-Length.value', 'number', '7'])
  deadly.add(one)
  deadly.add(one)
  expect(deadly.has(one)).toBe(false)
  deadly.add(of(['Content-Length.value', 'number', '4294967296']))
  expect(deadly.has(together)).toBe(true)
  expect(deadly.has(of(['Content-Length.value', 'remove', '']))).toBe(false)
  expect(deadly.has(of(['To.tag', 'number', '1']))).toBe(false)
})

test('of several changes it was the one that has done it alone', () => {
  const deadly = createDeadly()
  const one = of(['Content-Length.value', 'number', '65536'])
  deadly.add(one)
  deadly.add(of(['To.tag', 'word', 'null'], ['Content-Length.value', 'number', '1']))
  deadly.add(of(['From.tag', 'word', 'null'], ['Content-Length.value', 'number', '2']))
  expect(deadly.has(one)).toBe(true)
  expect(deadly.has(of(['To.tag', 'word', 'null']))).toBe(false)
})

test('which of several changes it was nobody knows', () => {
  const deadly = createDeadly()
  const two = of(['To.tag', 'word', 'null'], ['CSeq.method', 'word', 'null'])
  for (let time = 0; time < 5; time += 1) deadly.add(two)
  expect(deadly.has(two)).toBe(false)
})

test.each([
  ['stops the target is complained of for that', [true, true, true], ['the target no longer serves valid requests']],
  ['only takes long is complained of for the while', [true, true, false], ['no answer']],
])('who %s', async (_, answers, said) => {
  const one = of(['To.tag', 'word', 'null'])
  const slow = complaint('once', 'RFC 3261 8.2.6', 'robustness', 'no answer', 'a final response', 'none')
  const killings = [...answers]
  const lab = {
    target: { restarts: true, ended: () => undefined },
    wrongAnyway: new Set(),
    revive: () => Promise.resolve(),
    kills: () => Promise.resolve(killings.shift()),
    alone: () => Promise.resolve({ one, complaints: [slow] } as unknown as Execution),
  } as unknown as Lab
  const kept: string[] = []
  const tally = {
    isKnown: () => false,
    keep: (_execution: Execution, { what }: Complaint) => void kept.push(what),
  } as unknown as Tally
  const search = await findCulprit([one], { lab, tally, scenarios: [], unanswered: [one] })
  expect([search, kept]).toEqual([{ serves: true, culprit: one }, said])
})

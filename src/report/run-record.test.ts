import { assert, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { worse, type CaseDescription, type ExpectedFailure, type Finding, type RunEvent, type Verdict } from '#verdict'
import { exampleRun } from './example-run.ts'
import { foldRun } from './run-record.ts'

const events = [...exampleRun({ cases: 24 })]
const selected = events.flatMap((event) => (event.event === 'case-selected' ? [event] : []))
const [first, second] = selected as [
  CaseDescription & { event: 'case-selected' },
  CaseDescription & { event: 'case-selected' },
]

const finished = (of: string, verdict: Verdict, state?: ExpectedFailure['state']): RunEvent => ({
  event: 'case-finished',
  at: 9,
  case: of,
  verdict,
  phases: { preamble: 'none', body: verdict, postamble: 'none' },
  duration: 1,
  sentDigest: '',
  ...(state && { expectedFailure: { message: 'm', reason: 'r', owner: 'o', expires: '2030-01-01', state } }),
})
const ended: RunEvent = { event: 'run-finished', at: 10, time: '2026-03-02T09:30:00.000Z', reason: 'completed' }
const failure = events.find((event) => event.event === 'finding') as RunEvent & { event: 'finding'; finding: Finding }

test('folds a whole run', () => {
  const run = foldRun(events)
  expect(run.ending).toBe('completed')
  expect(run.totals).toMatchObject({
    cases: 24,
    excluded: 4,
    verdicts: { pass: 16, fail: 4, inconclusive: 2, error: 2, none: 0 },
    expectedFailures: 1,
  })
  expect(run.exitCode).toBe(1)
  expect(run.cases.flatMap((of) => of.messages)).toHaveLength(run.messages.length)
})

test('a case that was selected and never finished has no verdict', () => {
  const run = foldRun([first, second, finished(first.id, 'pass'), ended])
  expect(run.cases[1]).toMatchObject({ verdict: 'none', finished: false, remark: 'the run ended before a verdict' })
  expect(run.exitCode).toBe(3)
})

test('a finding counts although its case never finished', () => {
  const run = foldRun([first, { ...failure, case: first.id }])
  expect(run.cases[0]).toMatchObject({ verdict: 'fail', finished: false })
  expect(run.exitCode).toBe(1)
})

test('a case the record has lost the selection of is still a case', () => {
  const run = foldRun([finished('somewhere/else', 'fail'), ended])
  expect(run.cases[0]?.description.id).toBe('somewhere/else')
  expect(run.exitCode).toBe(1)
})

test('an excluded case is no case', () => {
  const run = foldRun([first, { event: 'case-excluded', case: first.id, reason: 'not claimed' }, ended])
  expect(run.cases).toEqual([])
  expect(run.excluded).toMatchObject([{ id: first.id, reason: 'not claimed', description: { flow: first.flow } }])
  expect(run.exitCode).toBe(3)
})

test.each([
  ['met', 'fail', 0, 'expected'],
  ['surprise-pass', 'pass', 1, 'failed'],
  ['other-failure', 'fail', 1, 'failed'],
  ['expired', 'fail', 1, 'failed'],
] as const)('a declared failure that is %s', (state, verdict, exitCode, standing) => {
  const run = foldRun([first, second, finished(first.id, verdict, state), finished(second.id, 'pass'), ended])
  expect(run.exitCode).toBe(exitCode)
  expect(run.cases[0]).toMatchObject({ verdict, standing })
  expect(run.totals.expectedFailures).toBe(state === 'met' ? 1 : 0)
})

test('nothing that ran is never green', () => {
  expect(foldRun([]).exitCode).toBe(3)
  expect(foldRun([ended]).exitCode).toBe(3)
})

test('a run that all passed and was cut off is not green', () => {
  expect(foldRun([first, finished(first.id, 'pass')]).exitCode).toBe(3)
  expect(foldRun([first, finished(first.id, 'pass'), { ...ended, reason: 'interrupted' }]).exitCode).toBe(3)
  expect(foldRun([first, finished(first.id, 'pass'), ended]).exitCode).toBe(0)
})

test('cut anywhere, the record keeps every verdict before the cut and is never green', () => {
  assert(
    property(nat(events.length - 1), (length) => {
      const run = foldRun(events.slice(0, length))
      expect(run.exitCode).not.toBe(0)
      for (const event of events.slice(0, length))
        if (event.event === 'case-finished') {
          const found = run.cases.find((of) => of.description.id === event.case)?.verdict ?? 'none'
          expect(worse(found, event.verdict)).toBe(found)
        }
    }),
  )
})

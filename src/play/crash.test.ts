import { expect, test } from 'vitest'
import type { Crash } from './script.ts'
import { caseOf, playCase } from './playing.testing.ts'

const asWritten = caseOf('partnerServer', 'as-written#no-gateways')

/** The primary MC system is lost after a step. */
const lost = (after: string, more: Partial<Crash> = {}): Crash => ({
  after,
  peer: 'primaryServer',
  begins: () => undefined,
  isThere: (role) => role !== 'primaryServer',
  happens: () => Promise.resolve([]),
  ...more,
})

test('whoever waits for a peer that is lost and grants nothing has survived', async () => {
  const { verdict, findings } = await playCase(asWritten, { script: { crash: lost('3') } })
  expect(findings).toEqual([])
  expect(verdict).toBe('pass')
})

test('what is granted though the answer never came is found, at the step that grants it', async () => {
  const { findings } = await playCase(asWritten, { impatient: '8', script: { crash: lost('3') } })
  expect(findings[0]).toMatchObject({
    verdict: 'fail',
    step: '11',
    requirement: 'nothing is granted before the migration response of step 8',
  })
})

test('what is recorded though the answer never came is found', async () => {
  const { findings } = await playCase(asWritten, {
    answers: () => ({ known: true, holds: true, values: {} }),
    script: { crash: lost('3') },
  })
  expect(findings.map(({ requirement }) => requirement)).toContainEqual(expect.stringContaining('holds not that'))
})

test('what is left behind is a finding of the case', async () => {
  const left = {
    requirement: 'a session that was ended is gone',
    clause: 'RFC 3261 15.1.2 step 3',
    basis: 'rfc' as const,
    step: '3',
    role: 'partnerServer',
    field: 'session',
    expected: ['481 to a second BYE'],
    actual: '200',
    messages: [],
  }
  const { verdict } = await playCase(asWritten, {
    script: { crash: lost('3', { happens: () => Promise.resolve([left]) }) },
  })
  expect(verdict).toBe('fail')
})

test('the loss begins right after its step, and nothing of the flow is sent by who is lost', async () => {
  const order: string[] = []
  const { steps } = await playCase(asWritten, {
    script: { crash: lost('3', { begins: () => void order.push('lost') }) },
  })
  expect(order).toEqual(['lost'])
  expect(steps).toContain('3 done')
  expect(steps).not.toContain('8 done')
})

test('where everything was said before the loss, all of it may be held', async () => {
  const { verdict } = await playCase(asWritten, {
    script: { crash: lost('11', { peer: 'client', isThere: (role) => role !== 'client' }) },
  })
  expect(verdict).toBe('pass')
})

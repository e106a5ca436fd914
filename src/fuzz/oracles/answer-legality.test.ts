import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { judgeLegality } from '../legality.ts'
import { rel18 } from '#bindings'
import { nothingObserved } from '../observation.ts'
import type { Scenario } from '../scenario.ts'
import { answerLegality } from './answer-legality.ts'

const common = (to: string): string =>
  [
    'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKfz1',
    'From: <sip:a@example.com>;tag=1',
    `To: ${to}`,
    'Call-ID: fz1',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ].join('\r\n')

/** What is said of an answer with that To to a request with so many lines that break a rule. */
function saidOf(lines: number, to: string, answered: string): readonly string[] {
  const broken = 'Max-Forwards: 70\r\n'.repeat(lines)
  const request = Buffer.from(`OPTIONS sip:b@example.com SIP/2.0\r\n${broken}${common(to)}\r\n\r\n`)
  const read = judgeLegality(request, rel18, 'mcptt', true)
  const answer = readMessage(Buffer.from(`SIP/2.0 400 Bad Request\r\n${common(answered)}\r\n\r\n`))
  const expectation = { class: 'any', violations: read.violations, silenceAllowed: true } as const
  const one = { v: 1, scenario: '', baseline: 'plain', edits: [], ops: [] } as const
  return answerLegality({
    one,
    read,
    expectation,
    observation: { ...nothingObserved, finals: [answer] },
    legs: [],
    scenario: {} as Scenario,
  }).map(({ what }) => what)
}

test('what an answer takes over is broken as it came, however much else was', () => {
  const to = '<sip:b\0@example.com>'
  expect(saidOf(1, to, `${to};tag=2`)).toEqual([])
  expect(saidOf(300, to, `${to};tag=2`)).toEqual([])
  expect(saidOf(1, '<sip:b@example.com>', `${to};tag=2`)).toContain('the answer breaks control-character')
})

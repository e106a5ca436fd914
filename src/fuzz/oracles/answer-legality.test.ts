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
  return judged(request, Buffer.from(`SIP/2.0 400 Bad Request\r\n${common(answered)}\r\n\r\n`))
}

function judged(request: Uint8Array, answered: Uint8Array): readonly string[] {
  const read = judgeLegality(request, rel18, 'mcptt', true)
  const answer = readMessage(answered)
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

test('whoever makes a dialog says by whom the request came', () => {
  const routes = ['<sip:second.example;lr>', '<sip:first.example;lr>']
  const said = (method: string, asked: readonly string[], answered: readonly string[], status = 200) => {
    const head = (lines: readonly string[], to: string): string =>
      [...lines.map((route) => `Record-Route: ${route}\r\n`), common(to).replace('OPTIONS', method)].join('')
    const request = `${method} sip:b@example.com SIP/2.0\r\nMax-Forwards: 70\r\n${head(asked, '<sip:b@example.com>')}\r\n\r\n`
    const answer = `SIP/2.0 ${status} Said\r\n${head(answered, '<sip:b@example.com>;tag=2')}\r\n\r\n`
    return judged(Buffer.from(request), Buffer.from(answer)).filter((what) => what.startsWith('Record-Route'))
  }
  const wrong = ['Record-Route of the answer is not that of the request']
  expect(said('INVITE', routes, [])).toEqual(wrong)
  expect(said('SUBSCRIBE', routes, routes.toReversed())).toEqual(wrong)
  expect(said('INVITE', routes, [routes.join(', ')])).toEqual([])
  expect(said('INVITE', ['?'], [])).toEqual([])
  expect(said('INVITE', routes, [], 486)).toEqual([])
  expect(said('MESSAGE', routes, [])).toEqual([])
})

test('what an answer takes over is broken as it came, however much else was', () => {
  const to = '<sip:b\0@example.com>'
  expect(saidOf(1, to, `${to};tag=2`)).toEqual([])
  expect(saidOf(300, to, `${to};tag=2`)).toEqual([])
  expect(saidOf(1, '<sip:b@example.com>', `${to};tag=2`)).toContain('the answer breaks control-character')
})

import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { judgeLegality } from '../legality.ts'
import { rel18 } from '#bindings'
import { nothingObserved } from '../observation.ts'
import type { Scenario } from '../scenario.ts'
import { answerLegality } from './answer-legality.ts'

const usualFrom = '<sip:a@example.com>;tag=1'

const usualVia = 'SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKfz1'

const common = (to: string, from = usualFrom, via = usualVia): string =>
  [`Via: ${via}`, `From: ${from}`, `To: ${to}`, 'Call-ID: fz1', 'CSeq: 1 OPTIONS', 'Content-Length: 0'].join('\r\n')

/** What is said of an answer with that To to a request with so many lines that break a rule. */
function saidOf(
  lines: number,
  to: string,
  answered: string,
  [from, came] = [usualFrom, usualFrom],
  via = usualVia,
): readonly string[] {
  const broken = 'Max-Forwards: 70\r\n'.repeat(lines)
  const request = Buffer.from(`OPTIONS sip:b@example.com SIP/2.0\r\n${broken}${common(to, from, via)}\r\n\r\n`)
  return judged(request, Buffer.from(`SIP/2.0 400 Bad Request\r\n${common(answered, came)}\r\n\r\n`))
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

test('what came broken may come back broken in another way', () => {
  const said = (sent: string): readonly string[] =>
    saidOf(0, '<sip:b@example.com>', '<sip:b@example.com>;tag=2', [sent, '<sip:a@example.com>;;tag=1'])
  expect(said('a@b <sip:a@example.com>;tag=1')).toEqual([])
  expect(said('<sip:a@example.com>;tag=1')).toContain('the answer breaks parameter-empty')
})

test.each([
  ['sip:a@example.com;tag=1', '<sip:a@example.com>;tag=1'],
  ['"" <sip:a@example.com>;tag=1', '<sip:a@example.com>;tag=1'],
  ['<sip:%61@example.com>;tag=1;x=2', 'A <sip:a@EXAMPLE.com>;tag=1'],
])('From %s may come back as %s (RFC 3261 20.20, 19.1.4)', (sent, came) => {
  expect(saidOf(0, '<sip:b@example.com>', '<sip:b@example.com>;tag=2', [sent, came])).toEqual([])
})

test.each([
  ['<sip:a@example.com>;tag=1', '<sip:a@example.com>;tag=2'],
  ['<sip:a@example.com>;tag=1', '<sip:a@example.com>'],
  ['<sip:a@example.com>;tag=1', '<sip:a@example.com:5060>;tag=1'],
  ['<sip:a@example.com>;tag=1;x=2', '<sip:a@example.com>;tag=1;x=3'],
])('From %s may not come back as %s', (sent, came) => {
  expect(saidOf(0, '<sip:b@example.com>', '<sip:b@example.com>;tag=2', [sent, came])).toContain(
    'From of the answer is not that of the request',
  )
})

test('To may come back in other escapes, and as nobody else (RFC 3261 19.1.4)', () => {
  expect(saidOf(0, '<sip:b%C0@example.com>', '<sip:b%c0@example.com>;tag=2')).toEqual([])
  expect(saidOf(0, '<sip:b%00b@example.com>', '<sip:b@example.com>;tag=2')).toContain(
    'To of the answer is not that of the request',
  )
})

test('of a field that stands twice nobody says how it comes back', () => {
  const twice = 'another\r\nTo: <sip:b@example.com>'
  expect(saidOf(0, twice, 'another, <sip:b@example.com>;tag=2')).toEqual([])
  expect(saidOf(0, '<sip:b@example.com>', 'another, <sip:b@example.com>;tag=2')).toContain(
    'the answer breaks display-name-malformed',
  )
})

test.each([
  ['SIP/2.0/UDP 127.0.0.1:05070;branch=z9hG4bKfz1', []],
  ['SIP/2.0/UDP 127.0.0.1:50700;branch=z9hG4bKfz1', ['Via of the answer is not that of the request']],
])('a port is a number: %s', (via, said) => {
  const to = '<sip:b@example.com>'
  expect(saidOf(0, to, `${to};tag=2`, [usualFrom, usualFrom], via)).toEqual(said)
})

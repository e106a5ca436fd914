import { rel18 } from '#bindings'
import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { judgeLegality } from '../legality.ts'
import { nothingObserved } from '../observation.ts'
import type { Scenario } from '../scenario.ts'
import { answerClass } from './answer-class.ts'

const lines = (method: string): string =>
  [
    'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKfz1',
    'From: <sip:a@example.com>;tag=1',
    'To: <sip:b@example.com>;tag=2',
    'Call-ID: fz1',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ].join('\r\n')

/** What is said of 481 to a request of that method. */
function saidOf(method: string, sequenceOf = method): readonly string[] {
  const request = Buffer.from(`${method} sip:b@example.com SIP/2.0\r\n${lines(sequenceOf)}\r\n\r\n`)
  const read = judgeLegality(request, rel18, 'mcptt', true)
  const answer = readMessage(Buffer.from(`SIP/2.0 481 Call/Transaction Does Not Exist\r\n${lines(sequenceOf)}\r\n\r\n`))
  return answerClass({
    one: { v: 1, scenario: '', baseline: 'plain', edits: [], ops: [] },
    read,
    expectation: { class: 'any', violations: read.violations, silenceAllowed: true },
    observation: { ...nothingObserved, finals: [answer] },
    legs: [],
    scenario: {} as Scenario,
  }).map(({ what }) => what)
}

test('nothing answers an ACK (RFC 3261 17), unless it cannot be told from another request', () => {
  expect(saidOf('ACK')).toEqual(['an ACK is answered'])
  expect(saidOf('ACK', 'INVITE')).toEqual([])
  expect(saidOf('BYE')).toEqual([])
})

test('of whom nothing is heard is said how long it was waited for: it may only be slow', () => {
  const request = Buffer.from(`OPTIONS sip:b@example.com SIP/2.0\r\n${lines('OPTIONS')}\r\n\r\n`)
  const read = judgeLegality(request, rel18, 'mcptt', true)
  const [complaint] = answerClass({
    one: { v: 1, scenario: '', baseline: 'plain', edits: [], ops: [] },
    read,
    expectation: { class: 'accept', violations: [], silenceAllowed: false },
    observation: { ...nothingObserved, silent: true, waited: 1510 },
    legs: [],
    scenario: {} as Scenario,
  })
  expect(complaint).toMatchObject({ what: 'no answer', observed: 'none within 1.5 s, though retried' })
})

import { rel18 } from '#bindings'
import { expect, test } from 'vitest'
import { correlationOf } from './correlation.ts'
import { expectationOf } from './expectation.ts'
import { judgeLegality } from './legality.ts'
import { elementOptions } from './scenarios/element.ts'
import { systemsFor, userOf } from './world.ts'

const correlation = correlationOf(1)
const port = 15_061
const requestUri = 'sip:b@example.com'
const from = 'sip:a@example.com'

/** What is due of an OPTIONS with that Via, Request-URI and To. */
function due(via: string, target = requestUri, to = requestUri) {
  const octets = [
    `OPTIONS ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${via};branch=z9hG4bK${correlation}`,
    'Max-Forwards: 70',
    `From: <${from}>;tag=${correlation}`,
    `To: <${to}>`,
    `Call-ID: ${correlation}@example.com`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
  const read = judgeLegality(Buffer.from(octets), rel18, 'mcptt', true)
  const envelope = { requestUri: target, from }
  return expectationOf(read, elementOptions, userOf(0, systemsFor('element')), { port, correlation, envelope })
}

test.each([
  [`127.0.0.1:${port}`, false],
  ['127.0.0.1:9;rport', false],
  ['127.0.0.1:9', true],
  [`127.0.0.1:${port};rport=9`, true],
  [`127.0.0.1:${port};rport;received=192.0.2.1`, true],
  [`127.0.0.1:${port};rport=${port}`, false],
])('an answer has to come back by the Via %s, but for %s (RFC 3581 4)', (via, silenceAllowed) => {
  expect(due(via)).toMatchObject({ silenceAllowed, class: 'accept' })
})

test.each([
  ['sip:b@example.com', 'accept', false],
  ['sip:b@ex_ample.com', 'any', true],
  ['sip:b@127.0.0.1127.0.0.1', 'any', true],
])('whoever comes for %s is %s (RFC 3261 25.1)', (target, reaction, silenceAllowed) => {
  expect(due(`127.0.0.1:${port}`, target)).toMatchObject({ class: reaction, silenceAllowed })
})

test('no header fields stand in the URI of To (RFC 3261 19.1.1)', () => {
  const said = due(`127.0.0.1:${port}`, requestUri, 'sip:b@example.com?Subject=x')
  expect(said).toMatchObject({ class: 'any', silenceAllowed: true })
})

import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { writeAnswer, writeCancel } from './responses.ts'

const request = (to: string): Buffer =>
  Buffer.from(
    `INVITE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n${to}\r\nCall-ID: one\r\nCSeq: 3 INVITE\r\n\r\n`,
  )

test.each([
  ['<sip:b@example.com;tag=x>', '<sip:b@example.com;tag=x>;tag=own'],
  ['"a;tag=b" <sip:b@example.com>', '"a;tag=b" <sip:b@example.com>;tag=own'],
  ['sip:b@example.com;tag=x', 'sip:b@example.com;tag=x'],
  ['<sip:b@example.com>; tag = x', '<sip:b@example.com>; tag = x'],
])('an answer to %s has To %s', (to, answered) => {
  const answer = writeAnswer(readMessage(request(`To: ${to}`)), { status: 200, reason: 'OK', headers: [] }, 'own')
  expect(Buffer.from(answer).toString()).toContain(`\r\nTo: ${answered}\r\n`)
})

test('a CANCEL has what its request has (RFC 3261 9.1), and nothing else', () => {
  const text = (to: string): string => Buffer.from(writeCancel(request(to), 'itself')).toString()
  expect(text('To: <sip:b@example.com>')).toContain('\r\nTo: <sip:b@example.com>\r\nCall-ID: one\r\nCSeq: 3 CANCEL')
  expect(text('To========')).not.toMatch(/^To/m)
})

import { rel18 } from '#bindings'
import { expect, test } from 'vitest'
import { judgeLegality } from './legality.ts'

const invite = (contact: string): Uint8Array =>
  Buffer.from(
    [
      'INVITE sip:b@example.com SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKfz1',
      'Max-Forwards: 70',
      'From: <sip:a@example.com>;tag=1',
      'To: <sip:b@example.com>',
      'Call-ID: fz1',
      'CSeq: 1 INVITE',
      ...(contact === '' ? [] : [`Contact: ${contact}`]),
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )

test.each([
  ['<sip:a@127.0.0.1>;expires=5', []],
  ['"A, B" <sips:a@127.0.0.1>', []],
  ['sip:a@127.0.0.1', []],
  ['<urn:uuid:7d1c0bd2-0f6c-5a5e-8a4b-000000000000>', ['contact-of-no-dialog']],
  ['<sip:a@127.0.0.1>, <sip:b@127.0.0.1>', ['contact-of-no-dialog']],
  ['<sip:a@127.0.0.1?Replaces=1>', ['uri-with-method-or-headers']],
  ['<sip:a@127.0.0.1;method=BYE>', ['uri-with-method-or-headers']],
  ['<sip:a@127.0.0.1>;note="<sip:b@127.0.0.1?Replaces=1>"', []],
  ['<sip:a@127.0.0.1;lr;ob>;lr;q=1', []],
  ['<sip:a@127.0.0.1>;q=0;q=1', ['parameter-twice']],
  ['<sip:a@127.0.0.1;transport=udp;Transport=tcp>', ['parameter-twice']],
  ['*', ['contact-of-no-dialog', 'every-contact-of-nobody']],
  ['', ['contact-missing', 'contact-of-no-dialog']],
])('an INVITE is reached at one SIP URI (RFC 3261 8.1.1.8, 19.1.1): %s', (contact, rules) => {
  const { violations } = judgeLegality(invite(contact), rel18, 'mcptt', true)
  expect(violations.map(({ rule }) => rule)).toEqual(rules)
})

test.each([
  ['From', '<sip:a@example.com>;tag=1', '<sip:a@example.com?Subject=1>;tag=1'],
  ['To', '<sip:b@example.com>', '<sip:b@example.com;method=BYE>'],
])('%s has a URI without method and headers (RFC 3261 19.1.1)', (name, right, wrong) => {
  const octets = Buffer.from(invite('<sip:a@127.0.0.1>')).toString()
  const { violations } = judgeLegality(
    Buffer.from(octets.replace(`${name}: ${right}`, `${name}: ${wrong}`)),
    rel18,
    'mcptt',
    true,
  )
  expect(violations.map(({ rule }) => rule)).toEqual(['uri-with-method-or-headers'])
})

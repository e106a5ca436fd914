import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { judgeOptions, type Position } from './options.ts'

/** What is said of a request with those header fields, at an entity that ends calls. */
function said(method: string, fields: readonly string[], position: Position = 'end') {
  const lines = [`${method} sip:b@127.0.0.1 SIP/2.0`, 'From: <sip:a@example.com>;tag=1', ...fields, '', '']
  const message = readMessage(Buffer.from(lines.join('\r\n')))
  return judgeOptions(message, { requestUri: 'sip:b@127.0.0.1', from: 'sip:a@example.com' }, position)
    .map(({ rule, reaction }) => `${rule}: ${reaction}`)
    .join(', ')
}

const refused = 'Require: either, an extension of nobody: refuse'

test.each<readonly [string, readonly string[], string]>([
  ['MESSAGE', [], ''],
  ['MESSAGE', ['Require: 100rel'], 'Require: either'],
  ['MESSAGE', ['Require: unknown-extension'], refused],
  ['MESSAGE', ['Require: timer, unknown-extension'], refused],
  ['MESSAGE', ['Require: TIMER', 'Require: unknown-extension'], refused],
  ['MESSAGE', ['Require: no token'], 'Require: either'],
  ['ACK', ['Require: unknown-extension'], 'Require: either'],
])('%s with %j, at whoever ends it (RFC 3261 8.2.2.3)', (method, fields, due) => {
  expect(said(method, fields)).toBe(due)
})

test.each([
  ['REGISTER', 'To: <sips:b@example.com>', ''],
  ['REGISTER', 'To: <tel:+12015550123>', 'To of another scheme: either'],
  ['MESSAGE', 't: <x:b@127.0.0.1>', 'To of another scheme: either'],
  ['MESSAGE', 'To: "tel:1" <SIP:b@example.com>', ''],
])('%s with %s (RFC 3261 10.2, 8.2.2.1)', (method, field, due) => {
  expect(said(method, [field])).toBe(due)
})

test('whoever stands between may pass on what it does not know (RFC 3261 16.3)', () => {
  expect(said('MESSAGE', ['Require: unknown-extension'], 'between')).toBe('Require: either')
  expect(said('MESSAGE', ['Require: unknown-extension'], 'element')).toBe('Require: either')
})

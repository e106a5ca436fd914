import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import { refusalOfNotUnderstood } from './not-understood.ts'

const refusalOf = (method: string, ...fields: readonly string[]) => {
  const lines = [`${method} sip:b@127.0.0.1 SIP/2.0`, ...fields, 'Content-Length: 0', '', '']
  return refusalOfNotUnderstood(readMessage(Buffer.from(lines.join('\r\n'))))
}

test.each([
  ['INVITE', ['Require: timer'], undefined],
  ['INVITE', ['Require: timer, 100rel', 'Require: nothing-of-ours'], [420, 'Unsupported', '100rel, nothing-of-ours']],
  ['CANCEL', ['Require: nothing-of-ours'], undefined],
  ['MESSAGE', ['Content-Encoding: gzip'], [415, 'Accept-Encoding', 'identity']],
  ['MESSAGE', ['Content-Encoding: Identity'], undefined],
] as const)('%s with %s', (method, fields, refused) => {
  const refusal = refusalOf(method, ...fields)
  expect(refusal && [refusal.status, ...(refusal.headers[0] ?? [])]).toEqual(refused)
})

import { expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import type { Passage } from './disturbance.ts'
import { numberBefore } from './flow-expectation.ts'

const request = (method: string, sequence: number, tag = 'own'): Buffer =>
  Buffer.from(
    `${method} sip:other@127.0.0.1 SIP/2.0\r\nFrom: <sip:own@127.0.0.1>;tag=${tag}\r\nCall-ID: one\r\nCSeq: ${sequence} ${method}\r\n\r\n`,
  )

const passage = (direction: Passage['direction'], octets: Buffer): Passage =>
  ({ direction, octets, message: readMessage(octets) }) as unknown as Passage

test.for([
  ['whoever was called and has asked for nothing', [passage('received', request('INVITE', 7, 'other'))], -1],
  ['whoever has called', [passage('sent', request('INVITE', 1)), passage('sent', request('ACK', 1))], 1],
  [
    'whoever has asked for more inside',
    [passage('sent', request('INVITE', 1)), passage('sent', request('UPDATE', 4)), passage('sent', request('ACK', 1))],
    4,
  ],
  ['whoever has asked for something in another dialog', [passage('sent', request('SUBSCRIBE', 9, 'another'))], -1],
] as const)('the number before in a dialog, of %s', ([, before, number]) => {
  expect(numberBefore(request('BYE', 5), before)).toBe(number)
})

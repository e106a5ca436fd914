import { expect, test } from 'vitest'
import type { Passage } from './disturbance.ts'
import { numberBefore } from './flow-expectation.ts'
import { passage } from './passage.testing.ts'

const request = (direction: Passage['direction'], method: string, number: number, tag = 'own'): Passage =>
  passage(direction, method, { number, headers: [`From: <sip:own@127.0.0.1>;tag=${tag}`] })

test.for([
  ['whoever was called and has asked for nothing', [request('received', 'INVITE', 7, 'other')], -1],
  ['whoever has called', [request('sent', 'INVITE', 1), request('sent', 'ACK', 1)], 1],
  [
    'whoever has asked for more inside',
    [request('sent', 'INVITE', 1), request('sent', 'UPDATE', 4), request('sent', 'ACK', 1)],
    4,
  ],
  ['whoever has asked for something in another dialog', [request('sent', 'SUBSCRIBE', 9, 'another')], -1],
] as const)('the number before in a dialog, of %s', ([, before, number]) => {
  expect(numberBefore(request('sent', 'BYE', 5).octets, before)).toBe(number)
})

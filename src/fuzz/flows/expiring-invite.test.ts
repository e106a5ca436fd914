import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { endedByExpiry } from './expiring-invite.ts'
import { passage } from './passage.testing.ts'

const invite = passage('sent', 'INVITE')
const success = passage('received', '200 INVITE', { at: 30 })
const ack = passage('sent', 'ACK', { at: 32 })

test.each<readonly [string, number, readonly Passage[]]>([
  ['is not ended by that', 1, [success, ack, passage('received', 'BYE', { at: 1010 })]],
  ['may be ended before', 0, [success, ack, passage('received', 'BYE', { at: 900 })]],
  [
    'may be ended by the tester',
    0,
    [success, ack, passage('sent', 'BYE', { at: 800 }), passage('received', 'BYE', { at: 1010 })],
  ],
  [
    'may be ended for what was said last',
    0,
    [success, ack, passage('sent', 'MESSAGE', { at: 950 }), passage('received', 'BYE', { at: 1100 })],
  ],
  ['that nobody has answered is none', 0, [passage('received', 'CANCEL', { at: 1010 })]],
])('a call whose invitation has expired %s', (_name, complaints, log) => {
  const playing = { log: [invite, ...log], expiring: true } as Partial<Playing> as Playing
  expect(endedByExpiry(playing)).toHaveLength(complaints)
})

test('nothing is said where the invitation did not expire', () => {
  const log = [invite, success, ack, passage('received', 'BYE', { at: 1010 })]
  expect(endedByExpiry({ log } as Partial<Playing> as Playing)).toEqual([])
})

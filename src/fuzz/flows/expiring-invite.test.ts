import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { endedByExpiry } from './expiring-invite.ts'

/** `BYE`, and `200` to the INVITE. */
function passage(at: number, direction: Passage['direction'], what: string): Passage {
  const [start, method] = /^\d/.test(what)
    ? [`SIP/2.0 ${what} Said`, 'INVITE']
    : [`${what} sip:b@127.0.0.1 SIP/2.0`, what]
  const octets = Buffer.from(`${start}\r\nCall-ID: one\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`)
  return { direction, role: 'client', octets, message: readMessage(octets), at, remote: { address: '', port: 0 } }
}

const invite = passage(0, 'sent', 'INVITE')
const success = passage(30, 'received', '200')
const ack = passage(32, 'sent', 'ACK')

test.each<readonly [string, number, readonly Passage[]]>([
  ['is not ended by that', 1, [success, ack, passage(1010, 'received', 'BYE')]],
  ['may be ended before', 0, [success, ack, passage(900, 'received', 'BYE')]],
  ['may be ended by the tester', 0, [success, ack, passage(800, 'sent', 'BYE'), passage(1010, 'received', 'BYE')]],
  [
    'may be ended for what was said last',
    0,
    [success, ack, passage(950, 'sent', 'MESSAGE'), passage(1100, 'received', 'BYE')],
  ],
  ['that nobody has answered is none', 0, [passage(1010, 'received', 'CANCEL')]],
])('a call whose invitation has expired %s', (_name, complaints, log) => {
  const playing = { log: [invite, ...log], expiring: true } as Partial<Playing> as Playing
  expect(endedByExpiry(playing)).toHaveLength(complaints)
})

test('nothing is said where the invitation did not expire', () => {
  const log = [invite, success, ack, passage(1010, 'received', 'BYE')]
  expect(endedByExpiry({ log } as Partial<Playing> as Playing)).toEqual([])
})

import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { givenUpEarly, misacknowledged } from './late-acknowledgement.ts'

/** `BYE` and `200 INVITE`, all of one Call-ID. */
function passage(at: number, direction: Passage['direction'], line: string): Passage {
  const [first = '', method = first] = line.split(' ')
  const start = /^\d/.test(first) ? `SIP/2.0 ${first} Said` : `${first} sip:b@127.0.0.1 SIP/2.0`
  const octets = Buffer.from(`${start}\r\nCall-ID: one\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`)
  return { direction, role: 'client', octets, message: readMessage(octets), at, remote: { address: '', port: 0 } }
}

const saidOf = (acknowledgedFrom: number | undefined, ...log: readonly Passage[]): readonly string[] =>
  givenUpEarly({ log, ...(acknowledgedFrom !== undefined && { acknowledgedFrom }) } as Partial<Playing> as Playing).map(
    ({ what, observed }) => `${what}: ${observed}`,
  )

const success = passage(0, 'received', '200 INVITE')
const end = passage(4000, 'received', 'BYE')

test('whoever waits for an ACK waits for 64*T1', () => {
  expect(saidOf(6500, success, end)).toEqual(['a call is given up whose ACK may still come: after 4 s'])
  expect(saidOf(6500, success, passage(7000, 'received', 'BYE'))).toEqual([])
})

test('a call that one of us ends or acknowledges is none of it', () => {
  expect(saidOf(6500, success, passage(3000, 'sent', 'BYE'), end)).toEqual([])
  expect(saidOf(6500, success, passage(3000, 'sent', 'ACK'), end)).toEqual([])
  expect(saidOf(undefined, success, end)).toEqual([])
  expect(saidOf(6500, end)).toEqual([])
})

test.each<readonly [string, number, readonly Passage[]]>([
  ['the 2xx comes again', 0, [passage(1600, 'received', '200 INVITE'), passage(6500, 'sent', 'ACK')]],
  ['it comes no more', 1, [passage(6500, 'sent', 'ACK')]],
  ['it had left before', 1, [passage(200, 'received', '200 INVITE'), passage(6500, 'sent', 'ACK')]],
  ['the call is over before it could', 0, [passage(2000, 'received', 'BYE')]],
  ['it was acknowledged before it could', 0, [passage(2000, 'sent', 'ACK')]],
])('an ACK of another number acknowledges nothing: %s', (_name, complaints, log) => {
  const wrong: Passage = { ...passage(100, 'sent', 'ACK'), misnumbered: true }
  expect(misacknowledged({ log: [success, wrong, ...log] } as Partial<Playing> as Playing)).toHaveLength(complaints)
})

test('that of a refusal is another matter', () => {
  const wrong: Passage = { ...passage(100, 'sent', 'ACK'), misnumbered: true }
  const log = [passage(0, 'received', '487 INVITE'), wrong, passage(6500, 'sent', 'ACK')]
  expect(misacknowledged({ log } as Partial<Playing> as Playing)).toEqual([])
})

test('nor does it end the wait for the right one', () => {
  const wrong: Passage = { ...passage(100, 'sent', 'ACK'), misnumbered: true }
  expect(saidOf(6500, success, wrong, end)).toHaveLength(1)
})

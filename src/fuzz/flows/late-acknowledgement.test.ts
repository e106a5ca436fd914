import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { givenUpEarly, misacknowledged } from './late-acknowledgement.ts'
import { passage } from './passage.testing.ts'

const saidOf = (acknowledgedFrom: number | undefined, ...log: readonly Passage[]): readonly string[] =>
  givenUpEarly({ log, ...(acknowledgedFrom !== undefined && { acknowledgedFrom }) } as Partial<Playing> as Playing).map(
    ({ what, observed }) => `${what}: ${observed}`,
  )

const success = passage('received', '200 INVITE')
const end = passage('received', 'BYE', { at: 4000 })

test('whoever waits for an ACK waits for 64*T1', () => {
  expect(saidOf(6500, success, end)).toEqual(['a call is given up whose ACK may still come: after 4 s'])
  expect(saidOf(6500, success, passage('received', 'BYE', { at: 7000 }))).toEqual([])
})

test('a call that one of us ends or acknowledges is none of it', () => {
  expect(saidOf(6500, success, passage('sent', 'BYE', { at: 3000 }), end)).toEqual([])
  expect(saidOf(6500, success, passage('sent', 'ACK', { at: 3000 }), end)).toEqual([])
  expect(saidOf(undefined, success, end)).toEqual([])
  expect(saidOf(6500, end)).toEqual([])
})

test.each<readonly [string, number, readonly Passage[]]>([
  ['the 2xx comes again', 0, [passage('received', '200 INVITE', { at: 1600 }), passage('sent', 'ACK', { at: 6500 })]],
  ['it comes no more', 1, [passage('sent', 'ACK', { at: 6500 })]],
  ['it had left before', 1, [passage('received', '200 INVITE', { at: 200 }), passage('sent', 'ACK', { at: 6500 })]],
  ['the call is over before it could', 0, [passage('received', 'BYE', { at: 2000 })]],
  ['it was acknowledged before it could', 0, [passage('sent', 'ACK', { at: 2000 })]],
])('an ACK of another number acknowledges nothing: %s', (_name, complaints, log) => {
  const wrong: Passage = { ...passage('sent', 'ACK', { at: 100 }), misnumbered: true }
  expect(misacknowledged({ log: [success, wrong, ...log] } as Partial<Playing> as Playing)).toHaveLength(complaints)
})

test('that of a refusal is another matter', () => {
  const wrong: Passage = { ...passage('sent', 'ACK', { at: 100 }), misnumbered: true }
  const log = [passage('received', '487 INVITE'), wrong, passage('sent', 'ACK', { at: 6500 })]
  expect(misacknowledged({ log } as Partial<Playing> as Playing)).toEqual([])
})

test('nor does it end the wait for the right one', () => {
  const wrong: Passage = { ...passage('sent', 'ACK', { at: 100 }), misnumbered: true }
  expect(saidOf(6500, success, wrong, end)).toHaveLength(1)
})

import { expect, test } from 'vitest'
import { listenedTo, neverAnswered, neverEnded, neverRepeated, neverSilent, neverSlower } from './abandoned.ts'
import type { Passage, Playing } from './disturbance.ts'
import { passage } from './passage.testing.ts'

type Said = readonly [seconds: number, direction: Passage['direction'], line: string]

/** Requests of ours are steps of the flow. */
const saidOf = ([seconds, direction, line]: Said): Passage => ({
  ...passage(direction, line, { at: seconds * 1000 }),
  ...(direction === 'sent' && !/^\d/.test(line) && { step: '1' }),
})

/** A flow that is abandoned after a second. */
const abandoned = (...said: readonly Said[]): Playing =>
  ({ log: said.map(saidOf), deafSince: 1000 }) as Partial<Playing> as Playing

test.each<readonly [string, number, readonly Said[]]>([
  [
    'answered when the next hop is given up',
    0,
    [
      [0, 'sent', 'MESSAGE'],
      [33, 'received', '503 MESSAGE'],
    ],
  ],
  [
    'never answered',
    1,
    [
      [0, 'sent', 'MESSAGE'],
      [0.1, 'received', '100 MESSAGE'],
    ],
  ],
  [
    'whom it rings at takes the time that he takes',
    0,
    [
      [0, 'sent', 'INVITE'],
      [0.1, 'received', '180 INVITE'],
    ],
  ],
  [
    'a call that goes on to somebody who says nothing',
    1,
    [
      [0, 'sent', 'INVITE'],
      [0.1, 'received', '100 INVITE'],
      [0.2, 'received', 'INVITE'],
    ],
  ],
  [
    'one that is refused when he is given up',
    0,
    [
      [0, 'sent', 'INVITE'],
      [0.2, 'received', 'INVITE'],
      [32.2, 'received', '408 INVITE'],
    ],
  ],
  [
    'one whom somebody looks for',
    0,
    [
      [0, 'sent', 'INVITE'],
      [0.2, 'received', 'INVITE'],
      [0.3, 'sent', '100 INVITE'],
    ],
  ],
])('%s', (_name, complaints, said) => {
  expect(neverAnswered(abandoned(...said))).toHaveLength(complaints)
})

test.each<readonly [string, number, readonly Said[]]>([
  [
    'a 2xx that comes again',
    0,
    [
      [0, 'sent', 'INVITE'],
      [1.1, 'received', '200 INVITE'],
      [1.6, 'received', '200 INVITE'],
    ],
  ],
  [
    'a 2xx that comes once',
    1,
    [
      [0, 'sent', 'INVITE'],
      [1.1, 'received', '200 INVITE'],
    ],
  ],
  [
    'one that ends the session when no ACK comes',
    1,
    [
      [0, 'sent', 'INVITE'],
      [1.1, 'received', '200 INVITE'],
      [33.1, 'received', 'BYE'],
    ],
  ],
  [
    'a session that ends before',
    0,
    [
      [0, 'sent', 'INVITE'],
      [1.1, 'received', '200 INVITE'],
      [2, 'received', 'BYE'],
    ],
  ],
  [
    'an ACK',
    0,
    [
      [0, 'sent', 'INVITE'],
      [0.9, 'received', '200 INVITE'],
      [0.95, 'sent', 'ACK'],
    ],
  ],
  [
    'the ACK of a refusal before it',
    1,
    [
      [0, 'sent', 'ACK'],
      [0.1, 'sent', 'INVITE'],
      [0.9, 'received', '200 INVITE'],
    ],
  ],
  [
    'one that comes too late to be heard again',
    0,
    [
      [0, 'sent', 'INVITE'],
      [40, 'received', '200 INVITE'],
    ],
  ],
])('repeated until it is acknowledged: %s', (_name, complaints, said) => {
  expect(neverRepeated(abandoned(...said))).toHaveLength(complaints)
})

test.each<readonly [string, number, readonly Said[]]>([
  ['a BYE when it is no longer sent again', 0, [[33.1, 'received', 'BYE']]],
  ['no BYE', 1, [[1.6, 'received', '200 INVITE']]],
  ['an ACK', 0, [[1.2, 'sent', 'ACK']]],
  ['T1 is longer than anybody is listened to', 0, [[3.1, 'received', '200 INVITE']]],
])('a call that nobody acknowledges is ended: %s', (_name, complaints, said) => {
  const answered: readonly Said[] = [
    [0, 'sent', 'INVITE'],
    [1.1, 'received', '200 INVITE'],
  ]
  expect(neverEnded(abandoned(...answered, ...said))).toHaveLength(complaints)
})

test('what is sent again has an end', () => {
  const until = (last: number): readonly Said[] => [0, 0.5, 1.5, 3.5, last].map((at) => [1 + at, 'received', 'BYE'])
  expect(neverSilent(abandoned(...until(31.5)))).toEqual([])
  expect(neverSilent(abandoned(...until(43.5)))).toHaveLength(1)
})

test.each<readonly [string, number, readonly number[]]>([
  ['up to T2', 0, [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]],
  ['up to T2, of which one is late', 0, [0, 1.4, 1.9, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]],
  ['as INVITE is, without T2', 0, [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]],
  ['up to a small T2', 0, [0, 0.25, 0.75, 1.75, 2.75, 3.75, 4.75, 5.75, 6.75, 7.75]],
  ['up to T2, of which the first was lost', 0, [0, 1, 3, 7, 11, 15, 19, 23, 27, 31]],
  ['not at all', 1, [0, 0.5, 1, 1.5, 2.1, 2.5, 3, 3.5, 4, 4.5]],
  ['not at all, of which some are late', 1, [0, 0.5, 1.3, 1.5, 2.1, 2.5, 3.4, 3.5, 4, 4.5]],
])('the time between what is sent again grows: %s', (_name, complaints, times) => {
  const said = times.map((at): Said => [2 + at, 'received', 'BYE'])
  expect(neverSlower(abandoned(...said))).toHaveLength(complaints)
})

// RFC 3261 17.1.1.1: T1 may be longer than 500 ms.
test('what was sent again before nobody said anything more counts as well', () => {
  const times = [-1.4, -0.9, 0.1, 2.1, 6.1, 10.1, 14.1, 18.1, 22.1, 26.1, 30.1]
  expect(neverSlower(abandoned(...times.map((at): Said => [1 + at, 'received', 'BYE'])))).toEqual([])
})

test('whoever repeats late is listened to for longer, and is not said to never answer where that was too short', () => {
  const repeating = (t1: number): Playing =>
    abandoned([0, 'sent', 'MESSAGE'], [1, 'received', 'BYE'], [1 + t1, 'received', 'BYE'])
  expect(listenedTo(repeating(0.5))).toBe(44_000)
  expect(listenedTo(repeating(1))).toBe(76_000)
  expect(neverAnswered(repeating(1))).toHaveLength(1)
  expect(neverAnswered(repeating(2))).toEqual([])
})

import { expect, test } from 'vitest'
import { isTakenUp, leavingOf, twice, waitsOf } from './begun-before.ts'
import type { Passage, Playing } from './disturbance.ts'
import { passage } from './passage.testing.ts'

type Said = readonly [direction: Passage['direction'], line: string, step?: string]

/** `MESSAGE 1`, `403 MESSAGE 1`, `MESSAGE 2 as an answer`: the number tells transactions apart. */
function saidOf([direction, line, step]: Said): Passage {
  const [, said = '', transaction = '', answers] = /^(.+) (\d)( as an answer)?$/.exec(line) ?? []
  const headers = answers === undefined ? [] : ['In-Reply-To: another']
  return { ...passage(direction, said, { transaction, headers }), ...(step && { step }) }
}

const takenUp = (said: readonly Said[], disturbed = '3b', deaf = true): boolean =>
  isTakenUp({ log: said.map(saidOf), disturbed, before: { deaf } } as unknown as Playing)

const request = ['sent', 'MESSAGE 1', '2a'] as const
const answer = ['sent', 'MESSAGE 2 as an answer', '3b'] as const

test.each<readonly [string, boolean, readonly Said[]]>([
  ['it came to where it was left', true, [request, answer]],
  ['it did not come so far', false, [request]],
  ['who asked was refused as busy', false, [request, ['received', '486 MESSAGE 1'], answer]],
  ['who asked was told that there is nothing of the kind', true, [request, ['received', '404 MESSAGE 1'], answer]],
  ['what it asked for itself was refused', true, [request, answer, ['received', '403 MESSAGE 2']]],
  ['the other side refused', true, [request, ['sent', '486 INVITE 3'], answer]],
])('begun before: %s', (_what, is, said) => {
  expect(takenUp(said)).toBe(is)
})

const planned = { sut: { timers: { migrationResponse: 700 } } } as unknown as Playing['planned']

test('what was not left says nothing, but where it is played to its end', () => {
  expect(takenUp([request, answer], '3b', false)).toBe(false)
  const whole = leavingOf(twice('flow'))
  expect(takenUp([request], whole?.at, false)).toBe(true)
})

test.each([
  ['nothing waits', [0, 0, 0, 0]],
  ['it waits', [0, 0, 1, 0]],
  ['the next waits', [0, 0, 0, 1]],
  ['all of it waits', [1, 0, 0, 0]],
] as const)('until what was left is given up: %s', (p, held) => {
  const leaving = leavingOf({ ...twice('flow'), ops: [{ op: 'begun before', at: '3b', p }] })
  const waits = waitsOf(leaving ?? { at: '', waits: p }, { planned, deafSince: performance.now() })
  expect([waits.first(), ...['2a', '3b', '7a'].map(waits.at)].map((each) => Number(each > 0))).toEqual(held)
})

import { expect, test } from 'vitest'
import { cancelledInVain } from './cancelled-call.ts'
import type { Passage, Playing } from './disturbance.ts'
import { passage } from './passage.testing.ts'

type Said = readonly [direction: Passage['direction'], line: string]

/** `INVITE caller`, `180 INVITE called`: each of the two calls is a transaction and a Call-ID of its own. */
function saidOf([direction, line]: Said): Passage {
  const [, said = '', call = ''] = /^(.+) (\w+)$/.exec(line) ?? []
  return passage(direction, said, { call, transaction: call })
}

const called = [
  ['sent', 'INVITE caller'],
  ['received', 'INVITE called'],
] as const satisfies readonly Said[]
const ringing: Said = ['sent', '180 INVITE called']
const cancelled: Said = ['sent', 'CANCEL caller']
const over: Said = ['received', '487 INVITE caller']

const complaintsOf = (said: readonly Said[], before: Partial<Playing> = { cancelled: false }): number =>
  cancelledInVain({ before: { ...before, log: said.map(saidOf) } as Playing }).length

test.each<readonly [string, number, readonly Said[]]>([
  ['whoever is called goes on ringing', 1, [...called, ringing, cancelled, over]],
  ['it is cancelled there as well', 0, [...called, ringing, cancelled, ['received', 'CANCEL called'], over]],
  ['it is cancelled there later', 0, [...called, ringing, cancelled, over, ['received', 'CANCEL called']]],
  ['another call is cancelled', 1, [...called, ringing, cancelled, over, ['received', 'CANCEL another']]],
  ['the caller was told nothing', 0, [...called, ringing, cancelled]],
  ['the caller was refused for another reason', 0, [...called, ringing, cancelled, ['received', '480 INVITE caller']]],
  ['whoever is called has said nothing, and cannot be cancelled', 0, [...called, cancelled, over]],
  ['whoever is called has refused', 0, [...called, ringing, ['sent', '486 INVITE called'], cancelled, over]],
  ['whoever is called has answered', 0, [...called, ringing, ['sent', '200 INVITE called'], cancelled, over]],
  ['the call went on to nobody', 0, [['sent', 'INVITE caller'], cancelled, over]],
])('a call is cancelled by its caller: %s', (_what, complaints, said) => {
  expect(complaintsOf(said)).toBe(complaints)
})

test.each([
  ['was cancelled as it should be', { cancelled: true }],
  ['was not cancelled', {}],
])('nothing is said of a call before that %s', (_what, before) => {
  expect(complaintsOf([...called, ringing, cancelled, over], before)).toBe(0)
})

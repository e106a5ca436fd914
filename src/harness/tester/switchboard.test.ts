import { expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import type { PlannedCase } from '../case-plan.ts'
import { plannedFor, primaryServer } from '../example-configuration.testing.ts'
import { createArrivalQueue } from './arrival-queue.ts'
import type { CaseLine } from './case-line.ts'
import { createFloodgate } from './intake.ts'
import { createSwitchboard } from './switchboard.ts'

const [first, second] = plannedFor(primaryServer)
const clock = { ...systemClock, stalled: () => 0 }
const lineFor = (planned: PlannedCase | undefined): CaseLine => {
  if (!planned) throw new Error('no case')
  return {
    planned,
    phase: 'body',
    slot: 'body',
    systems: { primary: 'a.example', partner: 'b.example', second: 'c.example', iops: 'd.example' },
    arrivals: createArrivalQueue(clock),
    intake: createFloodgate().open(),
    unanswered: new Map(),
    exchanges: new Map(),
    sessions: new Map(),
    subscriptions: new Map(),
    media: undefined,
    former: [],
    callIds: { sent: new Map(), received: new Map() },
    transactions: new Map(),
    finished: new Set(),
    received: new Map(),
    sent: new Set(),
    sendings: new Map(),
    dispatches: 0,
    forgetful: new Set(),
    over: false,
  }
}
const [one, other] = [lineFor(first), lineFor(second)]

test('a message goes to the case whose identity is in it, in whatever case it is written', () => {
  const board = createSwitchboard()
  board.connect(one, ['sip:alice@a.example', 'sip:visitor@b.example'])
  board.connect(other, ['sip:bob@a.example'])
  expect(board.find(['SIP:Alice@A.Example'], [])).toBe(one)
  expect(board.find([undefined, 'sip:bob@a.example'], [])).toBe(other)
  expect(board.find(['sip:nobody@a.example'], [])).toBeUndefined()
})

test('a wrong Call-ID does not move it to another case', () => {
  const board = createSwitchboard()
  board.connect(one, ['sip:alice@a.example'])
  board.connect(other, ['sip:bob@a.example'])
  board.callId(other, 'call-of-bob')
  expect(board.find(['sip:alice@a.example'], ['call-of-bob'])).toBe(one)
})

test('without a known identity the Call-ID says whose it is', () => {
  const board = createSwitchboard()
  board.connect(one, ['sip:alice@a.example'])
  board.callId(one, 'call-of-alice')
  expect(board.find(['sip:garbled'], ['unknown', 'call-of-alice'])).toBe(one)
  expect(board.find([], [undefined])).toBeUndefined()
})

test('who is disconnected hears nothing more, and takes nobody else along', () => {
  const board = createSwitchboard()
  board.connect(one, ['sip:alice@a.example'])
  board.callId(one, 'call-of-alice')
  // A fixed user may be leased to the next case before the line of the last one is taken down.
  board.connect(other, ['sip:alice@a.example'])
  board.callId(other, 'call-of-alice')
  board.disconnect(one)
  expect(board.find(['sip:alice@a.example'], [])).toBe(other)
  expect(board.find([], ['call-of-alice'])).toBe(other)
  board.disconnect(other)
  expect(board.find(['sip:alice@a.example'], ['call-of-alice'])).toBeUndefined()
})

test('arrivals are taken in the order they came, and waiting ends with the time', async () => {
  const queue = createArrivalQueue(clock)
  const arrival = (text: string) => ({ kind: 'unreachable' as const, at: 0, text })
  queue.push(arrival('first'))
  queue.push(arrival('second'))
  expect(await queue.take(Number.NEGATIVE_INFINITY)).toMatchObject({ text: 'first' })
  expect(await queue.take(clock.now() + 1000)).toMatchObject({ text: 'second' })
  expect(await queue.take(Number.NEGATIVE_INFINITY)).toBeUndefined()
  const since = clock.now()
  expect(await queue.take(since + 30)).toBeUndefined()
  expect(clock.now() - since).toBeGreaterThanOrEqual(30)
  const waiting = queue.take(clock.now() + 20_000)
  queue.push(arrival('late'))
  expect(await waiting).toMatchObject({ text: 'late' })
})

test('a client is reached by the contact it gave and as its user, until its case is over', () => {
  const board = createSwitchboard()
  board.connect(one, ['sip:alice@a.example'])
  board.contact(one, 'sip:4f2a@127.0.0.1:5060;transport=udp')
  expect(board.reachedAt('sip:4F2A@127.0.0.1:5060;transport=udp')).toBe(one)
  expect(board.reachedAt('sip:alice@a.example')).toBe(one)
  expect(board.reachedAt('sip:127.0.0.1:5060')).toBeUndefined()
  board.disconnect(one)
  expect(board.reachedAt('sip:4f2a@127.0.0.1:5060;transport=udp')).toBeUndefined()
})

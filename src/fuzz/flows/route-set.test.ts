import { expect, test } from 'vitest'
import type { Passage } from './disturbance.ts'
import { passage } from './passage.testing.ts'
import { unfollowedRoutes } from './route-set.ts'

/** Of one dialog. */
const said = (
  direction: Passage['direction'],
  line: string,
  [from, to]: readonly [from: string, to: string],
  headers: readonly string[],
): Passage =>
  passage(direction, line, {
    headers: [`From: <sip:one@a.example>${from}`, `To: <sip:two@a.example>${to}`, ...headers],
  })

const begins = [';tag=o', ''] as const
const answers = [';tag=t', ';tag=o'] as const

const proxy = (name: string, more = ';lr'): string => `<sip:${name}@127.0.0.1${more}>`
const recorded = (...uris: readonly string[]): string => `Record-Route: ${uris.join(', ')}`
const route = (...uris: readonly string[]): readonly string[] => uris.map((uri) => `Route: ${uri}`)

const sentInvite = (record: string): Passage => said('sent', 'INVITE', begins, [record])
const receivedBye = (routes: readonly string[]): Passage => said('received', 'BYE', answers, routes)
const sentSuccess = (record: string): Passage => said('sent', '200 INVITE', answers, [record])
const receivedAck = (routes: readonly string[]): Passage => said('received', 'ACK', answers, routes)

const complaints = (...log: readonly Passage[]): readonly string[] =>
  unfollowedRoutes({ log: [...log] }).map(({ what, clause, expected }) => `${what} (${clause}): ${expected}`)

test('who is called takes the routes in the order in which they are recorded', () => {
  const both = recorded(proxy('a'), proxy('b'))
  const due =
    'a BYE does not follow the route set of its dialog (RFC 3261 12.1.1): sip:a@127.0.0.1;lr, sip:b@127.0.0.1;lr'
  expect(complaints(sentInvite(both), receivedBye(route(proxy('a'), proxy('b'))))).toEqual([])
  expect(complaints(sentInvite(both), receivedBye([`Route: ${proxy('a')}, ${proxy('b')}`]))).toEqual([])
  for (const wrong of [[], route(proxy('a')), route(proxy('b'), proxy('a'))])
    expect(complaints(sentInvite(both), receivedBye(wrong))).toEqual([due])
})

test('a notification goes by way of what the subscription has recorded', () => {
  const subscribe = said('sent', 'SUBSCRIBE', begins, [recorded(proxy('a'))])
  const notify = (routes: readonly string[]): Passage => said('received', 'NOTIFY', answers, routes)
  expect(complaints(subscribe, notify(route(proxy('a'))))).toEqual([])
  expect(complaints(subscribe, notify([]))).toEqual([
    'a NOTIFY does not follow the route set of its dialog (RFC 3261 12.1.1): sip:a@127.0.0.1;lr',
  ])
})

test('who calls takes them in reverse', () => {
  const both = recorded(proxy('a'), proxy('b'))
  expect(complaints(sentSuccess(both), receivedAck(route(proxy('b'), proxy('a'))))).toEqual([])
  expect(complaints(sentSuccess(both), receivedAck(route(proxy('a'), proxy('b'))))).toEqual([
    'an ACK does not follow the route set of its dialog (RFC 3261 12.1.2): sip:b@127.0.0.1;lr, sip:a@127.0.0.1;lr',
  ])
})

test.each<[string, readonly Passage[]]>([
  ['nothing is recorded', [sentInvite('Supported: timer'), receivedBye([])]],
  ['an element routes strictly', [sentInvite(recorded(proxy('a', ''))), receivedBye([])]],
  ['what is recorded is no address', [sentInvite('Record-Route: <sip:a;lr'), receivedBye([])]],
  ['its dialog is another', [sentInvite(recorded(proxy('a'))), said('received', 'BYE', [';tag=t', ';tag=other'], [])]],
  [
    'the entity under test records itself',
    [
      said('received', 'INVITE', [';tag=t', ''], [recorded(proxy('sut'))]),
      sentSuccess(recorded(proxy('sut'))),
      receivedAck([]),
    ],
  ],
  [
    'two of ours record otherwise',
    [sentSuccess(recorded(proxy('a'))), sentSuccess(recorded(proxy('b'))), receivedAck([])],
  ],
])('nothing is said where %s', (_, log) => {
  expect(complaints(...log)).toEqual([])
})

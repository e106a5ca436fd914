import { expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import type { Passage } from './disturbance.ts'
import { unfollowedRoutes } from './route-set.ts'

const text = (line: string, from: string, to: string, cseq: string, routes: readonly string[]): string =>
  [
    line,
    `From: <sip:one@a.example>${from}`,
    `To: <sip:two@a.example>${to}`,
    'Call-ID: 1',
    `CSeq: ${cseq}`,
    ...routes,
    '',
    '',
  ].join('\r\n')

const passage = (direction: 'sent' | 'received', written: string): Passage => {
  const octets = Buffer.from(written, 'latin1')
  return { direction, role: 'client', octets, message: readMessage(octets), at: 0 } as unknown as Passage
}

const proxy = (name: string, more = ';lr'): string => `<sip:${name}@127.0.0.1${more}>`
const recorded = (...uris: readonly string[]): string => `Record-Route: ${uris.join(', ')}`
const route = (...uris: readonly string[]): readonly string[] => uris.map((uri) => `Route: ${uri}`)

const sentInvite = (record: string): Passage =>
  passage('sent', text('INVITE sip:two@a.example SIP/2.0', ';tag=o', '', '1 INVITE', [record]))
const receivedBye = (routes: readonly string[]): Passage =>
  passage('received', text('BYE sip:one@a.example SIP/2.0', ';tag=t', ';tag=o', '7 BYE', routes))
const sentSuccess = (record: string): Passage =>
  passage('sent', text('SIP/2.0 200 OK', ';tag=t', ';tag=o', '1 INVITE', [record]))
const receivedAck = (routes: readonly string[]): Passage =>
  passage('received', text('ACK sip:one@a.example SIP/2.0', ';tag=t', ';tag=o', '1 ACK', routes))

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
  const subscribe = text('SUBSCRIBE sip:two@a.example SIP/2.0', ';tag=o', '', '1 SUBSCRIBE', [recorded(proxy('a'))])
  const notify = (routes: readonly string[]): Passage =>
    passage('received', text('NOTIFY sip:one@a.example SIP/2.0', ';tag=t', ';tag=o', '1 NOTIFY', routes))
  expect(complaints(passage('sent', subscribe), notify(route(proxy('a'))))).toEqual([])
  expect(complaints(passage('sent', subscribe), notify([]))).toEqual([
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
  [
    'its dialog is another',
    [
      sentInvite(recorded(proxy('a'))),
      passage('received', text('BYE sip:one@a.example SIP/2.0', ';tag=t', ';tag=other', '7 BYE', [])),
    ],
  ],
  [
    'the entity under test records itself',
    [
      passage('received', text('INVITE sip:one@a.example SIP/2.0', ';tag=t', '', '1 INVITE', [recorded(proxy('sut'))])),
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

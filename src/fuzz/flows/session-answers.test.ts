import { readMessage } from '#wire/sip'
import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { otherStreams, unacknowledgedAgain } from './session-answers.ts'

type Said = readonly [milliseconds: number, direction: Passage['direction'], line: string, streams?: string]

/** `INVITE`, `200 INVITE`; the streams of its session description. */
function passage([at, direction, line, streams]: Said): Passage {
  const [first = '', method = first] = line.split(' ')
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
  const media = (streams ?? '').split(' ').map((type) => `m=${type} 9 RTP/AVP 96`)
  const body = streams === undefined ? '' : [...head, ...media, ''].join('\r\n')
  const lines = [
    /^\d/.test(first) ? `SIP/2.0 ${first} Said` : `${first} sip:b@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-${method}-${direction === 'sent' ? line.length : ''}`,
    'Call-ID: one',
    `CSeq: 1 ${method}`,
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    '',
    body,
  ]
  const octets = Buffer.from(lines.join('\r\n').replace(/z9hG4bK-INVITE-\d*/, 'z9hG4bK-INVITE'))
  return { direction, role: 'client', octets, message: readMessage(octets), at, remote: { address: '', port: 0 } }
}

const logOf = (said: readonly Said[]): readonly Passage[] => said.map(passage)

test.each<readonly [string, number, readonly Said[]]>([
  [
    'as many as were offered',
    0,
    [
      [0, 'sent', 'INVITE', 'audio message'],
      [1, 'received', '200 INVITE', 'audio message'],
    ],
  ],
  [
    'one that is left out',
    1,
    [
      [0, 'sent', 'INVITE', 'audio message'],
      [1, 'received', '200 INVITE', 'audio'],
    ],
  ],
  [
    'in another order',
    1,
    [
      [0, 'sent', 'INVITE', 'audio message'],
      [1, 'received', '200 INVITE', 'message audio'],
    ],
  ],
  [
    'an answer without a session',
    0,
    [
      [0, 'sent', 'INVITE', 'audio message'],
      [1, 'received', '200 INVITE'],
    ],
  ],
])('streams of an answer: %s (RFC 3264 6)', (_name, complaints, said) => {
  expect(otherStreams({ log: logOf(said) as Playing['log'] })).toHaveLength(complaints)
})

test.each<readonly [string, number, readonly Said[]]>([
  ['again', 0, [[62, 'received', 'ACK']]],
  ['not again', 1, []],
  ['too late', 1, [[700, 'received', 'ACK']]],
  ['a session that ends', 0, [[100, 'received', 'BYE']]],
])('a 2xx that comes again is acknowledged: %s (RFC 3261 13.2.2.4)', (_name, complaints, more) => {
  const said: readonly Said[] = [
    [0, 'received', 'INVITE'],
    [10, 'sent', '200 INVITE'],
    [20, 'received', 'ACK'],
    [60, 'sent', '200 INVITE'],
    ...more,
  ]
  const log = logOf(said) as Playing['log']
  expect(unacknowledgedAgain({ log, until: 400 })).toHaveLength(complaints)
  // Nobody has listened for as long.
  expect(unacknowledgedAgain({ log, until: 300 })).toEqual([])
  expect(unacknowledgedAgain({ log: log.filter(({ at }) => at !== 20), until: 400 })).toEqual([])
})

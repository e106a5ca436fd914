import { expect, test } from 'vitest'
import type { Passage, Playing } from './disturbance.ts'
import { passage } from './passage.testing.ts'
import { otherStreams, unacknowledgedAgain } from './session-answers.ts'

type Said = readonly [milliseconds: number, direction: Passage['direction'], line: string, streams?: string]

/** With the streams of its session description. */
function saidOf([at, direction, line, streams]: Said): Passage {
  if (streams === undefined) return passage(direction, line, { at })
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
  const media = streams.split(' ').map((type) => `m=${type} 9 RTP/AVP 96`)
  const body = [...head, ...media, ''].join('\r\n')
  return passage(direction, line, { at, headers: ['Content-Type: application/sdp'], body })
}

const logOf = (said: readonly Said[]): readonly Passage[] => said.map(saidOf)

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

import { expect, test } from 'vitest'
import { readFloorControl } from '#wire/floor-control'
import { readRtcp } from '#wire/rtcp'
import { createMediaOctets } from './media-octets.ts'

/** What is found when these datagrams, in hexadecimal, have come. */
function foundIn(...datagrams: readonly string[]): readonly string[] {
  const taken = createMediaOctets('client')
  for (const datagram of datagrams) {
    const octets = Buffer.from(datagram.replaceAll(' ', ''), 'hex')
    const arrival = { at: 0, from: { address: '127.0.0.1', port: 9 }, octets }
    const { packets, diagnostics } = readRtcp(octets)
    taken.packet(diagnostics, arrival)
    for (const { packet, span } of packets) {
      const reading = packet.kind === 'application' ? readFloorControl(packet, span.start) : undefined
      if (reading !== undefined) taken.control(reading, arrival)
    }
  }
  const found: string[] = []
  taken.judge((_field, _requirement, expected, _actual, of) => found.push(`${of?.doc} ${of?.clause} ${expected}`))
  taken.judge(() => found.push('once more'))
  return found
}

test.for<[string, string, readonly string[]]>([
  ['Floor Idle that is right', '85cc0003 0000000a 4d435054 08020001', []],
  ['a subtype and a field of a later release', '9fcc0003 0000000a 4d435054 bf020000', []],
  [
    'a field beyond the end',
    '85cc0003 0000000a 4d435054 08ff0001',
    ['TS 24.380 8.2.3.1 a packet without field-length'],
  ],
  ['Floor Deny without its cause', '83cc0002 0000000a 4d435054', ['TS 24.380 8.2.6 a packet without field-missing']],
  [
    'padding that is not there',
    'a5cc0003 0000000a 4d435054 08020000',
    ['RFC 3550 6.4.1 a packet without rtcp-padding-count'],
  ],
  ['a STUN binding indication that keeps the way open', '00110000 2112a442 0000000000000000 00000000', []],
  ['less than it says', '85cc0004 0000000a 4d435054 08020001', ['RFC 3550 6.4.1 a packet without rtcp-length']],
])('%s', ([, datagram, expected]) => {
  expect(foundIn(datagram)).toEqual(expected)
})

test('one rule is told once, and each of several', () => {
  const cut = '85cc0003 0000000a 4d435054 08ff0001'
  expect(foundIn(cut, cut, '85cc0004 0000000a 4d435054 08020001')).toEqual([
    'TS 24.380 8.2.3.1 a packet without field-length',
    'RFC 3550 6.4.1 a packet without rtcp-length',
  ])
})

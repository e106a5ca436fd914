import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readCapture, trafficOf, type Traffic } from './index.ts'
import { end, internet, pcap, pcapng, tcp, udp, udpDatagram } from './recorded.testing.ts'

const [alice, bob] = [end('192.0.2.1', 5060), end('192.0.2.2', 5062)]
const [alice6, bob6] = [end('2001:db8::1', 5060), end('2001:db8::2', 5062)]
const real = readFileSync(
  new URL('../../../fixtures/vectors/captures/mcptt-private-call-with-floor.pcapng', import.meta.url),
)

const traffic = (file: Uint8Array): readonly Traffic[] => [...trafficOf(readCapture(file))]
const text = (one: Traffic): string => ('octets' in one ? Buffer.from(one.octets).toString('latin1') : one.kind)
const rules = (file: Uint8Array): string[] => readCapture(file).faults.map(({ rule }) => rule)

describe('files', () => {
  const packets = [
    { at: 1_700_000_000_000.25, octets: udp(alice, bob, 'one') },
    { at: 1_700_000_000_003.5, octets: udp(alice, bob, 'two') },
  ]

  test.each([
    ['pcapng', pcapng(packets)],
    ['pcapng, big-endian', pcapng(packets, { big: true })],
    ['pcap', pcap(packets)],
    ['pcap, big-endian', pcap(packets, { big: true })],
    ['pcap, nanoseconds', pcap(packets, { nanoseconds: true })],
  ])('%s', (_, file) => {
    const capture = readCapture(file)
    expect(capture.faults).toEqual([])
    expect(capture.start).toBeCloseTo(1_700_000_000_000.25, 2)
    expect(capture.packets.map(({ number, at }) => [number, Math.round(at * 100) / 100])).toEqual([
      [1, 0],
      [2, 3.25],
    ])
    expect(traffic(file).map(text)).toEqual(['one', 'two'])
  })

  test('a capture of real systems', () => {
    const capture = readCapture(real)
    expect(capture.faults).toEqual([])
    expect(capture.packets).toHaveLength(36)
    expect(new Date(capture.start ?? 0).toISOString()).toBe('2026-11-20T22:40:45.129Z')
    expect(capture.packets.at(-1)?.at).toBeCloseTo(12_000.670_24, 4)
    expect(traffic(real)).toHaveLength(36)
  })

  test.each<[string, Uint8Array, string[]]>([
    ['nothing', new Uint8Array(), ['empty']],
    ['garbage', Buffer.from('no capture at all'), ['not-a-capture']],
    ['gzip', Buffer.from('1f8b0800', 'hex'), ['not-a-capture']],
    ['a header cut off', real.subarray(0, 8), ['truncated']],
    ['a packet cut off', real.subarray(0, 2000), ['truncated']],
    [
      'no byte-order magic',
      Buffer.from('0a0d0d0a1c0000000000000001000000ffffffffffffffff1c000000', 'hex'),
      ['not-a-capture'],
    ],
    [
      'a block of 0 octets',
      Buffer.concat([real.subarray(0, real.readUInt32LE(4)), Buffer.alloc(40)]),
      ['block-length'],
    ],
    ['a pcap packet of 4 GB', Buffer.concat([pcap([]), Buffer.alloc(8), Buffer.alloc(8, 0xff)]), ['truncated']],
    ['a foreign link type', pcapng(packets, { linkType: 147 }), ['link-type']],
    ['a time beyond the calendar', pcapng([{ at: 8.7e15, octets: udp(alice, bob, 'one') }]), ['time']],
  ])('%s', (_, file, expected) => {
    expect(rules(file)).toEqual(expected)
  })

  test('a length that lies in a block', () => {
    const file = pcapng(packets)
    // Section and interface description come first; then type, length, interface, time stamp, captured length.
    const block = file.readUInt32LE(4) + file.readUInt32LE(file.readUInt32LE(4) + 4)
    const lying = Buffer.from(file)
    lying.writeUInt32LE(1_000_000, block + 20)
    expect(readCapture(lying)).toMatchObject({ packets: [], faults: [{ rule: 'packet-length', offset: block }] })
    const foreign = Buffer.from(file)
    foreign.writeUInt32LE(7, block + 8)
    expect(readCapture(foreign)).toMatchObject({ packets: [], faults: [{ rule: 'interface-unknown', offset: block }] })
  })

  test('more packets than allowed', () => {
    expect(readCapture(pcapng(packets), { packets: 1, interfaces: 1 })).toMatchObject({
      packets: [{ number: 1 }],
      faults: [{ rule: 'limit' }],
    })
  })
})

describe('frames', () => {
  const inside = udp(alice, bob, 'inside')
  const ethernet = (types: string): Buffer => Buffer.concat([Buffer.alloc(12), Buffer.from(types, 'hex'), inside])

  test.each([
    ['Ethernet', 1, ethernet('0800')],
    ['Ethernet with a VLAN tag', 1, ethernet('810000010800')],
    ['Ethernet with two VLAN tags', 1, ethernet('88a80001810000010800')],
    ['loopback', 0, Buffer.concat([Buffer.from('02000000', 'hex'), inside])],
    ['raw IP', 101, inside],
    ['Linux cooked', 113, Buffer.concat([Buffer.alloc(14), Buffer.from('0800', 'hex'), inside])],
    ['Linux cooked 2', 276, Buffer.concat([Buffer.from('0800', 'hex'), Buffer.alloc(18), inside])],
  ])('%s', (_, linkType, octets) => {
    expect(traffic(pcapng([{ at: 0, octets }], { linkType })).map(text)).toEqual(['inside'])
  })

  test('IPv6, its addresses as RFC 5952 writes them', () => {
    const [one] = traffic(pcapng([{ at: 0, octets: udp(alice6, bob6, 'six') }]))
    expect(one).toMatchObject({
      source: { address: '2001:db8::1', port: 5060 },
      target: { address: '2001:db8::2', port: 5062 },
    })
  })

  test('what the capture did not keep is counted', () => {
    const octets = udp(alice, bob, 'all of it')
    expect(traffic(pcapng([{ at: 0, octets: octets.subarray(0, 31), length: octets.length }]))).toMatchObject([
      { missing: 6 },
    ])
  })

  test.each([
    ['IPv4', alice, bob],
    ['IPv6', alice6, bob6],
  ])('fragments of %s in any order', (_, from, to) => {
    const whole = Buffer.from(Array.from({ length: 4000 }, (__, index) => 65 + (index % 26)))
    const datagram = udpDatagram(from, to, whole)
    const piece = (start: number, stop: number): Buffer =>
      internet(17, from, to, datagram.subarray(start, stop), { id: 9, offset: start, more: stop < datagram.length })
    const pieces = [piece(1480, 2960), piece(0, 1480), piece(1480, 2960), piece(2960, datagram.length)]
    const file = pcapng(pieces.map((octets) => ({ at: 0, octets })))
    expect(traffic(file)).toMatchObject([{ kind: 'datagram', packet: 4 }])
    expect(traffic(file).map(text)).toEqual([whole.toString('latin1')])
  })

  test('more fragments than are followed at once are given up, not kept', () => {
    const octets = Array.from({ length: 3000 }, (_, id) =>
      internet(17, alice, bob, Buffer.alloc(64), { id, offset: 0, more: true }),
    )
    expect(traffic(pcapng(octets.map((one) => ({ at: 0, octets: one }))))).toEqual([])
  })
})

describe('TCP', () => {
  const streamOf = (segments: readonly Buffer[]): string[] =>
    traffic(pcapng(segments.map((octets, at) => ({ at, octets })))).map((one) =>
      one.kind === 'stream-gap' ? `gap ${one.missing}` : text(one),
    )

  test('segments in any order, repeated and overlapping', () => {
    expect(
      streamOf([
        tcp(alice, bob, 99, '', { synchronize: true }),
        tcp(alice, bob, 100, 'abc'),
        tcp(alice, bob, 106, 'ghi'),
        tcp(alice, bob, 100, 'abc'),
        tcp(alice, bob, 102, 'cdef'),
        tcp(alice, bob, 109, 'jkl'),
      ]).join('|'),
    ).toBe('stream-edge|abc|def|ghi|jkl')
  })

  test('sequence numbers that wrap around', () => {
    expect(streamOf([tcp(alice, bob, 0xffff_fffe, 'ab'), tcp(alice, bob, 2, 'ef'), tcp(alice, bob, 0, 'cd')])).toEqual([
      'ab',
      'cd',
      'ef',
    ])
  })

  test('a segment that never came is a gap', () => {
    expect(streamOf([tcp(alice, bob, 100, 'abc'), tcp(alice, bob, 110, 'xyz')])).toEqual(['abc', 'gap 7', 'xyz'])
  })

  test('whatever order segments come in, the stream is the same', () => {
    const size = 300
    const whole = Array.from({ length: size }, (_, index) => String.fromCharCode(97 + (index % 26))).join('')
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: size - 1 }), { maxLength: 20 })
    const order = cuts.chain((list) => {
      const edges = [0, ...list.toSorted((a, b) => a - b), size]
      const parts = edges.slice(0, -1).map((from, index) => [from, edges[index + 1] ?? size] as const)
      return fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length })
    })
    fc.assert(
      fc.property(order, fc.integer({ min: 0, max: 0xffff_ffff }), (parts, start) => {
        const segments = parts.map(([from, to]) => tcp(alice, bob, start + from, whole.slice(from, to)))
        const stream = streamOf([tcp(alice, bob, start - 1, '', { synchronize: true }), ...segments])
        expect(stream.slice(1).join('')).toBe(whole)
      }),
    )
  })
})

describe('hostile captures', () => {
  test('whatever octets change, nothing is thrown and no packet is longer than the file', () => {
    const change = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(change, fc.nat(real.length), (changes, length) => {
        const file = Buffer.from(real)
        for (const [at, octet] of changes) file[at] = octet
        const read = readCapture(file.subarray(0, length))
        const total = [...trafficOf(read)].reduce((sum, one) => sum + ('octets' in one ? one.octets.length : 0), 0)
        expect(total).toBeLessThanOrEqual(length)
        for (const { offset } of read.faults) expect(offset).toBeLessThanOrEqual(length)
      }),
      { numRuns: 500 },
    )
  })

  test('garbage behind a good beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (garbage, next) => {
        const start = next ? real.subarray(0, real.readUInt32LE(4)) : pcap([])
        expect(() => [...trafficOf(readCapture(Buffer.concat([start, garbage])))]).not.toThrow()
      }),
    )
  })
})

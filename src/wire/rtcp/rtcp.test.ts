import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeCompound, readRtcp, writeRtcp, type RtcpPacket } from './index.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const word = fc.integer({ min: 0, max: 0xffff_ffff })
const padding = fc.integer({ min: 0, max: 3 }).map((count) => {
  const octets = new Uint8Array(count * 4)
  if (count > 0) octets[octets.length - 1] = count * 4
  return octets
})
const aligned = fc.array(word, { maxLength: 8 }).map((words) => new Uint8Array(Uint32Array.from(words).buffer))
const reports = fc.array(
  fc.record({
    ssrc: word,
    fractionLost: fc.integer({ min: 0, max: 255 }),
    lost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highestSequence: word,
    jitter: word,
    lastSenderReport: word,
    delaySinceLastSenderReport: word,
  }),
  { maxLength: 31 },
)
const item = fc.record({ type: fc.integer({ min: 1, max: 255 }), octets: fc.uint8Array({ maxLength: 255 }) })
const report = { padding, ssrc: word, reports, extension: aligned }
const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    ...report,
    kind: fc.constant('sender-report' as const),
    ntp: fc.record({ seconds: word, fraction: word }),
    rtpTimestamp: word,
    packets: word,
    octets: word,
  }),
  fc.record({ ...report, kind: fc.constant('receiver-report' as const) }),
  fc.record({
    kind: fc.constant('source-description' as const),
    padding,
    chunks: fc.array(fc.record({ source: word, items: fc.array(item, { maxLength: 3 }) }), { maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant('goodbye' as const),
    padding,
    sources: fc.array(word, { maxLength: 31 }),
    reason: fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('application' as const),
    padding,
    subtype: fc.integer({ min: 0, max: 31 }),
    ssrc: word,
    name: fc.stringMatching(/^[ -~]{4}$/),
    data: aligned,
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    padding,
    packetType: fc.integer({ min: 205, max: 255 }),
    count: fc.integer({ min: 0, max: 31 }),
    content: aligned,
  }),
)

describe('RTCP', () => {
  test('what was written is read, packet by packet', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 6 }), (packets) => {
        const { packets: read, diagnostics } = readRtcp(Uint8Array.from(writeRtcp(packets)))
        expect(diagnostics).toEqual([])
        expect(read.map((one) => one.packet)).toEqual(packets)
      }),
    )
  })

  test('reading never throws, spans follow one another, and what is read without a finding is written the same', () => {
    const near = fc.array(fc.constantFrom(0x80, 0x81, 0xa1, 200, 201, 202, 203, 204, 0, 1, 2, 3, 4, 0x4d, 255), {
      maxLength: 64,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 96 }),
          near.map((list) => Uint8Array.from(list)),
        ),
        (came) => {
          const { packets, diagnostics } = readRtcp(came)
          let at = 0
          for (const { span } of packets) {
            expect(span.start).toBe(at)
            at = span.end
          }
          for (const { offset } of diagnostics) expect(offset).toBeLessThanOrEqual(came.length)
          if (diagnostics.length === 0) expect(hex(writeRtcp(packets.map((one) => one.packet)))).toBe(hex(came))
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('a report of a real system', () => {
    const came = `80c900019468ec9081ca00109468ec900120${'61'.repeat(32)}0215${'62'.repeat(21)}000000`
    const { packets, diagnostics } = readRtcp(Buffer.from(came, 'hex'))
    expect(diagnostics).toEqual([])
    expect(packets.map((one) => one.packet.kind)).toEqual(['receiver-report', 'source-description'])
    expect(judgeCompound(packets)).toEqual([])
  })

  test.each([
    ['a BYE alone', '81cb00019468ec90', ['rtcp-compound-first', 'rtcp-compound-cname']],
    [
      'padding before the end',
      'a0c90002000000010000000480c9000100000001',
      ['rtcp-compound-cname', 'rtcp-compound-padding'],
    ],
  ])('%s is no compound', (_, came, rules) => {
    const { packets, diagnostics } = readRtcp(Buffer.from(came, 'hex'))
    expect(diagnostics).toEqual([])
    expect(judgeCompound(packets).map(({ rule }) => rule)).toEqual(rules)
  })

  test.each([
    ['a header that is not whole', '80c9', 'rtcp-truncated', 0],
    ['another version', '40c9000100000001', 'rtcp-version', 0],
    ['a length beyond the datagram', '80c9000200000001', 'rtcp-length', 2],
    ['more report blocks than fit', '85c9000100000001', 'rtcp-content-length', 2],
    ['padding of three octets', 'a0c900020000000100000003', 'rtcp-padding-count', 11],
    ['an item beyond its packet', '81ca00020000000101ff6161', 'rtcp-source-description', 0],
    ['a reason beyond its packet', '81cb000200000001ff616161', 'rtcp-goodbye', 0],
    ['a name that is not ASCII', '80cc0002000000014d43ff54', 'rtcp-application-name', 8],
  ])('%s', (_, came, rule, offset) => {
    expect(readRtcp(Buffer.from(came, 'hex')).diagnostics).toMatchObject([{ rule, offset }])
  })
})

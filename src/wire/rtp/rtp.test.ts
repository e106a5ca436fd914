import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRtp, writeRtp, type RtpPacket } from './index.ts'

const octets = (from: Uint8Array): string => Buffer.from(from).toString('hex')
const word = fc.integer({ min: 0, max: 0xffff_ffff })
const extension = fc.record({
  profile: fc.integer({ min: 0, max: 0xffff }),
  octets: fc.array(word, { maxLength: 6 }).map((words) => new Uint8Array(Uint32Array.from(words).buffer)),
})
const padding = fc.integer({ min: 0, max: 20 }).map((count) => {
  const padded = new Uint8Array(count)
  if (count > 0) padded[count - 1] = count
  return padded
})
const packet: fc.Arbitrary<RtpPacket> = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 127 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: word,
  ssrc: word,
  contributingSources: fc.array(word, { maxLength: 15 }),
  extension: fc.option(extension, { nil: undefined }),
  payload: fc.uint8Array({ maxLength: 200 }),
  padding,
})

describe('RTP', () => {
  test('what was written is read', () => {
    fc.assert(
      fc.property(packet, (written) => {
        const { packet: read, diagnostics } = readRtp(Uint8Array.from(writeRtp(written)))
        expect(diagnostics).toEqual([])
        expect(read).toEqual(written)
      }),
    )
  })

  test('whatever is read without a finding is written again octet by octet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (tail) => {
        const came = Uint8Array.of(0x80 | ((tail[0] ?? 0) & 0x3f), ...tail)
        const { packet: read, diagnostics } = readRtp(came)
        if (read !== undefined && diagnostics.length === 0) expect(octets(writeRtp(read))).toBe(octets(came))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['too short', '8000', 'rtp-truncated', 2],
    ['of another version', '400000000000000000000000', 'rtp-version', 0],
    ['with sources that do not fit', '8f0000000000000000000000', 'rtp-truncated', 12],
    ['with an extension that does not fit', '90000000000000000000000000000004', 'rtp-extension-length', 12],
    ['with more padding than octets', 'a00000000000000000000000000000ff', 'rtp-padding-count', 15],
  ])('%s', (_, hex, rule, offset) => {
    expect(readRtp(Buffer.from(hex, 'hex')).diagnostics).toMatchObject([{ rule, offset }])
  })
})

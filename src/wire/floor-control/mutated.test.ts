import { expect, test } from 'vitest'
import { readRtcp, writeRtcp } from '#wire/rtcp'
import { judgeFloorControl, readFloorControl, writeFloorControl } from './index.ts'
import { vectorFiles } from './vector-files.testing.ts'

/** The same numbers in every run: mulberry32. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Lengths, counts and numbers at their bounds. */
const telling = [0, 1, 2, 3, 4, 0x0f, 0x1f, 0x7f, 0x80, 0x90, 0xa0, 0xbf, 0xc0, 0xcc, 0xfe, 0xff]

function mutated(octets: Buffer, below: (limit: number) => number): Buffer {
  let changed = Buffer.from(octets)
  for (let times = 1 + below(4); times > 0; times -= 1) {
    const at = below(Math.max(1, changed.length))
    const kind = below(5)
    if (kind === 0) changed[at] = below(256)
    else if (kind === 1) changed[at] = telling[below(telling.length)] ?? 0
    else if (kind === 2) changed = changed.subarray(0, at)
    else if (kind === 3) changed = Buffer.concat([changed, changed.subarray(at)])
    else changed = Buffer.concat([changed.subarray(0, at), Buffer.from([below(256)]), changed.subarray(at)])
  }
  return changed
}

test(
  '100 000 mutated datagrams: none is thrown at, what is read clean is written the same',
  { timeout: 60_000 },
  () => {
    const below = numbersFrom(24_380)
    const vectors = vectorFiles.map(({ octets }) => Buffer.from(octets))
    let [read, clean] = [0, 0]
    for (let count = 0; count < 100_000; count += 1) {
      // Several messages may come in one datagram (TS 24.380 8.1.1).
      const several = Array.from({ length: 1 + below(3) }, () => vectors[below(vectors.length)] ?? Buffer.alloc(0))
      const came = mutated(Buffer.concat(several), below)
      const { packets, diagnostics } = readRtcp(came)
      let good = diagnostics.length === 0
      const again = packets.map(({ packet, span }) => {
        const reading = packet.kind === 'application' ? readFloorControl(packet, span.start) : undefined
        if (packet.kind !== 'application' || reading === undefined) return packet
        read += 1
        for (const { offset, severity, rule } of judgeFloorControl(reading, span.start)) {
          if (offset < span.start || offset > span.end)
            throw new Error(`${rule} points at ${offset}, outside of its packet`)
          if (severity === 'error' || rule === 'field-padding') good = false
        }
        return { ...packet, ...writeFloorControl(reading.message) }
      })
      if (!good) continue
      clean += 1
      expect(Buffer.compare(Buffer.from(writeRtcp(again)), came), came.toString('hex')).toBe(0)
    }
    expect(read).toBeGreaterThan(50_000)
    expect(clean).toBeGreaterThan(5000)
  },
)

test('a datagram of several messages is read one by one, and only the last may be padded', () => {
  const [one, other] = [vectorFiles[0], vectorFiles[1]].map((vector) => Buffer.from(vector?.octets ?? []))
  const { packets } = readRtcp(Buffer.concat([one!, other!]))
  expect(packets.map(({ span }) => span.start)).toEqual([0, one!.length])
})

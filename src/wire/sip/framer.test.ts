import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFramer, type Framed } from './index.ts'

const limits = { maxHead: 4096, maxBody: 8192 }
const messageOf = (body: string, name = 'Content-Length'): Buffer =>
  Buffer.from(`MESSAGE sip:a@b SIP/2.0\r\nX: y\r\n${name}: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
const shown = (framed: readonly Framed[]): string[] =>
  framed.map((one) => (one.kind === 'message' ? Buffer.from(one.octets).toString('latin1') : one.kind))

describe('a stream is cut by Content-Length (RFC 3261 18.3)', () => {
  const first = messageOf('one')
  const second = messageOf('', 'l')
  const third = messageOf('three\r\n\r\nparts', 'CONTENT-LENGTH ')

  test('several messages in one chunk', () => {
    expect(shown(createFramer(limits).push(Buffer.concat([first, second, third])))).toEqual(
      [first, second, third].map((one) => one.toString('latin1')),
    )
  })

  test('any fragments give the same', () => {
    const pings = Buffer.from('\r\n\r\n')
    const stream = Buffer.concat([Buffer.from('\r\n'), first, pings, second, Buffer.from('\r\n'), third, pings])
    const whole = shown(createFramer(limits).push(stream))
    expect(whole).toEqual([
      first.toString('latin1'),
      'keep-alive',
      second.toString('latin1'),
      third.toString('latin1'),
      'keep-alive',
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
        const framer = createFramer(limits)
        const places = [0, ...cuts.sort((one, other) => one - other), stream.length]
        const parts = places.slice(1).flatMap((end, index) => framer.push(stream.subarray(places[index], end)))
        expect(shown(parts)).toEqual(whole)
      }),
    )
  })

  test('heads of any octets are cut the same, whole or octet by octet', () => {
    const piece = fc.constantFrom(
      'Content-Length', 'content-length', 'l', 'L', 'Length', 'Content-Type', ':', ' ', '\t', '\r\n', '\n', '\r',
      '\r\n\r\n', '0', '2', '4', '999999999999', 'MESSAGE sip:a SIP/2.0', 'x', 'l: 2\r\n', 'Content-Length: 4\r\n',
    ) // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const stream = Buffer.from(pieces.join(''))
        const [whole, slow] = [createFramer(limits), createFramer(limits)]
        const parts = Array.from(stream, (_, at) => slow.push(stream.subarray(at, at + 1)))
        expect(shown(whole.push(stream))).toEqual(shown(parts.flat()))
        expect(whole.pending).toBe(slow.pending)
      }),
      { numRuns: 5000 },
    )
  })

  test('a folded Content-Length', () => {
    const folded = Buffer.from('MESSAGE sip:a@b SIP/2.0\r\nContent-Length:\r\n  2\r\n\r\nhi')
    expect(shown(createFramer(limits).push(Buffer.concat([folded, first])))).toEqual([
      folded.toString(),
      first.toString(),
    ])
  })

  test('without Content-Length a message ends with its head', () => {
    const bare = Buffer.from('MESSAGE sip:a@b SIP/2.0\r\nX: y\r\n\r\n')
    expect(shown(createFramer(limits).push(Buffer.concat([bare, first])))).toEqual([bare.toString(), first.toString()])
  })
})

describe('nothing is held beyond the limits', () => {
  test('endless header fields', () => {
    const framer = createFramer(limits)
    const line = Buffer.from('X-Endless: and on and on\r\n')
    framer.push(Buffer.from('MESSAGE sip:a@b SIP/2.0\r\n'))
    const framed: Framed[] = []
    for (let sent = 0; sent < 10_000; sent += 1) {
      framed.push(...framer.push(line))
      expect(framer.pending).toBeLessThanOrEqual(limits.maxHead)
    }
    expect(framed.map(({ kind }) => kind)).toEqual(['too-large'])
    expect(framed[0]).toMatchObject({ part: 'head', limit: 4096 })
  })

  test('one endless line in one chunk', () => {
    const framed = createFramer(limits).push(Buffer.alloc(1_000_000, 'a'))
    expect(framed).toMatchObject([{ kind: 'too-large', part: 'head' }])
  })

  test('a body above the limit is refused by its announcement', () => {
    const framer = createFramer(limits)
    const framed = framer.push(Buffer.from('MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 67108864\r\n\r\n'))
    expect(framed).toMatchObject([{ kind: 'too-large', part: 'body', limit: 8192 }])
    expect(framer.push(Buffer.alloc(1_000_000))).toEqual([])
    expect(framer.pending).toBe(0)
  })

  test.each(['-1', 'many', '1 2', '0x10', ''])('Content-Length %j ends the stream', (length) => {
    const framer = createFramer(limits)
    const framed = framer.push(Buffer.from(`MESSAGE sip:a@b SIP/2.0\r\nContent-Length: ${length}\r\n\r\n`))
    expect(framed.map(({ kind }) => kind)).toEqual(['unframeable'])
    expect(framer.push(messageOf('one'))).toEqual([])
  })

  test('two lengths that differ end the stream', () => {
    const framed = createFramer(limits).push(Buffer.from('A sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\nab'))
    expect(framed.map(({ kind }) => kind)).toEqual(['unframeable'])
  })

  test('a megabyte one octet at a time takes linear time', () => {
    const wide = { maxHead: 600_000, maxBody: 600_000 }
    const head = `MESSAGE sip:a@b SIP/2.0\r\n${'X-Long: 0123456789\r\n'.repeat(25_000)}Content-Length: 500000\r\n\r\n`
    const octets = Buffer.concat([Buffer.from(head), Buffer.alloc(500_000, 'b')])
    const framer = createFramer(wide)
    const framed: Framed[] = []
    const begun = performance.now()
    for (let at = 0; at < octets.length; at += 1) framed.push(...framer.push(octets.subarray(at, at + 1)))
    // Quadratic time would be minutes.
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(framed.length).toBe(1)
    expect(framed[0]!.kind === 'message' && framed[0]!.octets.length).toBe(octets.length)
  })
})

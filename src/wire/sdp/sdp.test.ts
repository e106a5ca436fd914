import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributes, codecsOf, formatParameters, linesOf, mediaOf, readSdp, rewriteSdp } from './index.ts'

const folder = new URL('../../../fixtures/vectors/sdp/', import.meta.url)
const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''
const octetsOf = (text: string): Uint8Array => Buffer.from(text.replaceAll('\n', '\r\n'))
const textOf = (octets: Uint8Array): string => Buffer.from(octets).toString()

describe('vectors', () => {
  for (const file of readdirSync(folder)) {
    const vector = readFileSync(new URL(file, folder), 'utf8')
    test(/^# (.*)/.exec(vector)?.[1] ?? file, () => {
      const { diagnostics } = readSdp(octetsOf(`${block(vector, 'sdp')}\n`))
      const said = diagnostics.map(({ rule, clause, offset, text }) => `${rule}@${offset} ${clause}: ${text}`)
      expect(said.join('\n')).toBe(block(vector, 'broken'))
    })
  }
})

const offer = octetsOf(
  [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.10',
    's=-',
    'c=IN IP4 192.0.2.10',
    't=0 0',
    'm=audio 40000 RTP/AVP 96',
    'i=speech',
    'a=rtpmap:96 AMR-WB/16000/1',
    'm=application 40002 udp MCPTT',
    'a=fmtp:MCPTT mc_queueing;mc_priority=5;mc_implicit_request',
    '',
  ].join('\n'),
)

describe('what the lines mean', () => {
  const sdp = readSdp(offer, 100)
  test('by the library', () => {
    expect(sdp.description.media.map(({ type, port, protocol }) => ({ type, port, protocol }))).toEqual([
      { type: 'audio', port: 40_000, protocol: 'RTP/AVP' },
      { type: 'application', port: 40_002, protocol: 'udp' },
    ])
    expect(sdp.description.media[0]?.rtp).toEqual([{ payload: 96, codec: 'AMR-WB', rate: 16_000, encoding: 1 }])
  })
  test('floor control parameters (TS 24.380 12)', () => {
    expect([...(formatParameters(sdp, 1, 'MCPTT') ?? [])]).toEqual([
      ['mc_queueing', ''],
      ['mc_priority', '5'],
      ['mc_implicit_request', ''],
    ])
    expect(formatParameters(sdp, 0, 'MCPTT')).toBeUndefined()
    expect(attributes(sdp, 0, 'rtpmap')).toEqual(['96 AMR-WB/16000/1'])
  })
  test('media, each with an address of its own or that of the session', () => {
    const said = readSdp(
      octetsOf(
        [
          ...['v=0', 'o=- 1 1 IN IP6 ::1', 's=-', 'c=IN IP4 192.0.2.10', 't=0 0'],
          ...['m=audio 40000/2 RTP/AVP 0 96 97', 'a=rtpmap:96 AMR-WB/16000/1', 'm=video no RTP/AVP 98'],
          ...['m=application 0 udp MCPTT', 'c=IN IP6 2001:db8::1', ''],
        ].join('\n'),
      ),
    )
    const media = mediaOf(said)
    expect(media.map(({ line, ...one }) => ({ ...one, at: line.value.split(' ')[0] }))).toEqual([
      {
        ...{ index: 0, type: 'audio', port: 40_000, protocol: 'RTP/AVP', formats: ['0', '96', '97'] },
        ...{ address: '192.0.2.10', at: 'audio' },
      },
      {
        ...{ index: 2, type: 'application', port: 0, protocol: 'udp', formats: ['MCPTT'] },
        ...{ address: '2001:db8::1', at: 'application' },
      },
    ])
    expect(codecsOf(said, media[0]!)).toEqual(['PCMU', 'AMR-WB', '97'])
    expect(mediaOf(said, 1)).toHaveLength(1)
  })
  test('spans are those of the message', () => {
    const [line] = linesOf(sdp, 1)
    expect(textOf(offer.subarray(line!.valueSpan.start - 100, line!.valueSpan.end - 100))).toBe(
      'application 40002 udp MCPTT',
    )
  })
})

describe('written again', () => {
  test('an edit changes its own line alone', () => {
    const sdp = readSdp(offer)
    const [audio] = linesOf(sdp, 0)
    const [name] = sdp.lines.filter(({ type }) => type === 's')
    const written = textOf(
      rewriteSdp(sdp, [
        { kind: 'value', line: audio!, value: 'audio 0 RTP/AVP 96' },
        { kind: 'after', line: audio!, lines: ['i=other'] },
        { kind: 'remove', line: name! },
      ]),
    )
    expect(written).toBe(
      textOf(offer)
        .replace('s=-\r\n', '')
        .replace('m=audio 40000 RTP/AVP 96\r\n', 'm=audio 0 RTP/AVP 96\r\ni=other\r\n'),
    )
  })
  test('without edits any octets stay as they came, and nothing throws', () => {
    const spoilt = fc.array(fc.tuple(fc.nat(offer.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const octets = Uint8Array.from(offer)
      for (const [at, octet] of changes) octets[at] = octet
      return octets
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoilt), (octets) => {
        const sdp = readSdp(octets)
        expect(Buffer.compare(rewriteSdp(sdp), octets)).toBe(0)
        expect(sdp.description).toBeDefined()
        for (const { offset } of sdp.diagnostics) expect(offset).toBeLessThanOrEqual(octets.length)
      }),
      { numRuns: 1000 },
    )
  })
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { MessageEvent, RunEvent } from '#verdict'
import { captureFile } from './capture-file.ts'
import { addressOctets, checksum } from './capture-frames.ts'
import { migrationRequest } from './example-messages.ts'
import { exampleRun } from './example-run.ts'
import { outsideProgram } from './outside-program.ts'
import { foldRun } from './run-record.ts'

const directory = mkdtempSync(join(tmpdir(), 'mcx-capture-'))
afterAll(() => rmSync(directory, { recursive: true }))

const captured = (events: Iterable<RunEvent>): Buffer => Buffer.concat([...captureFile(foldRun(events))])

interface Packet {
  readonly octets: Buffer
  readonly length: number
}

/** Enhanced packet blocks, read as the format says. */
function packets(file: Buffer): Packet[] {
  const found: Packet[] = []
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4)
    expect(file.readUInt32LE(at + length - 4)).toBe(length)
    if (file.readUInt32LE(at) === 6) {
      const kept = file.readUInt32LE(at + 20)
      found.push({ octets: file.subarray(at + 28, at + 28 + kept), length: file.readUInt32LE(at + 24) })
    }
    at += length
  }
  return found
}

const call = { number: 7, from: 'primaryGateway', to: 'primaryServer', port: 15060, hostile: '' }

/** One message of a given size, sent or received over a transport. */
function message(seq: number, size: number, more: Partial<MessageEvent> = {}): MessageEvent {
  const transport = more.transport ?? 'udp'
  const filler = ` <x>${'a'.repeat(Math.max(0, size - 1100))}</x>`
  const text = migrationRequest({ ...call, number: seq, transport, hostile: filler }, 'sip:alice@primary.example')
  return {
    event: 'message',
    seq,
    at: seq,
    case: 'some/case',
    phase: 'body',
    direction: 'sent',
    role: 'primaryGateway',
    peer: 'primaryServer',
    transport,
    local: { address: '127.0.0.1', port: 15060 },
    remote: { address: '127.0.0.1', port: 5070 },
    octets: Buffer.from(text).toString('base64'),
    length: Buffer.byteLength(text),
    retransmission: false,
    summary: 'MESSAGE migration request',
    ...more,
  }
}

/** The same message, of which the record holds only the beginning. */
const cut = (of: MessageEvent, octets: number): MessageEvent => ({
  ...of,
  octets: Buffer.from(of.octets, 'base64').subarray(0, octets).toString('base64'),
})

describe('capture.pcapng', () => {
  test('the checksum of RFC 1071', () => {
    // The example of clause 3: 0001 f203 f4f5 f6f7 sums to ddf2.
    expect(checksum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(~0xddf2 & 0xffff)
  })

  test('addresses of both families; a name gets a stable one reserved for documentation', () => {
    expect([...addressOctets('10.1.2.3')]).toEqual([10, 1, 2, 3])
    expect([...addressOctets('::ffff:10.1.2.3')]).toEqual([10, 1, 2, 3])
    expect(addressOctets('2001:db8::1').toString('hex')).toBe('20010db8000000000000000000000001')
    expect(addressOctets('::1').toString('hex')).toBe(`${'0'.repeat(31)}1`)
    expect(addressOctets('fe80::1:2%eth0').toString('hex')).toBe('fe800000000000000000000000010002')
    expect([...addressOctets('a.example')].slice(0, 3)).toEqual([192, 0, 2])
    expect(addressOctets('a.example')).toEqual(addressOctets('a.example'))
  })

  test('every IP header checks, and the octets of each message are within', () => {
    const events = [...exampleRun({ cases: 24 })]
    const all = packets(captured(events))
    for (const { octets, length } of all) {
      expect(checksum(octets.subarray(0, 20))).toBe(0)
      expect(octets.readUInt16BE(2)).toBe(length)
    }
    const everything = Buffer.concat(all.map(({ octets }) => octets))
    for (const event of events)
      if (event.event === 'message' && event.length < 1400)
        expect(everything.includes(Buffer.from(event.octets, 'base64'))).toBe(true)
  })

  test('a large UDP message is split, one beyond the largest datagram is cut and says so', () => {
    const split = packets(captured([message(1, 4000)]))
    expect(split).toHaveLength(3)
    const file = captured([message(1, 80_000)])
    expect(file.toString('latin1')).toContain('the first 65507 of')
    expect(packets(file)).toHaveLength(45)
  })

  const tshark = outsideProgram('tshark')

  /** What tshark says of each frame, and which it finds malformed. */
  const dissect = (name: string, events: Iterable<RunEvent>, fields: readonly string[]): string[][] => {
    const path = join(directory, name)
    writeFileSync(path, captured(events))
    const checks = ['ip.check_checksum', 'udp.check_checksum', 'tcp.check_checksum'].flatMap((check) => [
      '-o',
      `${check}:TRUE`,
    ])
    const shown = ['_ws.malformed', '_ws.expert.severity', ...fields].flatMap((field) => ['-e', field])
    const said = execFileSync(
      tshark.path,
      ['-r', path, '-n', '-d', 'udp.port==5070,sip', '-d', 'tcp.port==5070,sip', ...checks, '-T', 'fields', ...shown],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 },
    )
    const rows = said
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    const error = 8388608
    for (const [malformed, severity = ''] of rows) {
      expect(malformed).toBe('')
      for (const level of severity.split(',').filter(Boolean)) expect(Number(level)).toBeLessThan(error)
    }
    return rows.map((row) => row.slice(2))
  }

  test.skipIf(tshark.missing)(
    `tshark decodes every message and finds none malformed${tshark.reason}`,
    { timeout: 60_000 },
    () => {
      const events = [...exampleRun({ cases: 60 })]
      const rows = dissect('run.pcapng', events, [
        'sip.Call-ID',
        'frame.comment',
        'udp.checksum.status',
        'tcp.checksum.status',
      ])
      const messages = events.flatMap((event) => (event.event === 'message' ? [event] : []))
      expect(rows.filter(([id]) => id !== '')).toHaveLength(messages.length)
      expect(rows.filter(([, comment]) => comment !== '')).toHaveLength(messages.length)
      // 1 is good, 0 bad.
      for (const [, , udp, tcp] of rows) expect([udp, tcp]).toContain('1')
    },
  )

  test.skipIf(tshark.missing)(
    `tshark puts fragments and segments together again${tshark.reason}`,
    { timeout: 60_000 },
    () => {
      const events = [
        message(1, 4000),
        message(2, 20_000, { transport: 'tcp', local: { address: '127.0.0.1', port: 40_000 } }),
        message(3, 2000, { transport: 'tcp', direction: 'received', local: { address: '127.0.0.1', port: 40_000 } }),
        message(4, 60_000),
        message(5, 9000, { transport: 'tcp', local: { address: '127.0.0.1', port: 40_000 } }),
      ]
      const rows = dissect('large.pcapng', events, ['sip.CSeq', 'tcp.analysis.flags'])
      expect(rows.filter(([sequence]) => sequence !== '')).toHaveLength(events.length)
      expect(rows.filter(([, flags]) => flags !== '' && flags !== undefined)).toEqual([])
    },
  )

  test.skipIf(tshark.missing)(`IPv6 as it was, TLS as the TCP it hides${tshark.reason}`, { timeout: 60_000 }, () => {
    const ends = { local: { address: '::1', port: 40_000 }, remote: { address: '2001:db8::2', port: 5070 } }
    const events = [
      message(1, 1200, ends),
      message(2, 4000, ends),
      message(3, 9000, { ...ends, transport: 'tcp' }),
      message(4, 1200, { ...ends, transport: 'tcp', direction: 'received' }),
      message(5, 1200, { ...ends, transport: 'tls', local: { address: '::1', port: 40_001 } }),
    ]
    const fields = ['sip.CSeq', 'ipv6.src', 'ipv6.dst', 'udp.checksum.status', 'tcp.checksum.status']
    const rows = dissect('six.pcapng', events, fields)
    const told = rows.filter(([sequence]) => sequence !== '')
    expect(told.map(([, source, target]) => `${source} ${target}`)).toEqual(
      [1, 2, 3, 4, 5].map((seq) => (seq === 4 ? '2001:db8::2 ::1' : '::1 2001:db8::2')),
    )
    for (const [, , , udp, tcp] of told) expect([udp, tcp]).toContain('1')
  })

  test.skipIf(tshark.missing)(
    `what was cut for the record is not malformed${tshark.reason}`,
    { timeout: 60_000 },
    () => {
      const tcp = { transport: 'tcp', local: { address: '127.0.0.1', port: 40_001 } } as const
      dissect(
        'cut.pcapng',
        [cut(message(1, 9000), 4096), cut(message(2, 9000, tcp), 4096), message(3, 1200, tcp), message(4, 80_000)],
        [],
      )
    },
  )
})

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import { fieldValue } from '#wire/floor-control'
import { readRtp, writeRtp, type RtpPacket } from '#wire/rtp'
import { outsideProgram } from '../../report/outside-program.ts'
import { end, pcapng, udp, type RecordedPacket } from '../../wire/capture/recorded.testing.ts'
import { messagesIn } from './floor.testing.ts'
import {
  createFloorParticipant,
  createFloorServer,
  createPacemaker,
  createTalker,
  isRtcp,
  openMediaPort,
} from './index.ts'

// What others read in our media: RTP of every form, and a call of ours with its floor control as it was on the wire.

const directory = mkdtempSync(join(tmpdir(), 'mcx-media-'))
afterAll(() => rmSync(directory, { recursive: true }))
const tshark = outsideProgram('tshark')
const address = '127.0.0.1'

function dissect(name: string, packets: readonly RecordedPacket[], as: readonly string[], shown: readonly string[]) {
  const path = join(directory, `${name}.pcapng`)
  writeFileSync(path, pcapng(packets))
  const options = [...as.flatMap((one) => ['-d', one]), ...shown.flatMap((one) => ['-e', one])]
  const output = execFileSync(tshark.path, ['-r', path, '-n', '-T', 'fields', '-E', 'aggregator=|', ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  })
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'))
}

const word = fc.integer({ min: 0, max: 0xffff_ffff })
const packet: fc.Arbitrary<RtpPacket> = fc.record({
  marker: fc.boolean(),
  // Other dynamic types have meanings in the dissector's own preferences.
  payloadType: fc.constantFrom(0, 8, 96, 97),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: word,
  ssrc: word,
  contributingSources: fc.array(word, { maxLength: 15 }),
  extension: fc.option(
    fc.record({
      profile: fc.integer({ min: 0, max: 0xbedd }),
      octets: fc.array(word, { maxLength: 4 }).map((words) => new Uint8Array(Uint32Array.from(words).buffer)),
    }),
    { nil: undefined },
  ),
  payload: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  padding: fc.constantFrom(new Uint8Array(0), Uint8Array.of(0, 0, 0, 4)),
})

const said = ({ marker, payloadType, sequence, timestamp, ssrc, ...rest }: RtpPacket): readonly string[] => [
  ...[marker ? '1' : '0', `${payloadType}`, `${sequence}`, `${timestamp}`, `0x${ssrc.toString(16).padStart(8, '0')}`],
  rest.contributingSources.map((one) => `0x${one.toString(16).padStart(8, '0')}`).join('|'),
  rest.extension === undefined ? '' : `${rest.extension.octets.length / 4}`,
  Buffer.from(rest.payload).toString('hex'),
  rest.padding.length === 0 ? '' : `${rest.padding.length}`,
]
const rtpFields = [
  ...['rtp.marker', 'rtp.p_type', 'rtp.seq', 'rtp.timestamp', 'rtp.ssrc', 'rtp.csrc.item', 'rtp.ext.len'],
  ...['rtp.payload', 'rtp.padding.count'],
]

test.skipIf(tshark.missing)(`tshark reads RTP as we wrote it${tshark.reason}`, { timeout: 60_000 }, () => {
  const packets = fc.sample(packet, { numRuns: 500, seed: 24_380 })
  const frames = packets.map((one, at) => {
    return { at, octets: udp(end(address, 40_000), end(address, 40_004), writeRtp(one)) }
  })
  const rows = dissect('rtp', frames, ['udp.port==40004,rtp'], rtpFields)
  expect(rows).toEqual(packets.map(said))
})

test.skipIf(tshark.missing)(`tshark reads a call as we sent it${tshark.reason}`, { timeout: 60_000 }, async () => {
  const frames: RecordedPacket[] = []
  const sent: Uint8Array[] = []
  const record = (from: number, octets: Uint8Array, to: number): void => {
    sent.push(Uint8Array.from(octets))
    frames.push({ at: Date.now(), octets: udp(end(address, from), end(address, to), octets) })
  }
  const serverPort = await openMediaPort({
    ...{ address, clock: systemClock },
    onControl: ({ message }, { from }) => server.receive(`${from.port}`, message),
    onOctets: (direction, octets, remote) => {
      if (direction === 'sent') record(serverPort.local.port, octets, remote.port)
    },
  })
  const server = createFloorServer({
    ...{ clock: systemClock, ssrc: 0x5e },
    send: (id, octets) => serverPort.send(octets, { address, port: Number(id) }),
  })
  const pacemaker = createPacemaker(systemClock)
  const users = await Promise.all(
    ['alice', 'bob'].map(async (name, index) => {
      const port = await openMediaPort({
        ...{ address, clock: systemClock },
        onControl: ({ message }) => participant.receive(message),
        onOctets: (direction, octets, remote) => {
          if (direction === 'sent') record(port.local.port, octets, remote.port)
        },
      })
      const send = (octets: Uint8Array): void => void port.send(octets, serverPort.local)
      const participant = createFloorParticipant({ clock: systemClock, ssrc: 10 + index, send })
      const talker = createTalker({
        name: `sip:${name}@mc.example`,
        ssrc: 20 + index,
        clock: systemClock,
        pacemaker,
        send,
      })
      server.join({ id: `${port.local.port}`, userId: `sip:${name}@mc.example`, ssrc: 20 + index })
      return { port, participant, talker }
    }),
  )
  const [alice, bob] = [users[0]!, users[1]!]
  const until = async (met: () => boolean): Promise<void> => {
    for (const limit = performance.now() + 5000; !met(); await new Promise((resolve) => setTimeout(resolve, 5)))
      if (performance.now() > limit) throw new Error('waited 5 s in vain')
  }
  alice.participant.request()
  await until(() => alice.participant.state() === 'has-permission')
  alice.talker.talk()
  bob.participant.request()
  await until(() => bob.participant.state() === 'queued')
  await until(() => alice.talker.spoken().count >= 10)
  alice.talker.silence()
  alice.participant.release()
  await until(() => bob.participant.state() === 'has-permission')
  server.close()
  for (const { participant, port } of users) {
    participant.close()
    await port.close()
  }
  await serverPort.close()

  const as = users.map(({ port }) => `udp.port==${port.local.port},rtcp`)
  const rtcp = dissect(
    'floor',
    frames.filter((_, index) => isRtcp(sent[index]!)),
    as,
    [
      ...['rtcp.app.name', 'rtcp.app.subtype', 'rtcp.app_data.mcptt.floor_ind', 'rtcp.mcptt.granted_partys_id'],
      ...['rtcp.app_data.mcptt.msg_seq_num', 'rtcp.app_data.mcptt.queue_pos_inf', '_ws.malformed'],
    ],
  )
  const messages = sent.filter(isRtcp).flatMap(messagesIn)
  const shown = (value: number | string | undefined): string => (value === undefined ? '' : String(value))
  expect(rtcp).toEqual(
    messages.map((one) => [
      ...['MCPT', `${one.subtype}`, shown(fieldValue(one, 'floor-indicator')), shown(fieldValue(one, 'granted-party'))],
      ...[shown(fieldValue(one, 'message-sequence-number')), shown(fieldValue(one, 'queue-info')?.position), ''],
    ]),
  )
  // Idle, Request, Granted, Taken, Queue Position Info and Release were all there.
  expect([...new Set(messages.map(({ subtype }) => subtype))].sort((a, b) => a - b)).toEqual([0, 1, 2, 4, 5, 9])

  const speech = users.map(({ port }) => `udp.port==${port.local.port},rtp`)
  const rtp = dissect(
    'speech',
    frames.filter((_, index) => !isRtcp(sent[index]!)),
    speech,
    rtpFields,
  )
  expect(rtp).toEqual(sent.filter((octets) => !isRtcp(octets)).map((octets) => said(readRtp(octets).packet!)))
  expect(rtp.length).toBeGreaterThanOrEqual(10)
})

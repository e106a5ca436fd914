import type { MessageEvent } from '#verdict'
import { longestUdp, tcpConnections, udpFrames, type Frame } from './capture-frames.ts'
import { printable } from './printable.ts'
import type { RunRecord } from './run-record.ts'

/** Block types and options of pcapng (draft-ietf-opsawg-pcapng clauses 3 and 4). */
const block = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
const option = { comment: 1, interfaceName: 2, application: 4 } as const
/** LINKTYPE_RAW: a packet begins with its IPv4 or IPv6 header. */
const linkRaw = 101

const padded = (octets: Buffer): Buffer => Buffer.concat([octets, Buffer.alloc((4 - (octets.length % 4)) % 4)])

function options(entries: readonly (readonly [number, string])[]): Buffer {
  const filled = entries.filter(([, text]) => text !== '')
  if (filled.length === 0) return Buffer.alloc(0)
  const parts = filled.map(([code, text]) => {
    const octets = Buffer.from(text.slice(0, 2000))
    const head = Buffer.alloc(4)
    head.writeUInt16LE(code, 0)
    head.writeUInt16LE(octets.length, 2)
    return Buffer.concat([head, padded(octets)])
  })
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

/** Type and total length around a body; the length again at the end, so that readers can go backwards. */
function blockOf(type: number, body: Buffer): Buffer {
  const octets = Buffer.alloc(12 + body.length)
  octets.writeUInt32LE(type, 0)
  octets.writeUInt32LE(octets.length, 4)
  body.copy(octets, 8)
  octets.writeUInt32LE(octets.length, 8 + body.length)
  return octets
}

function sectionHeader(run: RunRecord): Buffer {
  const fixed = Buffer.alloc(16)
  fixed.writeUInt32LE(0x1a2b3c4d, 0)
  fixed.writeUInt16LE(1, 4)
  fixed.writeBigInt64LE(-1n, 8)
  const { started } = run
  const tool = started ? `${started.tool.name} ${started.tool.version}` : 'mcx-conformance'
  const comment = `Rebuilt from the record of run ${started?.run ?? '?'}: the octets of each message are as they were on the wire, IP, UDP and TCP headers are made.`
  return blockOf(
    block.section,
    Buffer.concat([
      fixed,
      options([
        [option.comment, printable(comment)],
        [option.application, printable(tool)],
      ]),
    ]),
  )
}

function interfaceDescription(): Buffer {
  const fixed = Buffer.alloc(8)
  fixed.writeUInt16LE(linkRaw, 0)
  return blockOf(block.interface, Buffer.concat([fixed, options([[option.interfaceName, 'run']])]))
}

function packet(frame: Frame, startedAt: number): Buffer {
  const fixed = Buffer.alloc(20)
  // Microseconds since 1970, the unit when the interface names none.
  const time = BigInt(Math.round((startedAt + frame.at) * 1000))
  fixed.writeUInt32LE(Number(time >> 32n), 4)
  fixed.writeUInt32LE(Number(time & 0xffffffffn), 8)
  fixed.writeUInt32LE(frame.octets.length, 12)
  fixed.writeUInt32LE(frame.length, 16)
  return blockOf(block.packet, Buffer.concat([fixed, padded(frame.octets), options([[option.comment, frame.comment]])]))
}

const commentOf = (message: MessageEvent, remark: string): string =>
  printable(
    `#${message.seq} ${message.case ?? 'no case'}${message.step === undefined ? '' : ` step ${message.step}`} ${message.phase}: ${message.summary}${remark}`,
  )

/** `capture.pcapng`: the messages of the run for any protocol analyser, in the order of the wire. */
export function* captureFile(run: RunRecord): Generator<Buffer> {
  const startedAt = run.started ? Date.parse(run.started.time) || 0 : 0
  const tcp = tcpConnections()
  yield sectionHeader(run)
  yield interfaceDescription()
  for (const message of run.messages) {
    const octets = Buffer.from(message.octets, 'base64')
    const kept = message.transport === 'udp' ? Math.min(octets.length, longestUdp) : octets.length
    const remark = kept < message.length ? `; the first ${kept} of ${message.length} octets` : ''
    const comment = commentOf(message, remark)
    const frames = message.transport === 'udp' ? udpFrames(message, octets, comment) : tcp(message, octets, comment)
    for (const frame of frames) yield packet(frame, startedAt)
  }
}

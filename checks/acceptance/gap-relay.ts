import { createSocket } from 'node:dgram'

// A relay of its own process and of node:dgram alone: it sends RTP back to where it came from, keeps gaps of known lengths, and tells how long
// they were on its side. Packets are told apart by their SSRC (RFC 3550 5.1).

/** What the relay is started with. */
export interface GapTask {
  readonly gaps: readonly { readonly ssrc: number; readonly afterPackets: number; readonly length: number }[]
}

/** What it tells in the end. */
export interface GapReport {
  readonly received: number
  readonly forwarded: number
  readonly gaps: readonly { readonly ssrc: number; readonly length: number }[]
}

interface Kept {
  readonly afterPackets: number
  readonly length: number
  packets: number
  lastSent: number
  gap: number | undefined
}

const task: GapTask = JSON.parse(process.argv[2] ?? '{}')
const kept = new Map(
  task.gaps.map(({ ssrc, afterPackets, length }): readonly [number, Kept] => [
    ssrc,
    { afterPackets, length, packets: 0, lastSent: 0, gap: undefined },
  ]),
)
let [received, forwarded] = [0, 0]

const socket = createSocket('udp4')
socket.on('message', (octets, from) => {
  received += 1
  const stream = kept.get(octets.readUInt32BE(8))
  if (stream !== undefined && !passes(stream)) return
  forwarded += 1
  socket.send(octets, from.port, from.address)
})

function passes(stream: Kept): boolean {
  const now = performance.now()
  if (stream.packets === stream.afterPackets && stream.gap === undefined) {
    if (now - stream.lastSent < stream.length) return false
    stream.gap = now - stream.lastSent
  }
  stream.packets += 1
  stream.lastSent = now
  return true
}

socket.bind(0, '127.0.0.1', () => {
  socket.setRecvBufferSize(4 * 1024 * 1024)
  process.send?.({ port: socket.address().port })
})
process.once('message', () => {
  const gaps = [...kept].map(([ssrc, { gap }]) => ({ ssrc, length: gap ?? Number.NaN }))
  process.send?.({ received, forwarded, gaps } satisfies GapReport, () => process.exit(0))
})

import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { speechFrameOctets, talkerNumber, writeFloorMessage, writeSpeechFrame } from '#stack/media'
import { writeRtp } from '#wire/rtp'
import type { Contender, SideReport } from './bench-media-side.ts'

// `npm run bench:media [rounds]`: RTP packets and floor control messages that one process handles each second, against a bare node:dgram echo
// under the same load, taking turns in one run. Medians; only the ratios mean anything.

const rounds = Number(process.argv[2] ?? 5)
/** Datagrams on their way at a time, and how long each contender is under load in a round. Milliseconds. */
const [outstanding, warmUp, measured] = [192, 300, 1200]
const goal = 0.6

const address = '127.0.0.1'
const empty = new Uint8Array(0)

const rtpLoad = Array.from({ length: 50 }, (_, index) =>
  writeRtp({
    ...{ marker: false, payloadType: 96, sequence: index, timestamp: index * 320, ssrc: index % 10 },
    ...{ contributingSources: [], extension: undefined, padding: empty },
    payload: writeSpeechFrame({ talker: talkerNumber(`talker ${index % 10}`), counter: index, sentAt: index * 20 }),
  }),
)
const request = (ssrc: number): Uint8Array =>
  writeFloorMessage('request', ssrc, [
    { field: 'floor-priority', value: { value: 5, spare: 0 } },
    { field: 'user-id', value: 'sip:a@mc.example' },
    { field: 'floor-indicator', value: 0x8000 },
  ])
const floorLoad = [request(1), writeFloorMessage('queuePositionRequest', 2, [])]

interface Measured {
  readonly perSecond: number
  /** Microseconds of processor for each. */
  readonly cost: number
}

/** One contender under a load that never ends: each answer is followed by the next datagram. */
async function measure(
  contender: Contender,
  load: readonly Uint8Array[],
  first: readonly Uint8Array[],
): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('bench-media-side.ts', import.meta.url)), [contender])
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
  let [next, answers, running] = [0, 0, true]
  const send = (): void => {
    const octets = load[next % load.length] ?? empty
    next += 1
    socket.send(octets, port, address)
  }
  socket.on('message', () => {
    answers += 1
    if (running) send()
  })
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  socket.setRecvBufferSize(4 * 1024 * 1024)
  for (const octets of first) {
    socket.send(octets, port, address)
    await setTimeout(20)
  }
  const ask = async (): Promise<SideReport> => {
    const told = once(child, 'message')
    child.send('report')
    return ((await told) as [SideReport])[0]
  }
  for (let index = 0; index < outstanding; index += 1) send()
  await setTimeout(warmUp)
  await ask()
  const before = answers
  const since = performance.now()
  await setTimeout(measured)
  const { handled, processor } = await ask()
  const seconds = (performance.now() - since) / 1000
  running = false
  await setTimeout(20)
  socket.close()
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
  if (answers === before) throw new Error(`${contender} answered nothing`)
  return { perSecond: handled / seconds, cost: processor / Math.max(1, handled) }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const thousand = (value: number): string => (value / 1000).toFixed(1)

const kinds = [
  { name: 'RTP packets', contender: 'rtp', load: rtpLoad, first: [] },
  // First the floor is taken, then somebody waits.
  { name: 'floor messages', contender: 'floor', load: floorLoad, first: [request(1), request(2)] },
] as const

console.log(
  `medians of ${rounds}; ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown kind'}, load ${loadavg()[0]?.toFixed(1)}, Node.js ${process.versions.node}; ${speechFrameOctets} octets of speech`,
)
let good = true
for (const { name, contender, load, first } of kinds) {
  const [echo, ours]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    echo.push(await measure('echo', load, []))
    ours.push(await measure(contender, load, first))
  }
  const rate = (all: readonly Measured[]): number => median(all.map(({ perSecond }) => perSecond))
  const cost = (all: readonly Measured[]): number => median(all.map((one) => one.cost))
  const [share, processor] = [rate(ours) / rate(echo), cost(echo) / cost(ours)]
  good &&= share >= goal
  console.log(
    `${name.padEnd(14)}  ours ${thousand(rate(ours))} k/s, ${cost(ours).toFixed(1)} us of processor each; bare echo ${thousand(rate(echo))} k/s, ${cost(echo).toFixed(1)} us; ${(share * 100).toFixed(0)} % of its rate, ${(processor * 100).toFixed(0)} % by processor time; at least ${goal * 100} % wanted`,
  )
}
process.exitCode = good ? 0 : 1

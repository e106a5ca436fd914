import { createSocket } from 'node:dgram'
import { createFloorServer, createListener, openMediaPort, type FloorServer, type MediaPort } from '#stack/media'
import { systemClock } from '#stack/sip'
import type { Address } from '#transport'
import { writeRtp } from '#wire/rtp'

// A contender of `npm run bench:media`, a process of its own: answers each datagram with one.

export type Contender = 'echo' | 'rtp' | 'floor'

/** What it tells when it is asked: since it was asked the time before. */
export interface SideReport {
  readonly handled: number
  /** Microseconds of processor. */
  readonly processor: number
}

const address = '127.0.0.1'
let handled = 0
let former = process.cpuUsage()

/** What anybody must do: nothing is faster with node:dgram. */
function openEcho(): Promise<number> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
  socket.on('message', (octets, { address: to, port }) => {
    handled += 1
    socket.send(octets, port, to)
  })
  return new Promise((resolve) =>
    socket.bind(0, address, () => {
      socket.setRecvBufferSize(4 * 1024 * 1024)
      resolve(socket.address().port)
    }),
  )
}

/** Reads each packet, keeps what was heard, and writes it anew with a source of its own. */
async function openRtp(): Promise<number> {
  let listener = createListener('bench')
  const media: MediaPort = await openMediaPort({
    ...{ address, clock: systemClock },
    onRtp(packet, arrival) {
      handled += 1
      listener.hear(packet, arrival)
      if (listener.left() > 0) listener = createListener('bench')
      media.send(writeRtp({ ...packet, ssrc: 7 }), arrival.from)
    },
  })
  return media.local.port
}

/** A floor control server: the holder asks again and is granted again, who waits asks where in the queue it is. */
async function openFloor(): Promise<number> {
  const routes = new Map<string, Address>()
  // Timers of the server have no part in it.
  const never = 2_000_000_000
  const quiet = { T1: never, T2: never, T4: never, T7: never, T20: never }
  const server: FloorServer = createFloorServer({
    ...{ clock: systemClock, ssrc: 1, timers: quiet },
    send(id, octets) {
      const remote = routes.get(id)
      if (remote !== undefined) media.send(octets, remote)
    },
  })
  const participantOf = (ssrc: number): string => (ssrc === 1 ? 'a' : 'b')
  const media: MediaPort = await openMediaPort({
    ...{ address, clock: systemClock },
    onControl({ message }, { from }) {
      handled += 1
      const id = participantOf(message.ssrc)
      routes.set(id, from)
      server.receive(id, message)
    },
  })
  for (const [index, id] of ['a', 'b'].entries()) server.join({ id, userId: `sip:${id}@mc.example`, ssrc: index + 1 })
  return media.local.port
}

const opens: Readonly<Record<Contender, () => Promise<number>>> = { echo: openEcho, rtp: openRtp, floor: openFloor }
const name = process.argv[2]
if (name !== 'echo' && name !== 'rtp' && name !== 'floor') throw new Error(`no contender is called ${name}`)
const port = await opens[name]()
process.on('message', () => {
  const { user, system } = process.cpuUsage(former)
  process.send?.({ handled, processor: user + system } satisfies SideReport)
  former = process.cpuUsage()
  handled = 0
})
process.once('disconnect', () => process.exit(0))
process.send?.({ port })

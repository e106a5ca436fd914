import { exampleMessages, exampleOctets, rel18 } from '#bindings'
import { createPlayer, elementScenarios, openEngine, scenarios, validCase, type FuzzTarget } from '#fuzz'
import type { Address, UdpOptions } from '#transport'
import { readMessage, writeMessage } from '#wire/sip'
import { mutated } from './mutated-octets.ts'

/** What the fuzzer's own sender and judge make of answers that are mutated. */
export interface MutatedFlights {
  /** Plays until so many mutated answers and requests have come in. */
  take(count: number): Promise<void>
  close(): Promise<void>
}

const here: Address = { address: '127.0.0.1', port: 5060 }
const played = [...elementScenarios, ...scenarios.filter(({ within }) => within === undefined)]
const target: FuzzTarget = {
  places: Object.fromEntries(played.map(({ role }) => [role, { ...here, identity: `sip:${role}@system.example` }])),
  isProbed: true,
  restarts: false,
  ended: () => undefined,
  reset: () => Promise.resolve(),
  restart: () => Promise.resolve(),
  stop: () => Promise.resolve(),
}
const window = 128
/** All that is kept of them is there soon. */
const users = 64
const statuses = [100, 180, 200, 200, 200, 302, 404, 500] as const

/** @param timed runs what takes in one datagram, and looks how long that takes; `again` reads and judges the same once more */
export async function openMutatedFlights(
  below: (limit: number) => number,
  timed: (octets: Buffer, take: () => void, again: () => void) => void,
): Promise<MutatedFlights> {
  const requests = exampleMessages(rel18)
    .map((one) => Buffer.from(exampleOctets(one, rel18)))
    .filter((octets) => readMessage(octets).startLine.kind === 'request')
  const arriving: (() => void)[] = []
  let came = 0
  /** What the datagram that is taken in brings to an end. */
  let ended: Parameters<typeof player.judged>[0][] = []
  let port = 40_000

  /** A socket whose other end answers whatever is sent, almost as it should. */
  const open = ({ onDatagram }: UdpOptions) => {
    const deliver = (octets: Buffer): void => {
      came += 1
      const concluded: typeof ended = []
      ended = concluded
      const take = (): void => onDatagram(octets, here)
      const again = (): void => {
        take()
        for (const execution of concluded) player.judged(execution)
      }
      timed(octets, take, again)
    }
    const local = { address: '127.0.0.1', port: (port += 1) }
    return Promise.resolve({
      local,
      send(octets: Uint8Array) {
        arriving.push(() => {
          const { startLine } = readMessage(octets)
          if (startLine.kind !== 'request' || startLine.method === 'ACK') return
          const times = below(8) === 0 ? 2 : 1
          for (let time = 0; time < times; time += 1) deliver(mutated(answerTo(octets, below), below))
          if (below(4) === 0) deliver(mutated(leg(octets, requests[below(requests.length)]), below))
        })
        return true
      },
      close: () => Promise.resolve(),
    })
  }

  const engine = await openEngine({
    now: () => performance.now(),
    open,
    onStray: () => undefined,
    times: { again: 100, silence: 200, late: 400 },
  })
  const player = createPlayer(engine, () => target)
  let turn = 0
  return {
    async take(count) {
      const until = came + count
      while (came < until) {
        while (engine.inFlight < window) {
          const scenario = played[below(played.length)]
          if (scenario !== undefined)
            player.play(
              validCase(scenario),
              turn++ % users,
              (execution) => ended.push(execution),
              () => undefined,
            )
        }
        const due = arriving.splice(0)
        for (const arrive of due) arrive()
        await new Promise((resolve) => (due.length === 0 ? setTimeout(resolve, 1) : setImmediate(resolve)))
      }
    },
    close: () => engine.close(),
  }
}

/** What a right system says (RFC 3261 8.2.6). */
function answerTo(octets: Uint8Array, below: (limit: number) => number): Buffer {
  const request = readMessage(octets)
  const fields = request.headers.filter(({ name }) => /^(?:via|from|to|call-id|cseq)$/i.test(name))
  const status = statuses[below(statuses.length)] ?? 200
  return Buffer.from(
    writeMessage({
      startLine: { kind: 'response', status, reason: 'As it is' },
      headers: [
        ...fields.map(({ name, value }) => [name, /^to$/i.test(name) ? `${value};tag=x` : value] as const),
        ['Contact', '<sip:system@127.0.0.1:5060>'],
        ['Warning', '399 system.example "a text"'],
        ['Content-Length', '0'],
      ],
    }),
  )
}

/** A request on another leg, of the user whom the execution has. */
function leg(octets: Uint8Array, request: Buffer | undefined): Buffer {
  const user = /user-\d{6}/.exec(Buffer.from(octets).toString('latin1'))?.[0] ?? 'user-000001'
  return Buffer.from((request?.toString('latin1') ?? '').replace(/(?<=sip:)[\w-]+(?=@)/g, user), 'latin1')
}

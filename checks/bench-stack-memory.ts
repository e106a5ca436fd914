import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createUserAgent, openSipStack, type Call, type SipStack, type UserAgent } from '#stack/sip'
import type { Endpoint } from '#transport'
import { address } from './bench-stack-task.ts'

// What transactions and dialogs leave in memory: both ends in this process, on real sockets, with the timers of the standard.

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const heap = (): number => {
  for (let turn = 0; turn < 3; turn += 1) collect()
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
}
const megabytes = (octets: number): string => `${(octets / 2 ** 20).toFixed(1)} MB`
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Pair {
  readonly stacks: readonly [SipStack, SipStack]
  readonly agents: readonly [UserAgent, UserAgent]
  readonly uri: string
  readonly target: Endpoint
}

async function openPair(): Promise<Pair> {
  const open = (): Promise<SipStack> => openSipStack({ address, port: 0, onRequest: () => undefined })
  const stacks = [await open(), await open()] as const
  const [left, right] = stacks
  const agents = [
    createUserAgent(left, { address: `sip:a@${address}` }),
    createUserAgent(right, { address: `sip:b@${address}` }),
  ] as const
  return { stacks, agents, uri: `sip:b@${address}:${right.local.port}`, target: { ...right.local, transport: 'udp' } }
}

/** Timer J, L, M: after 64*T1 nothing of a transaction is left (RFC 3261 17, RFC 6026). */
const transactionLife = 32_000

export async function measureMemory(): Promise<void> {
  const { stacks, agents, uri, target } = await openPair()
  await transactions(agents[0], uri, target, 20_000)
  await pause(transactionLife + 1000)
  const before = heap()
  await transactions(agents[0], uri, target, 1_000_000)
  const live = stacks.reduce((sum, { count }) => sum + count.clients + count.servers, 0)
  const during = heap()
  await pause(transactionLife + 1000)
  const after = heap()
  const left = stacks.reduce((sum, { count }) => sum + count.clients + count.servers, 0)
  console.log(
    `1000000 OPTIONS transactions, both ends: ${megabytes(before)} before; ${megabytes(during)} at their end with ${live} still known; ` +
      `${megabytes(after)} after 64*T1 with ${left}`,
  )

  await openAndLeave(agents, uri, target, after)
  await pause(transactionLife + 1000)
  const gone = heap()
  console.log(`all of them left: ${megabytes(gone)}; ${agents[0].count + agents[1].count} dialogs live`)
  const most = before * 1.5 + 2 ** 21
  if (after > most || gone > most) {
    console.log(`memory is kept: more than ${megabytes(most)} when nothing is left`)
    process.exitCode = 1
  }
  for (const agent of agents) agent.close()
  await Promise.all(stacks.map((stack) => stack.close()))
}

/** A call that has ended is kept by whoever holds it, with the message that ended it: nobody does once this is over. */
async function openAndLeave(agents: Pair['agents'], uri: string, target: Endpoint, before: number): Promise<void> {
  const open = await dialogs(agents, uri, target, 10_000)
  await pause(transactionLife + 1000)
  const held = heap() - before
  console.log(`10000 open dialogs, both ends: ${Math.round(held / 20_000)} octets a dialog; ${open.length} calls live`)
  const ended = Promise.all(open.map(({ ended: end }) => end))
  for (const call of open) call.hangUp()
  await ended
}

function transactions(agent: UserAgent, uri: string, target: Endpoint, amount: number): Promise<void> {
  return new Promise((resolve) => {
    let started = 0
    let done = 0
    const start = (): void => {
      if (started === amount) return
      started += 1
      agent.request('OPTIONS', uri, { target }, { onFinal: next })
    }
    const next = (): void => {
      done += 1
      if (done === amount) resolve()
      else start()
    }
    for (let index = 0; index < 200; index += 1) start()
  })
}

function dialogs(
  [caller, callee]: readonly [UserAgent, UserAgent],
  uri: string,
  target: Endpoint,
  amount: number,
): Promise<readonly Call[]> {
  return new Promise((resolve) => {
    const open: Call[] = []
    let confirmed = 0
    const start = (): void => {
      if (open.length < amount) open.push(caller.invite(uri, { target }))
    }
    callee.onInvite = (call) => {
      call.onConfirmed = () => {
        confirmed += 1
        if (confirmed < amount) return start()
        // Who listens on holds all that it saw.
        callee.onInvite = undefined
        resolve(open)
      }
      call.accept()
    }
    for (let index = 0; index < 100; index += 1) start()
  })
}

import { connect, type Socket } from 'node:net'
import { rel18 } from '#bindings'
import type { FlowOperation, FuzzCase } from './case.ts'
import { judgeLegality } from './legality.ts'
import { nothingObserved } from './observation.ts'
import { complaint, type Complaint } from './oracle.ts'
import { isPermitted, notAllowed, type Permission } from './permission.ts'
import type { Execution } from './execution.ts'
import type { Player } from './player.ts'
import type { Scenario } from './scenario.ts'
import type { Target } from './target.ts'

/** What is done to a connection over which a valid request comes, and what is due. */
interface StreamOperator {
  readonly name: string
  readonly parameters: readonly string[]
  play(stream: Stream, p: string): Promise<readonly Complaint[]>
}

interface Stream {
  readonly socket: Socket
  readonly octets: Buffer
  /** Why the target no longer runs, once it does not. */
  ended(): string | undefined
  /** Milliseconds that half a message is waited for. */
  readonly longest: number
  /** Whether a whole message over another connection is answered. */
  serves(): Promise<boolean>
}

/** Milliseconds: longer than 64*T1, even where T1 is twice what is usual (RFC 3261 17.1.1.1; 18.3 has no time, and nothing that is asked for waits longer). */
const usualLongest = 72_000
/** Between an answer and what was due before it. */
const aMoment = 500
/** After which a target that does not answer says nothing about itself. */
const mostBusy = 20_000
/** After which an answer is sent over a connection that is gone. */
const answered = 2500

const operators: readonly StreamOperator[] = [
  {
    name: 'half a message',
    parameters: ['head', 'body'],
    async play({ socket, octets, longest, serves }, p) {
      const head = octets.indexOf('\r\n\r\n')
      const closed = gone(socket)
      socket.write(octets.subarray(0, p === 'head' ? head >> 1 : (head + octets.length) >> 1))
      if (await Promise.race([closed, pause(longest).then(() => false)])) return []
      // Its time may have come while it had others to serve: once it answers what came after that, it has had the time too.
      if (!(await serves()) || (await Promise.race([closed, pause(aMoment).then(() => false)]))) return []
      const expected = 'the connection is closed'
      return [
        complaint('table', 'RFC 3261 18.3', 'robustness', 'half a message is waited for without end', expected, 'open'),
      ]
    },
  },
  {
    name: 'reset',
    parameters: ['0', '5', '20', '100'],
    async play({ socket, octets, ended }, p) {
      socket.write(octets)
      await pause(Number(p))
      socket.resetAndDestroy()
      await pause(answered)
      const why = ended()
      if (why === undefined) return []
      const what = `the target no longer serves valid requests: ${why}`
      return [complaint('liveness', 'RFC 3261 18.4', 'security', what, 'a valid flow goes its way after it', why)]
    },
  },
  {
    name: 'piece by piece',
    parameters: ['1', '7', '100'],
    async play({ socket, octets, serves }, p) {
      const heard = heardOn(socket)
      socket.setNoDelay(true)
      for (let from = 0; from < octets.length; from += Number(p)) {
        socket.write(octets.subarray(from, from + Number(p)))
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (await Promise.race([heard, pause(3000).then(() => false)])) return []
      if (!(await serves()) || (await Promise.race([heard, pause(aMoment).then(() => false)]))) return []
      const what = 'no answer to what comes in pieces'
      return [complaint('class', 'RFC 3261 18.3', 'robustness', what, 'a response', 'none')]
    },
  },
  {
    name: 'another message behind',
    parameters: ['in one segment', 'half of it in one segment'],
    async play({ socket, octets, serves }, p) {
      const behind = optionsLike(octets)
      const heard = heardOn(socket, anotherBranch)
      const both = Buffer.concat([octets, behind])
      const first = p === 'in one segment' ? both.length : octets.length + (behind.length >> 1)
      socket.write(both.subarray(0, first))
      await pause(20)
      if (first < both.length) socket.write(both.subarray(first))
      if (await Promise.race([heard, pause(3000).then(() => false)])) return []
      if (!(await serves()) || (await Promise.race([heard, pause(aMoment).then(() => false)]))) return []
      const what = 'no answer to what comes behind another message'
      return [complaint('class', 'RFC 3261 18.3', 'robustness', what, 'a response', 'none')]
    },
  },
]

const anotherBranch = 'z9hG4bKbehind-'

/** OPTIONS of the sender of a request, which any element answers (RFC 3261 11). */
function optionsLike(octets: Buffer): Buffer {
  const text = octets.toString('latin1')
  const line = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(text)?.[1]?.trimEnd() ?? ''
  const [requestUri = ''] = text.split(' ').slice(1)
  const head = [
    `OPTIONS ${requestUri} SIP/2.0`,
    `Via: ${line('Via').replace('z9hG4bK', anotherBranch)}`,
    'Max-Forwards: 70',
    `From: ${line('From')}`,
    `To: <${requestUri}>`,
    `Call-ID: behind-${line('Call-ID')}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
}

const named = new Map(operators.map((one) => [one.name, one]))

export const isStreamCase = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => named.has(op))

/** Whether it takes so long that others are played meanwhile. */
export const takesLong = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => op === 'half a message')

export const streamOperations = ({ step }: Scenario): readonly FlowOperation[] =>
  operators.flatMap(({ name, parameters }) => parameters.map((p) => ({ op: name, at: step, p })))

export interface StreamOptions {
  readonly player: Player
  readonly target: Target
  readonly permission: Permission
  readonly scenario: Scenario
  readonly user: number
  readonly correlation: string
  /** Milliseconds that half a message is waited for, where that is not 72 s. */
  readonly longest?: number
}

/** Sends the request of a case over a connection of its own, and does to it what the case says. */
export async function playStream(one: FuzzCase, options: StreamOptions): Promise<Execution> {
  const { player, target, permission, scenario, user, correlation, longest = usualLongest } = options
  const place = target.places[scenario.role]
  if (place === undefined) throw new Error(`the target has no ${scenario.role}`)
  if (!isPermitted(place, permission)) throw new Error(notAllowed(place))
  const made = player.assemble(one, user, correlation)
  const octets = Buffer.from(
    Buffer.from(made.octets).toString('latin1').replace('SIP/2.0/UDP', 'SIP/2.0/TCP'),
    'latin1',
  )
  const socket = connect(place.port, place.address)
  const open = await isOpened(socket)
  const serves = async (): Promise<boolean> => {
    const other = connect(place.port, place.address)
    if (!(await isOpened(other))) return false
    const heard = heardOn(other)
    other.write(octets)
    const isServed = await Promise.race([heard, pause(mostBusy).then(() => false)])
    other.destroy()
    return isServed
  }
  if (takesLong(one)) socket.unref()
  const complaints: Complaint[] = []
  const ended = (): string | undefined => target.ended()
  for (const { op, p } of open ? one.ops : [])
    complaints.push(
      ...((await named.get(op)?.play({ socket, octets, ended, longest, serves }, typeof p === 'string' ? p : '')) ??
        []),
    )
  socket.destroy()
  return {
    one,
    octets,
    correlation,
    user,
    without: made.without,
    read: judgeLegality(octets, rel18, scenario.service, scenario.message === undefined),
    expectation: { class: 'any', violations: [], silenceAllowed: true },
    observation: { ...nothingObserved, silent: true },
    complaints,
  }
}

const isOpened = (socket: Socket): Promise<boolean> =>
  new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
  })

/** Whether something comes, or something with that text in it. */
const heardOn = (socket: Socket, text = ''): Promise<boolean> =>
  new Promise((resolve) => {
    let heard = ''
    socket.on('data', (octets) => {
      heard += octets.toString('latin1')
      if (heard.includes(text)) resolve(true)
    })
  })

const gone = (socket: Socket): Promise<boolean> => new Promise((resolve) => socket.once('close', () => resolve(true)))

/** A campaign that is over waits for nobody. */
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    if (milliseconds >= mostBusy) timer.unref()
  })

import { openUdp, type Address, type UdpSocket } from '#transport'
import { header, headerValue, readMessage, type SipMessage } from '#wire/sip'
import { correlationIn, correlationOf } from './correlation.ts'
import type { LegMessage, Observation, Passage } from './observation.ts'
import { statusOf } from './oracle.ts'
import { writeAcknowledgement, writeAnswer } from './responses.ts'
import { entities, userPattern, type EntityRole } from './world.ts'

/** Milliseconds. */
export interface EngineTimes {
  /** After which a request is sent once more, as UDP may lose it. */
  readonly again: number
  /** After which it counts as unanswered. */
  readonly silence: number
  /** How long what comes late is still known to be of an execution. */
  readonly late: number
}

export const usualTimes: EngineTimes = { again: 500, silence: 1500, late: 4000 }

/** One execution, as the engine sends it. */
interface Flight {
  readonly octets: Uint8Array
  readonly correlation: string
  readonly from: EntityRole
  readonly target: Address
  /** Whoever has the number in an identity belongs to it. */
  readonly user: number
  /** How many messages on other legs have to come, and their reactions be answered, before it is over. */
  readonly legs: number
  /** A valid request right behind it: once that is answered, silence is its answer. */
  readonly fence?: Uint8Array | undefined
  readonly fenceCorrelation?: string | undefined
  /** Answers a message on another leg with octets of its own, under the correlation identifier given. */
  readonly react: (
    message: SipMessage,
    to: EntityRole,
  ) => { readonly octets: Uint8Array; readonly from: EntityRole } | undefined
}

interface Flying extends Flight {
  readonly since: number
  readonly done: (observation: Observation) => void
  readonly finals: SipMessage[]
  readonly provisionals: SipMessage[]
  readonly legMessages: LegMessage[]
  readonly branches: Set<string>
  readonly reactions: SipMessage[]
  reactionsDue: number
  /** First final response while no reaction had left. */
  early: boolean
  latency: number
  over: boolean
  sentAgain: boolean
  /** Once it is over it no longer counts, but what comes late is still put here. */
  late: ((what: LegMessage | SipMessage) => void) | undefined
}

export interface EngineOptions {
  readonly address: string
  readonly times?: EngineTimes
  /** Milliseconds that only grow. */
  readonly now: () => number
  readonly onPassage?: ((passage: Passage) => void) | undefined
  /** A request that belongs to no execution that is known. */
  readonly onStray: (message: LegMessage) => void
}

/** A sender of its own for single messages: thousands in flight over one socket for each role, each known by its identifiers. */
export interface Engine {
  readonly places: Readonly<Record<EntityRole, Address>>
  readonly inFlight: number
  /** A fresh identifier. */
  correlation(): string
  fly(flight: Flight, done: (observation: Observation) => void, late?: (what: LegMessage | SipMessage) => void): void
  /** Octets that make no execution. */
  send(octets: Uint8Array, from: EntityRole, target: Address): void
  /** Gives up all that is in flight: each is over, silent. */
  abandon(): void
  close(): Promise<void>
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { now, onPassage, onStray, times = usualTimes } = options
  const flights = new Map<string, Flying>()
  const byUser = new Map<number, Flying>()
  const fences = new Map<string, Flying>()
  const sockets = new Map<EntityRole, UdpSocket>()
  let inFlight = 0
  let serial = 0

  for (const role of entities) {
    const socket = await openUdp({
      address: options.address,
      port: 0,
      onDatagram: (octets, remote) => receive(role, octets, remote),
      onFailure: () => undefined,
    })
    sockets.set(role, socket)
  }
  const socketOf = (role: EntityRole): UdpSocket => sockets.get(role) as UdpSocket

  function transmit(role: EntityRole, octets: Uint8Array, target: Address): void {
    onPassage?.({ direction: 'sent', role, at: now(), octets, local: socketOf(role).local, remote: target })
    socketOf(role).send(octets, target, () => undefined)
  }

  function receive(role: EntityRole, octets: Uint8Array, remote: Address): void {
    onPassage?.({ direction: 'received', role, at: now(), octets, local: socketOf(role).local, remote })
    const message = readMessage(octets)
    if (message.startLine.kind === 'request') return onRequest(role, message, remote)
    const id = correlationIn(header(message, 'Call-ID') ?? '') ?? correlationIn(Buffer.from(octets).toString('latin1'))
    if (id === undefined) return
    const fenced = fences.get(id)
    if (fenced !== undefined) {
      fences.delete(id)
      return fenced.over ? undefined : setSilent(fenced)
    }
    const flying = flights.get(id)
    if (flying !== undefined) onResponse(flying, message, remote, role)
  }

  function onResponse(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    const callId = header(message, 'Call-ID') ?? ''
    if (callId.startsWith(reactionPrefix)) {
      if (statusOf(message) < 200) return
      flying.reactions.push(message)
      return conclude(flying)
    }
    if (statusOf(message) < 200 && message.startLine.kind === 'response') return void flying.provisionals.push(message)
    acknowledge(flying, message, remote, role)
    const again = flying.finals.some((other) => Buffer.compare(other.octets, message.octets) === 0)
    if (again) return
    flying.finals.push(message)
    if (flying.finals.length === 1) {
      flying.latency = now() - flying.since
      flying.early = flying.reactionsDue === 0
    }
    if (flying.over) flying.late?.(message)
    else conclude(flying)
  }

  function acknowledge(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    if (headerValue(message, 'CSeq')?.method !== 'INVITE') return
    const request = readMessage(flying.octets).startLine
    transmit(
      role,
      writeAcknowledgement(request.kind === 'request' ? request.requestUri : 'sip:unknown', message),
      remote,
    )
  }

  function onRequest(to: EntityRole, message: SipMessage, remote: Address): void {
    const text = Buffer.from(message.octets).toString('latin1')
    const digits = userPattern.exec(text)?.[1]
    const flying =
      flights.get(correlationIn(text) ?? '') ?? (digits === undefined ? undefined : byUser.get(Number(digits)))
    if (message.startLine.kind === 'request' && message.startLine.method !== 'ACK')
      transmit(to, writeAnswer(message, 200, 'OK', 'fuzzer'), remote)
    const leg: LegMessage = { to, message }
    if (flying === undefined) return onStray(leg)
    const branch = headerValue(message, 'Via')?.branch ?? ''
    if (flying.branches.has(branch)) return
    flying.branches.add(branch)
    flying.legMessages.push(leg)
    if (flying.over) flying.late?.(leg)
    const reaction = flying.react(message, to)
    if (reaction === undefined) return conclude(flying)
    // What is said too early has the time to arrive.
    setTimeout(() => {
      flying.reactionsDue += 1
      transmit(reaction.from, reaction.octets, remote)
    }, hesitation)
  }

  function conclude(flying: Flying): void {
    const { finals, legMessages, legs, reactions, reactionsDue } = flying
    if (flying.over || finals.length === 0) return
    const [final] = finals
    const refused = final !== undefined && statusOf(final) >= 300
    if (refused || (legMessages.length >= legs && reactions.length >= reactionsDue)) end(flying, false)
  }

  function end(flying: Flying, silent: boolean): void {
    if (flying.over) return
    flying.over = true
    inFlight -= 1
    const { finals, provisionals, legMessages: legs, reactions, latency, early } = flying
    flying.done({
      finals: [...finals],
      provisionals: [...provisionals],
      legs: [...legs],
      reactions: [...reactions],
      latency,
      early,
      silent,
    })
  }

  const setSilent = (flying: Flying): void => end(flying, flying.finals.length === 0)

  const sweep = setInterval(() => {
    const at = now()
    for (const [id, flying] of flights) {
      const age = at - flying.since
      if (age > times.late) {
        flights.delete(id)
        if (byUser.get(flying.user) === flying) byUser.delete(flying.user)
        if (flying.fenceCorrelation !== undefined) fences.delete(flying.fenceCorrelation)
      } else if (!flying.over && age > times.silence) setSilent(flying)
      else if (!flying.over && age > times.again && !flying.sentAgain) {
        flying.sentAgain = true
        if (flying.finals.length === 0) transmit(flying.from, flying.octets, flying.target)
      }
      // They stand in the order in which they left.
      if (flying.over && age < times.again) continue
      if (age < times.again) break
    }
  }, 50)

  return {
    places: Object.fromEntries(entities.map((role) => [role, socketOf(role).local])) as Record<EntityRole, Address>,
    get inFlight() {
      return inFlight
    },
    correlation: () => correlationOf((serial += 1)),
    send: (octets, from, target) => transmit(from, octets, target),
    fly(flight, done, late) {
      const flying: Flying = {
        ...flight,
        since: now(),
        done,
        late,
        finals: [],
        provisionals: [],
        legMessages: [],
        branches: new Set(),
        reactions: [],
        reactionsDue: 0,
        early: false,
        latency: 0,
        over: false,
        sentAgain: false,
      }
      inFlight += 1
      flights.set(flight.correlation, flying)
      byUser.set(flight.user, flying)
      transmit(flight.from, flight.octets, flight.target)
      if (flight.fence !== undefined && flight.fenceCorrelation !== undefined) {
        fences.set(flight.fenceCorrelation, flying)
        transmit(flight.from, flight.fence, flight.target)
      }
    },
    abandon() {
      for (const flying of flights.values()) setSilent(flying)
    },
    async close() {
      clearInterval(sweep)
      await Promise.all([...sockets.values()].map((one) => one.close()))
    },
  }
}

/** Milliseconds before an entity that the fuzzer plays answers by a message of its own. */
const hesitation = 2

/** What begins the Call-ID of a reaction: its response is none to the execution itself. */
export const reactionPrefix = 'r-'

import type { WireResponse } from '#bindings'
import { openUdp, type Address, type UdpSocket } from '#transport'
import { header, headerValue, readMessage, type SipMessage } from '#wire/sip'
import { correlationIn, correlationOf } from './correlation.ts'
import { dialogOf, writeInside } from './inside.ts'
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
export interface Flight {
  readonly octets: Uint8Array
  readonly correlation: string
  readonly from: EntityRole
  readonly target: Address
  /** Whoever has the number in an identity belongs to it. */
  readonly user: number
  /** How many messages on other legs have to come, and their reactions be answered, before it is over. */
  readonly legs: number
  /** A valid request right behind it: once that is answered, nothing else need wait for what is silent, and silence is its answer where it is allowed. */
  readonly fence?: Uint8Array | undefined
  readonly silenceAllowed?: boolean
  readonly fenceCorrelation?: string | undefined
  /** Response to an INVITE on another leg; 200 without more where there is none. */
  readonly answer?: (message: SipMessage, to: EntityRole) => WireResponse | undefined
  /** Milliseconds that an INVITE on another leg rings. */
  readonly ringing?: number
  /** Whether the session that it sets up is left standing. */
  readonly stays?: boolean
  /** CSeq of the INVITE with the same identifier that has set up the session inside of which it is sent. */
  readonly inside?: number
  /** The same octets once more: at once, or after the final response. */
  readonly again?: 'at once' | 'after the answer' | undefined
  /** What is sent when the first message comes on another leg: a CANCEL. */
  readonly onFirstLeg?: Uint8Array
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
  /** The session that it set up is to be ended by BYE: that has to be answered too. */
  ending: boolean
  reactionsDue: number
  /** First final response while no reaction had left. */
  early: boolean
  latency: number
  over: boolean
  /** Seen, and not yet answered. */
  parked: boolean
  sentAgain: boolean
  /** Once it is over it no longer counts, but what comes late is still put here. */
  late: ((what: LegMessage | SipMessage) => void) | undefined
}

export interface EngineOptions {
  readonly address: string
  readonly times?: EngineTimes
  /** Addresses beyond this machine that the configuration names, with the consent of who answers for them. */
  readonly consent?: readonly string[] | undefined
  /** Milliseconds that only grow. */
  readonly now: () => number
  readonly onPassage?: ((passage: Passage) => void) | undefined
  /** A request that belongs to no execution that is known. */
  readonly onStray: (message: LegMessage) => void
}

/** A sender of its own for single messages: thousands in flight over one socket for each role, each known by its identifiers. */
export interface Engine {
  readonly places: Readonly<Record<EntityRole, Address>>
  /** Executions that others wait for. */
  readonly inFlight: number
  /** All that are not over. */
  readonly waiting: number
  /** Calls that when an execution makes room for others without being over. */
  onPassed(call: (() => void) | undefined): void
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
  let parked = 0
  let onPassed: (() => void) | undefined
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
  const isAllowed = ({ address }: Address): boolean =>
    isLoopback(address) || options.consent?.includes(address) === true
  const socketOf = (role: EntityRole): UdpSocket => sockets.get(role) as UdpSocket

  function transmit(role: EntityRole, octets: Uint8Array, target: Address): void {
    if (!isAllowed(target)) throw new Error(notAllowed(target))
    onPassage?.({ direction: 'sent', role, at: now(), octets, local: socketOf(role).local, remote: target })
    socketOf(role).send(octets, target, () => undefined)
  }

  function receive(role: EntityRole, octets: Uint8Array, remote: Address): void {
    onPassage?.({ direction: 'received', role, at: now(), octets, local: socketOf(role).local, remote })
    const message = readMessage(octets)
    if (message.startLine.kind === 'request') return onRequest(role, message, remote)
    const id = correlationIn(header(message, 'Call-ID') ?? '') ?? correlationIn(textOf(octets))
    if (id === undefined) return
    const fenced = fences.get(id)
    if (fenced !== undefined) {
      fences.delete(id)
      return pass(fenced)
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
    const { method, sequence } = headerValue(message, 'CSeq') ?? {}
    if (method === 'BYE' && flying.ending) {
      flying.ending = false
      return conclude(flying)
    }
    if (method === 'CANCEL' && flying.onFirstLeg !== undefined) return
    // The INVITE of its session is another matter.
    if (method === 'INVITE' && sequence !== undefined && flying.inside === sequence) return
    if (method === 'INVITE') acknowledge(flying, message, remote, role)
    const again = flying.finals.some((other) => Buffer.compare(other.octets, message.octets) === 0)
    if (again) return
    flying.finals.push(message)
    if (flying.finals.length === 1) {
      flying.latency = now() - flying.since
      flying.early = flying.reactionsDue === 0
    }
    if (flying.again === 'after the answer' && flying.finals.length === 1)
      transmit(flying.from, flying.octets, flying.target)
    if (flying.over) flying.late?.(message)
    else conclude(flying)
  }

  /** Ends a transaction of INVITE (RFC 3261 13.2.2.4, 17.1.1.3), and the session that it made. */
  function acknowledge(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    if (statusOf(message) < 300) {
      const dialog = dialogOf(flying.octets, message)
      transmit(role, writeInside(dialog, 'ACK'), remote)
      // No number is above the highest (RFC 3261 8.1.1.5): that session ends with the target.
      const ends = dialog.sequence < 2 ** 31 - 1
      if (flying.stays === true || flying.finals.length > 0 || !ends) return
      flying.ending = true
      return transmit(role, writeInside(dialog, 'BYE'), remote)
    }
    const request = readMessage(flying.octets).startLine
    const uri = request.kind === 'request' ? request.requestUri : 'sip:unknown.invalid'
    transmit(role, writeAcknowledgement(uri, message), remote)
  }

  function onRequest(to: EntityRole, message: SipMessage, remote: Address): void {
    const text = textOf(message.octets)
    const digits = userPattern.exec(text)?.[1]
    const flying =
      flights.get(correlationIn(text) ?? '') ?? (digits === undefined ? undefined : byUser.get(Number(digits)))
    const method = message.startLine.kind === 'request' ? message.startLine.method : ''
    if (method === 'ACK') return
    const answer = method === 'INVITE' ? flying?.answer?.(message, to) : undefined
    respond(message, to, remote, answer, flying?.ringing ?? 0)
    if (flying !== undefined && furtherMethods.has(method)) return
    // The INVITE of the session may come once more.
    if (flying?.inside !== undefined && method === 'INVITE') return
    const leg: LegMessage = { to, message }
    if (flying === undefined) return onStray(leg)
    const branch = headerValue(message, 'Via')?.branch ?? ''
    if (flying.branches.has(branch)) return
    flying.branches.add(branch)
    flying.legMessages.push(leg)
    if (flying.onFirstLeg !== undefined && flying.legMessages.length === 1)
      transmit(flying.from, flying.onFirstLeg, flying.target)
    if (flying.over) flying.late?.(leg)
    const reaction = flying.react(message, to)
    if (reaction === undefined) return conclude(flying)
    // What is said too early has the time to arrive.
    setTimeout(() => {
      flying.reactionsDue += 1
      transmit(reaction.from, reaction.octets, remote)
    }, hesitation)
  }

  function respond(
    message: SipMessage,
    to: EntityRole,
    remote: Address,
    answer: WireResponse = plainSuccess,
    ringing: number,
  ): void {
    const send = (response: WireResponse): void => transmit(to, writeAnswer(message, response, 'fuzzer'), remote)
    if (answer === plainSuccess || ringing === 0) return send(answer)
    send({ status: 180, reason: 'Ringing', headers: [] })
    setTimeout(() => send(answer), ringing)
  }

  function conclude(flying: Flying): void {
    const { finals, legMessages, legs, reactions, reactionsDue } = flying
    if (flying.over || finals.length === 0 || flying.ending) return
    const [final] = finals
    const refused = final !== undefined && statusOf(final) >= 300
    if (refused || (legMessages.length >= legs && reactions.length >= reactionsDue)) end(flying, false)
  }

  function end(flying: Flying, silent: boolean): void {
    if (flying.over) return
    flying.over = true
    if (flying.parked) parked -= 1
    else inFlight -= 1
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

  /** The fence behind it is answered, so it has been seen: it may take its time. */
  function pass(flying: Flying): void {
    if (flying.over || flying.finals.length > 0) return
    if (flying.silenceAllowed === true) return setSilent(flying)
    if (flying.parked) return
    flying.parked = true
    parked += 1
    inFlight -= 1
    onPassed?.()
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
    get waiting() {
      return inFlight + parked
    },
    onPassed(call) {
      onPassed = call
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
        ending: false,
        reactionsDue: 0,
        early: false,
        latency: 0,
        over: false,
        parked: false,
        sentAgain: false,
      }
      inFlight += 1
      flights.set(flight.correlation, flying)
      byUser.set(flight.user, flying)
      transmit(flight.from, flight.octets, flight.target)
      if (flight.again === 'at once') transmit(flight.from, flight.octets, flight.target)
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

/** Octets as text, one character an octet, without copying them before. */
const textOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1')

const isLoopback = (address: string): boolean => address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)

const notAllowed = ({ address }: Address): string =>
  `${address} is not on this machine: what is fuzzed beyond it has to be named in the configuration, with consent`

/** What belongs to a session or a transaction that another message began. */
const furtherMethods: ReadonlySet<string> = new Set(['BYE', 'CANCEL', 'PRACK', 'UPDATE'])

const plainSuccess: WireResponse = { status: 200, reason: 'OK', headers: [] }

/** Milliseconds before an entity that the fuzzer plays answers by a message of its own. */
const hesitation = 2

/** What begins the Call-ID of a reaction: its response is none to the execution itself. */
export const reactionPrefix = 'r-'

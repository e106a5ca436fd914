import type { WireResponse } from '#bindings'
import { openUdp, type Address, type UdpSocket } from '#transport'
import { header, headerValue, readMessage, type SipMessage } from '#wire/sip'
import { correlationIn, correlationOf } from './correlation.ts'
import { createFences } from './fence.ts'
import { createFlights } from './flights.ts'
import { atOnce, branchOf, departing, rings, speechless, type Flight, type Flying, type Moment } from './flight.ts'
import { isPermitted, notAllowed, onThisMachine, type Permission } from './permission.ts'
import { openLure, type Lure } from './lure.ts'
import { createPace } from './pace.ts'
import { dialogOf, writeInside } from './inside.ts'
import type { LegMessage, Observation, Passage } from './observation.ts'
import { statusOf } from './oracle.ts'
import { createPatience } from './patience.ts'
import { createStandingSessions } from './standing-sessions.ts'
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

export interface EngineOptions {
  /** What is on this machine, unless said. */
  readonly permission?: Permission | undefined
  readonly times?: EngineTimes
  /** UDP of this machine, unless said. */
  readonly open?: typeof openUdp
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
  /** What messages name for nobody to fetch. */
  readonly lure: Lure
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
  const { now, onPassage, onStray, times = usualTimes, permission = onThisMachine, open = openUdp } = options
  const flights = createFlights()
  const sessions = createStandingSessions()
  const sockets = new Map<EntityRole, UdpSocket>()
  let inFlight = 0
  let parked = 0
  let onPassed: (() => void) | undefined
  let serial = 0
  const correlation = (): string => correlationOf((serial += 1))
  const pace = createPace(permission.rate, now)
  const fences = createFences({ correlation, transmit: transmitInTurn })
  const patience = createPatience()
  const lure = await openLure(permission.address)

  for (const role of entities) {
    const socket = await open({
      address: permission.address,
      port: 0,
      onDatagram: (octets, remote) => receive(role, octets, remote),
      onFailure: () => undefined,
    })
    sockets.set(role, socket)
  }
  const socketOf = (role: EntityRole): UdpSocket => sockets.get(role) as UdpSocket

  function transmit(role: EntityRole, octets: Uint8Array, target: Address): void {
    if (!isPermitted(target, permission)) throw new Error(notAllowed(target))
    onPassage?.({ direction: 'sent', role, at: now(), octets, local: socketOf(role).local, remote: target })
    socketOf(role).send(octets, target, () => undefined)
  }

  function transmitInTurn(role: EntityRole, octets: Uint8Array, target: Address): void {
    pace.turn()
    transmit(role, octets, target)
  }

  function receive(role: EntityRole, octets: Uint8Array, remote: Address): void {
    // Whoever is not to be sent to is not answered either.
    if (!isPermitted(remote, permission)) return
    onPassage?.({ direction: 'received', role, at: now(), octets, local: socketOf(role).local, remote })
    const message = readMessage(octets)
    if (message.startLine.kind === 'request') return onRequest(role, message, remote)
    const id = correlationIn(header(message, 'Call-ID') ?? '') ?? correlationIn(textOf(octets))
    if (id === undefined) return
    const flying = flights.named(id)
    if (flying !== undefined) return onResponse(flying, message, remote, role)
    for (const fenced of fences.answered(id) ?? []) pass(fenced)
  }

  function onResponse(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    const callId = header(message, 'Call-ID') ?? ''
    if (callId.startsWith(reactionPrefix)) {
      if (statusOf(message) < 200) return
      flying.reactions.push(message)
      return conclude(flying)
    }
    const { asideRequests } = flying
    const aside = asideRequests.size === 0 ? undefined : asideRequests.get(headerValue(message, 'Via')?.branch ?? '')
    if (aside !== undefined) return onAsideAnswered(flying, aside, message, remote)
    const { method, sequence } = headerValue(message, 'CSeq') ?? {}
    // The INVITE of its session is another matter.
    if (method === 'INVITE' && sequence !== undefined && flying.inside === sequence) return
    if (statusOf(message) < 200 && message.startLine.kind === 'response') return void flying.provisionals.push(message)
    if (method === 'BYE' && flying.ending) {
      flying.ending = false
      flying.ends.push(message)
      return conclude(flying)
    }
    if (method === 'CANCEL' && flying.asides !== undefined) return
    if (method === 'INVITE') acknowledge(flying, message, remote, role)
    const again = flying.finals.some((other) => Buffer.compare(other.octets, message.octets) === 0)
    if (again) return
    flying.finals.push(message)
    if (flying.finals.length === 1) {
      if (flying.parked) patience.answeredAfter(now() - flying.seen)
      flying.latency = now() - flying.since
      flying.early = flying.reactionsDue === 0
    }
    if (flying.finals.length === 1) say(flying, 'answer')
    if (flying.over) flying.late?.(message)
    else conclude(flying)
  }

  /** A request beside the flow, which is another transaction: a session that it sets up ends at once, unless it is that of the flow. */
  function onAsideAnswered(flying: Flying, request: Uint8Array, message: SipMessage, remote: Address): void {
    if (statusOf(message) < 200 || headerValue(message, 'CSeq')?.method === 'BYE') return
    flying.asideAnswers.push(message)
    if (headerValue(message, 'CSeq')?.method !== 'INVITE') return
    if (statusOf(message) >= 300)
      return transmit(flying.from, writeAcknowledgement('sip:unknown.invalid', message), remote)
    const dialog = dialogOf(request, message)
    transmit(flying.from, writeInside(dialog, 'ACK'), remote)
    flying.asideEnds += 1
    setTimeout(() => {
      flying.asideEnds -= 1
      const isOwn = (other: SipMessage): boolean =>
        header(other, 'To') === dialog.to && header(other, 'Call-ID') === dialog.callId
      if (flying.finals.some(isOwn)) return
      const bye = writeInside(dialog, 'BYE')
      flying.asideRequests.set(branchOf(bye), bye)
      transmit(flying.from, bye, remote)
    }, 30)
  }

  /** What leaves beside the flow at that moment. */
  function say(flying: Flying, moment: Moment): void {
    for (const { when, from, octets, after = 0 } of flying.asides ?? []) {
      if (when !== moment) continue
      const branch = branchOf(octets)
      if (branch !== branchOf(flying.octets)) flying.asideRequests.set(branch, octets)
      if (after === 0) transmit(from, octets, flying.target)
      else setTimeout(() => transmit(from, octets, flying.target), after)
    }
  }

  /** Ends a transaction of INVITE (RFC 3261 13.2.2.4, 17.1.1.3), and the session that it made. */
  function acknowledge(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    if (statusOf(message) < 300) {
      const dialog = dialogOf(flying.octets, message)
      transmit(role, writeInside(dialog, 'ACK'), remote)
      const others = flying.finals.some((other) => header(other, 'To') === dialog.to)
      // No number is above the highest (RFC 3261 8.1.1.5): that session ends with the target.
      const ends = dialog.sequence < 2 ** 31 - 1
      if (flying.stays === true || others || !ends) return
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
      flights.named(correlationIn(text) ?? '') ?? (digits === undefined ? undefined : flights.ofUser(Number(digits)))
    const method = message.startLine.kind === 'request' ? message.startLine.method : ''
    sessions.follow(message, method)
    if (method === 'ACK') return
    const answer = method === 'INVITE' ? flying?.answer?.(message, to) : undefined
    respond(message, to, remote, answer, flying)
    if (flying !== undefined && furtherMethods.has(method)) return
    // The INVITE of the session may come once more.
    if (flying?.inside !== undefined && method === 'INVITE') return
    const leg: LegMessage = { to, message }
    if (flying === undefined) return onStray(leg)
    const branch = headerValue(message, 'Via')?.branch ?? ''
    if (flying.branches.has(branch)) return
    flying.branches.add(branch)
    flying.legMessages.push(leg)
    if (flying.legMessages.length === 1) say(flying, 'first leg')
    if (flying.over) flying.late?.(leg)
    const reaction = flying.react?.(message, to)
    if (reaction === undefined) return conclude(flying)
    // What is said too early has the time to arrive.
    for (const [index, { after }] of (flying.reactionTimes ?? atOnce).entries())
      setTimeout(() => {
        if (index === 0) flying.reactionsDue += 1
        transmit(reaction.from, reaction.octets, remote)
      }, after)
  }

  function respond(
    message: SipMessage,
    to: EntityRole,
    remote: Address,
    answer: WireResponse = plainSuccess,
    flying: Flying | undefined,
  ): void {
    const { ringing = 0, speech = ringing === 0 ? speechless : [rings, { say: 'answer', after: ringing }] } =
      flying ?? {}
    const plain = answer === plainSuccess
    for (const { say: what, after, tag = 'fuzzer' } of plain ? speechless : speech) {
      const response: WireResponse =
        what === 'answer' ? answer : { status: what, reason: what === 180 ? 'Ringing' : 'Refused', headers: [] }
      const send = (): void => {
        const octets = writeAnswer(message, response, tag)
        const again = (): void => transmit(to, octets, remote)
        if (!plain && what === 'answer' && flying?.lingers === true) sessions.begin(flying, message, { to, tag, again })
        again()
      }
      if (after === 0) send()
      else setTimeout(send, after)
    }
  }

  function conclude(flying: Flying): void {
    const { finals, legMessages, legs, reactions, reactionsDue } = flying
    if (flying.over || finals.length === 0 || flying.ending) return
    const [final] = finals
    const refused = final !== undefined && statusOf(final) >= 300
    if (!refused && (legMessages.length < legs || reactions.length < reactionsDue)) return
    if (flying.lingers !== true) return end(flying, false)
    if (!flying.lingering) linger(flying, now())
    flying.lingering = true
  }

  /** It is over after a while in which more may come, once the sessions that it made at other entities are; or not, when that takes too long. */
  function linger(flying: Flying, from: number): void {
    setTimeout(() => {
      const age = now() - from
      const heard = age >= longAfter || flying.asideAnswers.length >= flying.asideRequests.size
      const settled = heard && flying.standing.size === 0 && !flying.ending && flying.asideEnds === 0
      if ((age >= lingering && settled) || age >= longestLingering) return end(flying, false)
      linger(flying, from)
    }, 20)
  }

  function end(flying: Flying, silent: boolean): void {
    if (flying.over) return
    flying.over = true
    flights.settle(flying)
    if (flying.parked) parked -= 1
    else inFlight -= 1
    const { finals, provisionals, legMessages: legs, reactions, latency, early } = flying
    flying.done({
      finals: asTheyAre(finals),
      provisionals: asTheyAre(provisionals),
      legs: asTheyAre(legs),
      reactions: asTheyAre(reactions),
      latency,
      early,
      silent,
      asideAnswers: asTheyAre(flying.asideAnswers),
      fetched: lure.isFetched(flying.correlation),
      ends: asTheyAre(flying.ends),
      standing: [...flying.standing.values()],
    })
  }

  /** The fence behind it is answered, so it has been seen: it may take its time. */
  function pass(flying: Flying): void {
    if (flying.over || flying.finals.length > 0) return
    if (flying.silenceAllowed === true) return setSilent(flying)
    if (flying.parked) return
    flying.parked = true
    flying.seen = now()
    patience.saw()
    parked += 1
    inFlight -= 1
    onPassed?.()
  }

  function depart(flying: Flying): void {
    transmit(flying.from, flying.octets, flying.target)
    say(flying, 'at once')
    if (flying.fence !== undefined) fences.behind(flying, flying.fence)
  }

  function sendAgain(flying: Flying): void {
    flying.sentAgain = true
    if (flying.finals.length > 0) return
    transmit(flying.from, flying.octets, flying.target)
    if (flying.fence !== undefined) fences.behind(flying, flying.fence)
  }

  const setSilent = (flying: Flying): void => end(flying, flying.finals.length === 0)

  const sweep = setInterval(() => {
    const at = now()
    for (const flying of flights.current()) {
      const age = at - flying.since
      const hurried = flying.parked && inFlight + parked > fewest
      const silence = hurried ? Math.min(patience.ofSeen(), times.silence) : times.silence
      if (age < hurriedAgain) break
      if (!flying.lingering && age > (flying.patience ?? silence)) setSilent(flying)
      else if (!flying.sentAgain && age > (hurried ? Math.min(silence / 2, times.again) : times.again))
        sendAgain(flying)
    }
    flights.forget(at - times.late, sessions.forget)
    fences.forget(at - times.late)
  }, 50)

  return {
    lure,
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
    correlation,
    send: (octets, from, target) => transmit(from, octets, target),
    fly(flight, done, late) {
      inFlight += 1
      const wait = pace.turn()
      const leave = (): void => {
        const flying = departing(flight, now(), done, late)
        flights.add(flying)
        say(flying, 'before')
        if (flight.asides?.some(({ when }) => when === 'before') !== true) return depart(flying)
        setTimeout(() => depart(flying), beforehand)
      }
      if (wait === 0) leave()
      else setTimeout(leave, wait)
    },
    abandon() {
      for (const flying of flights.current()) setSilent(flying)
    },
    async close() {
      clearInterval(sweep)
      await Promise.all([lure.close(), ...[...sockets.values()].map((one) => one.close())])
    },
  }
}

/** Octets as text, one character an octet, without copying them before. */
const textOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1')

/** A list that no longer grows. */
const asTheyAre = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? none : [...list])
const none: readonly never[] = []

/** What belongs to a session or a transaction that another message began. */
const furtherMethods: ReadonlySet<string> = new Set(['BYE', 'CANCEL', 'PRACK', 'UPDATE'])

const plainSuccess: WireResponse = { status: 200, reason: 'OK', headers: [] }

/** Milliseconds. */
const beforehand = 20
/** What was seen and not answered is not sent again before that. */
const hurriedAgain = 100
/** Executions for whose sake nobody is in a hurry. */
const fewest = 8
const lingering = 60
const longAfter = 500
const longestLingering = 2000

/** What begins the Call-ID of a reaction: its response is none to the execution itself. */
export const reactionPrefix = 'r-'

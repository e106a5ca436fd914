import { setFlagsFromString } from 'node:v8'
import { openUdp, type Address, type UdpSocket } from '#transport'
import { header, readMessage, type SipMessage } from '#wire/sip'
import { createAsides } from './asides.ts'
import { correlationIn, correlationOf } from './correlation.ts'
import { createCourse } from './course.ts'
import { createFences } from './fence.ts'
import { createFlights } from './flights.ts'
import { departing, type Flight, type Flying } from './flight.ts'
import { isPermitted, notAllowed, onThisMachine, type Permission } from './permission.ts'
import { openLure, type Lure } from './lure.ts'
import { createPace } from './pace.ts'
import type { LegMessage, Observation, Passage } from './observation.ts'
import { createPatience } from './patience.ts'
import { createStandingSessions } from './standing-sessions.ts'
import { createRequestTaker, textOf } from './take-requests.ts'
import { createResponseTaker } from './take-responses.ts'
import { entities, type EntityRole } from './world.ts'

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
  /** Gives up all that is in flight, now or so many milliseconds later; not what leaves meanwhile. Each is over, silent. */
  abandon(after?: number): void
  close(): Promise<void>
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  // What is in flight when young objects are collected makes V8 believe that such objects live long: it would put lists of them among the old ones from
  // the start, where each keeps a whole message alive until all memory is gone through.
  setFlagsFromString('--no-allocation-site-pretenuring')
  const { now, onPassage, onStray, times = usualTimes, permission = onThisMachine, open = openUdp } = options
  const flights = createFlights()
  const sessions = createStandingSessions()
  const sockets = new Map<EntityRole, UdpSocket>()
  let serial = 0
  const correlation = (): string => correlationOf((serial += 1))
  const pace = createPace(permission.rate, now)
  const fences = createFences({ correlation, transmit: transmitInTurn })
  const patience = createPatience()
  const lure = await openLure(permission.address)
  const course = createCourse({ now, flights, patience, isFetched: lure.isFetched })
  const asides = createAsides(transmit)
  const takeResponse = createResponseTaker({ now, transmit, asides, course, patience })
  const takeRequest = createRequestTaker({ transmit, flights, sessions, asides, course, onStray })

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
    socketOf(role).send(octets, target)
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
    if (message.startLine.kind === 'request') return takeRequest(role, message, remote)
    const id = correlationIn(header(message, 'Call-ID') ?? '') ?? correlationIn(textOf(octets))
    if (id === undefined) return
    const flying = flights.named(id)
    if (flying !== undefined) return takeResponse(flying, message, remote, role)
    for (const fenced of fences.answered(id) ?? []) course.pass(fenced)
  }

  function depart(flying: Flying): void {
    transmit(flying.from, flying.octets, flying.target)
    asides.say(flying, 'at once')
    if (flying.fence !== undefined) fences.behind(flying, flying.fence)
  }

  function sendAgain(flying: Flying): void {
    flying.sentAgain = true
    if (flying.finals.length > 0) return
    transmit(flying.from, flying.octets, flying.target)
    if (flying.fence !== undefined) fences.behind(flying, flying.fence)
  }

  let swept = now()
  /** Milliseconds that the fuzzer itself did not run: whoever is waited for may have answered long ago. */
  let stoodStill = 0
  const sweep = setInterval(() => {
    const at = now()
    const late = at - swept - betweenSweeps
    swept = at
    if (late > betweenSweeps) stoodStill += late
    for (const flying of flights.current()) {
      const age = at - flying.since - (stoodStill - flying.stoodStill)
      const hurried = flying.parked && course.waiting > fewest
      const silence = hurried ? Math.min(patience.ofSeen(), times.silence) : times.silence
      if (flying.over || age < hurriedAgain) continue
      if (!flying.lingering && age > (flying.patience ?? silence)) course.giveUp(flying)
      else if (!flying.sentAgain && age > (hurried ? Math.min(silence / 2, times.again) : times.again))
        sendAgain(flying)
    }
    flights.forget(at - times.late, sessions.forget)
    fences.forget(at - times.late)
  }, betweenSweeps)

  return {
    lure,
    places: Object.fromEntries(entities.map((role) => [role, socketOf(role).local])) as Record<EntityRole, Address>,
    get inFlight() {
      return course.inFlight
    },
    get waiting() {
      return course.waiting
    },
    onPassed: course.onPassed,
    correlation,
    send: (octets, from, target) => transmit(from, octets, target),
    fly(flight, done, late) {
      course.begin()
      const wait = pace.turn()
      const leave = (): void => {
        const flying = departing(flight, now(), stoodStill, done, late)
        flights.add(flying)
        asides.say(flying, 'before')
        if (flight.asides?.some(({ when }) => when === 'before') !== true) return depart(flying)
        setTimeout(() => depart(flying), beforehand)
      }
      if (wait === 0) leave()
      else setTimeout(leave, wait)
    },
    abandon(after = 0) {
      const all = [...flights.current()]
      const giveUp = (): void => all.forEach(course.giveUp)
      if (after === 0) giveUp()
      else setTimeout(giveUp, after)
    },
    async close() {
      clearInterval(sweep)
      await Promise.all([lure.close(), ...[...sockets.values()].map((one) => one.close())])
    },
  }
}

/** Milliseconds. */
const beforehand = 20
const betweenSweeps = 50
/** What was seen and not answered is not sent again before that. */
const hurriedAgain = 100
/** Executions for whose sake nobody is in a hurry. */
const fewest = 8

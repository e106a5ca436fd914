import type { WireResponse } from '#bindings'
import type { Address } from '#transport'
import { header, headerValue, type SipMessage } from '#wire/sip'
import type { Asides } from './asides.ts'
import { correlationIn } from './correlation.ts'
import type { Course } from './course.ts'
import { atOnce, rings, speechless, type Flying, type Transmit } from './flight.ts'
import type { Flights } from './flights.ts'
import type { LegMessage } from './observation.ts'
import { writeAnswer } from './responses.ts'
import type { StandingSessions } from './standing-sessions.ts'
import { userPattern, type EntityRole } from './world.ts'

export interface RequestOptions {
  readonly transmit: Transmit
  readonly flights: Flights
  readonly sessions: StandingSessions
  readonly asides: Asides
  readonly course: Course
  /** A request that belongs to no execution that is known. */
  readonly onStray: (message: LegMessage) => void
}

/** Takes a request of the entity under test at the socket of a role, answers it, and goes on with the flow. */
export type TakeRequest = (to: EntityRole, message: SipMessage, remote: Address) => void

export function createRequestTaker(options: RequestOptions): TakeRequest {
  const { transmit, flights, sessions, asides, course, onStray } = options

  function take(to: EntityRole, message: SipMessage, remote: Address): void {
    const text = textOf(message.octets)
    const callId = header(message, 'Call-ID') ?? ''
    const flying = flights.named(correlationIn(text) ?? '') ?? ofAnyUser(text, flights) ?? flights.ofSession(callId)
    const method = message.startLine.kind === 'request' ? message.startLine.method : ''
    sessions.follow(message, method)
    if (method === 'ACK') return
    if (method === 'BYE' && flying?.ending === true && !flying.ended && to === flying.from) flying.hungUp = true
    if (method === 'INVITE' && flying !== undefined) flights.join(callId, flying)
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
    if (flying.legMessages.length === 1) asides.say(flying, 'first leg')
    if (flying.over) flying.late?.(leg)
    const reaction = flying.react?.(message, to)
    if (reaction === undefined) return course.conclude(flying)
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
    for (const { say: what, after, tag = 'fuzzer' } of plain ? (flying?.said ?? speechless) : speech) {
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

  return take
}

const anyUser = new RegExp(userPattern, 'g')

/** Of the first user named there who has one on its way: a message may name others too. */
function ofAnyUser(text: string, flights: Flights): Flying | undefined {
  for (const [, digits] of text.matchAll(anyUser)) {
    const flying = flights.ofUser(Number(digits))
    if (flying !== undefined) return flying
  }
  return undefined
}

/** Octets as text, one character an octet, without copying them before. */
export const textOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1')

/** What belongs to a session or a transaction that another message began. */
const furtherMethods: ReadonlySet<string> = new Set(['BYE', 'CANCEL', 'PRACK', 'UPDATE'])

const plainSuccess: WireResponse = { status: 200, reason: 'OK', headers: [] }

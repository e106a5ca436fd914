import type { Address } from '#transport'
import { header, headerValue, readMessage, type SipMessage, statusOf } from '#wire/sip'
import type { Asides } from './asides.ts'
import type { Course } from './course.ts'
import { isHeard, type Flying, type Transmit } from './flight.ts'
import { dialogOf, writeInside } from './inside.ts'
import type { Patience } from './patience.ts'
import { writeAcknowledgement } from './responses.ts'
import type { EntityRole } from './world.ts'

/** Milliseconds for which a session stands behind what leaves beside the flow, and behind its answer; for which that is waited for. */
const standing = 25
const longest = 500

/** What begins the Call-ID of a reaction: its response is none to the execution itself. */
export const reactionPrefix = 'r-'

export interface ResponseOptions {
  readonly now: () => number
  readonly transmit: Transmit
  readonly asides: Asides
  readonly course: Course
  readonly patience: Patience
}

/** Takes a response that names an execution, at the socket of a role. */
export type TakeResponse = (flying: Flying, message: SipMessage, remote: Address, role: EntityRole) => void

export function createResponseTaker({ now, transmit, asides, course, patience }: ResponseOptions): TakeResponse {
  function take(flying: Flying, message: SipMessage, remote: Address, role: EntityRole): void {
    const callId = header(message, 'Call-ID') ?? ''
    if (callId.startsWith(reactionPrefix)) {
      if (statusOf(message) < 200) return
      flying.reactions.push(message)
      return course.conclude(flying)
    }
    const { asideRequests } = flying
    const aside = asideRequests.size === 0 ? undefined : asideRequests.get(headerValue(message, 'Via')?.branch ?? '')
    if (aside !== undefined) return asides.answered(flying, aside, message, remote)
    const { method, sequence } = headerValue(message, 'CSeq') ?? {}
    // An ACK is no part of what it acknowledges, unless the request was called one.
    if (method === 'ACK' && headerValue(readMessage(flying.octets), 'CSeq')?.method !== 'ACK')
      return void flying.answersToAck.push(message)
    // The INVITE of its session is another matter.
    if (method === 'INVITE' && sequence !== undefined && flying.inside === sequence) return
    if (statusOf(message) < 200 && message.startLine.kind === 'response') return void flying.provisionals.push(message)
    if (method === 'BYE' && flying.ending) {
      flying.ending = false
      flying.ends.push(message)
      return course.conclude(flying)
    }
    if (method === 'CANCEL' && flying.asides !== undefined) return void flying.asideAnswers.push(message)
    if (method === 'INVITE') acknowledge(flying, message, remote, role)
    const again = flying.finals.some((other) => Buffer.compare(other.octets, message.octets) === 0)
    if (again) return void (flying.repeated += 1)
    flying.finals.push(message)
    if (flying.finals.length === 1) {
      if (flying.parked) patience.answeredAfter(now() - flying.seen)
      flying.latency = now() - flying.since
      flying.early = flying.reactionsDue === 0
      asides.say(flying, 'answer')
    }
    if (flying.over) flying.late?.(message)
    else course.conclude(flying)
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
      const end = (): void => {
        flying.ended = true
        transmit(role, writeInside(dialog, 'BYE'), remote)
      }
      // What leaves beside the flow once it is answered finds the session as it is.
      const endLater = (waited: number): void => {
        const isLast = isHeard(flying) || waited >= longest
        setTimeout(() => (isLast ? end() : endLater(waited + standing)), standing)
      }
      return flying.asides?.some(({ when }) => when === 'answer') === true ? endLater(0) : end()
    }
    const request = readMessage(flying.octets).startLine
    const uri = request.kind === 'request' ? request.requestUri : 'sip:unknown.invalid'
    transmit(role, writeAcknowledgement(uri, message), remote)
  }

  return take
}

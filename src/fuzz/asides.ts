import type { Address } from '#transport'
import { header, headerValue, type SipMessage, statusOf } from '#wire/sip'
import { branchOf, type Flying, type Moment, type Transmit } from './flight.ts'
import { dialogOf, writeInside } from './inside.ts'
import { writeAcknowledgement } from './responses.ts'

/** What leaves beside a flow, and what answers it. */
export interface Asides {
  /** That moment has come. */
  say(flying: Flying, moment: Moment): void
  answered(flying: Flying, request: Uint8Array, message: SipMessage, remote: Address): void
}

export function createAsides(transmit: Transmit): Asides {
  /** A request beside the flow, which is another transaction: a session that it sets up ends at once, unless it is that of the flow. */
  function answered(flying: Flying, request: Uint8Array, message: SipMessage, remote: Address): void {
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

  return { say, answered }
}

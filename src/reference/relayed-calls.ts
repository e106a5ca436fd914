import type { Decoded, IeValues } from '#bindings'
import { boundedTable } from './bounded-table.ts'
import { clientOf } from './client-of.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Peer, Session, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import { callRefusalOf, isSuccess } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** The messages of a communication that is set up by INVITE, by the name of its request. */
export const communications = {
  'group call join request': { response: 'group call join response', end: 'group call leave request' },
  'private call request': { response: 'private call response', end: 'private call end request' },
} as const

export type CommunicationRequest = keyof typeof communications

export const isCommunicationRequest = (name: string | undefined): name is CommunicationRequest =>
  name !== undefined && Object.hasOwn(communications, name)

/** An INVITE that came, as a message of the profile. */
export interface CommunicationIncoming {
  readonly request: IncomingRequest
  readonly message: Decoded & { readonly name: CommunicationRequest }
  readonly messages: ServiceMessages
}

/** Both sides of a communication that passes a participating function. */
export interface Relayed {
  readonly near: Session
  readonly far: Session
}

/** The communications that pass a participating function as two dialogs (TS 24.379 10.1.1.3 and 11.1.1.3). */
export interface RelayedCalls {
  relay(incoming: CommunicationIncoming, next: Peer, ies: IeValues, established: (relayed: Relayed) => void): void
  refuse(incoming: CommunicationIncoming, refusal: Refusal): void
  clear(): void
}

/** The session description says where media goes. */
export function relayedCalls(around: Surroundings): RelayedCalls {
  const calls = boundedTable<Relayed>(mostEntries, leave)

  function refuse({ request, message, messages }: CommunicationIncoming, refusal: Refusal): void {
    const { response } = communications[message.name]
    const parties = { ...ownParties(around, request.origin.transport), to: clientOf(request).to }
    const binding = messages.response(response)
    request.respond(binding.encode({ result: 'refused' }, parties, messages.values, message.ies, refusal))
  }

  /** Who is told of the end tells the other side, and answers when that has. */
  function passEnd({ message, messages }: CommunicationIncoming, relayed: Relayed, other: Session) {
    return (request: IncomingRequest): void => {
      if (request.method !== 'BYE')
        return request.respond({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', 'ACK, BYE']] })
      const { end } = communications[message.name]
      const wire = messages.request(end).encode({}, { ...ownParties(around), to: around.identity }, messages.values)
      void other.request(wire, request.cause, `relayed ${end}`).final.then(() => {
        request.respond({ status: 200, reason: 'OK', headers: [] })
        leave(relayed)
      })
    }
  }

  function leave({ near, far }: Relayed): void {
    near.leave()
    far.leave()
    calls.delete(near.callId)
  }

  return {
    relay(incoming, next, ies, established) {
      const { request, message, messages } = incoming
      const parties = { ...ownParties(around, next.transport), to: next.identity, leg: 'between-servers' as const }
      const wire = messages.request(message.name).encode(ies, parties, messages.values)
      const invitation = around.invite(wire, next, request.cause, `relayed ${message.name}`)
      request.onCancelled = () => {
        request.respond({ status: 487, reason: 'Request Terminated', headers: [] })
        invitation.cancel([])
      }
      void invitation.final.then((outcome) => {
        const { session: far } = invitation
        if (outcome.kind !== 'response' || !isSuccess(outcome.message) || far === undefined) {
          const { refusals } = messages
          const refused = outcome.kind === 'response'
          return refuse(incoming, refused ? callRefusalOf(outcome.message, refusals) : refusals.unreachable)
        }
        const binding = messages.response(communications[message.name].response)
        const own = { ...ownParties(around, request.origin.transport), to: clientOf(request).to }
        const answer = { ...own, answered: request.message }
        const near = request.accept(binding.encode({ result: 'accepted' }, answer, messages.values, message.ies))
        if (near === undefined) return far.leave()
        const relayed = { near, far }
        calls.set(near.callId, relayed)
        near.onRequest = passEnd(incoming, relayed, far)
        far.onRequest = passEnd(incoming, relayed, near)
        near.onUnacknowledged = () => leave(relayed)
        established(relayed)
      })
    },
    refuse,
    clear() {
      for (const relayed of [...calls.values()]) leave(relayed)
    },
  }
}

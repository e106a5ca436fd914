import type { Decoded, IeValues, Media, WireRequest } from '#bindings'
import type { Outcome } from '#stack/sip'
import { boundedTable } from './bounded-table.ts'
import { clientOf } from './client-of.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Invitation, Peer, Session, Surroundings } from './mc-function.ts'
import { openMediaLeg, wantsMedia, type MediaLeg } from './media-leg.ts'
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

/** Both sides of a communication that passes a participating function, and their media where there is any. */
export interface Relayed {
  readonly near: Session
  readonly far: Session
  readonly legs: Legs | undefined
  /** Called once it has ended. */
  readonly over?: (() => void) | undefined
}

export interface Legs {
  readonly near: MediaLeg
  readonly far: MediaLeg
}

/** The communications that pass a participating function as two dialogs (TS 24.379 10.1.1.3 and 11.1.1.3). */
export interface RelayedCalls {
  relay(
    incoming: CommunicationIncoming,
    next: Peer,
    ies: IeValues,
    established: (relayed: Relayed) => void,
    over?: () => void,
  ): void
  refuse(incoming: CommunicationIncoming, refusal: Refusal): void
  /** Ends both dialogs. */
  end(incoming: CommunicationIncoming, relayed: Relayed): void
  /** Forgets both dialogs, without a word, and stops their media. */
  leave(relayed: Relayed): void
  clear(): void
}

/** Media of an offer that wants none. */
const withoutMedia = (around: Surroundings): Media => ({ address: around.local.address, audioPort: 9, floorPort: 9 })

/** `wire` says how media passes; as it came unless said. */
export function relayedCalls(around: Surroundings, wire: (legs: Legs) => void = passAll): RelayedCalls {
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
      const bye = messages.request(end).encode({}, { ...ownParties(around), to: around.identity }, messages.values)
      void other.request(bye, request.cause, `relayed ${end}`).final.then(() => {
        request.respond({ status: 200, reason: 'OK', headers: [] })
        leave(relayed)
      })
    }
  }

  function leave({ near, far, legs, over }: Relayed): void {
    near.leave()
    far.leave()
    legs?.near.close()
    legs?.far.close()
    if (calls.get(near.callId) === undefined) return
    calls.delete(near.callId)
    over?.()
  }

  function endBoth({ request, message, messages }: CommunicationIncoming, relayed: Relayed): void {
    const { end: name } = communications[message.name]
    const bye = messages.request(name).encode({}, { ...ownParties(around), to: around.identity }, messages.values)
    const ends = [relayed.near, relayed.far].map((side, index) => side.request(bye, request.cause, `${name} ${index}`))
    void Promise.all(ends.map(({ final }) => final)).then(() => leave(relayed))
  }

  function conclude(
    incoming: CommunicationIncoming,
    invitation: Invitation,
    outcome: Outcome,
    legs: Legs | undefined,
    over: (() => void) | undefined,
  ): Relayed | undefined {
    const { request, message, messages } = incoming
    const { session: far } = invitation
    const close = (): undefined => {
      legs?.near.close()
      legs?.far.close()
    }
    if (outcome.kind !== 'response' || !isSuccess(outcome.message) || far === undefined) {
      const { refusals } = messages
      const refused = outcome.kind === 'response'
      refuse(incoming, refused ? callRefusalOf(outcome.message, refusals) : refusals.unreachable)
      return close()
    }
    legs?.far.connect(outcome.message)
    const binding = messages.response(communications[message.name].response)
    const own = { ...ownParties(around, request.origin.transport), to: clientOf(request).to }
    const answer = { ...own, media: legs?.near.media ?? withoutMedia(around), answered: request.message }
    const near = request.accept(binding.encode({ result: 'accepted' }, answer, messages.values, message.ies))
    if (near === undefined) {
      far.leave()
      return close()
    }
    const relayed: Relayed = { near, far, legs, over }
    calls.set(near.callId, relayed)
    near.onRequest = passEnd(incoming, relayed, far)
    far.onRequest = passEnd(incoming, relayed, near)
    // RFC 3261 13.3.1.4.
    near.onUnacknowledged = () =>
      around.defective('lost-call-forgotten-without-end') ? leave(relayed) : endBoth(incoming, relayed)
    return relayed
  }

  async function openLegs({ request }: CommunicationIncoming): Promise<Legs | undefined> {
    if (!wantsMedia(request.message)) return undefined
    const [near, far] = await Promise.all([openMediaLeg(around), openMediaLeg(around)])
    near.connect(request.message)
    const legs = { near, far }
    wire(legs)
    return legs
  }

  return {
    relay(incoming, next, ies, established, over) {
      const { request, message, messages } = incoming
      void openLegs(incoming).then(async (legs) => {
        const own = { ...ownParties(around, next.transport), media: legs?.far.media ?? withoutMedia(around) }
        const parties = { ...own, to: next.identity, leg: 'between-servers' as const }
        const invite: WireRequest = messages.request(message.name).encode(ies, parties, messages.values)
        const invitation = around.invite(prioritized(invite, around), next, request.cause, `relayed ${message.name}`)
        request.onCancelled = () => {
          request.respond({ status: 487, reason: 'Request Terminated', headers: [] })
          if (!around.defective('cancelled-call-rings-on')) invitation.cancel([])
        }
        const ringing = around.clock.after(around.ringing, () => {
          if (!around.defective('lost-callee-rings-for-ever')) invitation.cancel([])
        })
        const outcome = await invitation.final
        ringing.cancel()
        const relayed = conclude(incoming, invitation, outcome, legs, over)
        if (relayed !== undefined) established(relayed)
      })
    },
    refuse,
    end: endBoth,
    leave,
    clear() {
      for (const relayed of [...calls.values()]) leave(relayed)
    },
  }
}

/** As it is written (but for a defect). */
const prioritized = (invite: WireRequest, { defective }: Surroundings): WireRequest =>
  defective('uplink-without-resource-priority')
    ? { ...invite, headers: invite.headers.filter(([name]) => name !== 'Resource-Priority') }
    : invite

/** What comes on one side goes out on the other. */
function passAll({ near, far }: Legs): void {
  near.onAudio = (octets) => far.sendAudio(octets)
  far.onAudio = (octets) => near.sendAudio(octets)
  near.onFloor = (octets) => far.sendFloor(octets)
  far.onFloor = (octets) => near.sendFloor(octets)
}

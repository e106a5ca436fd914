import type { Decoded, IeValues } from '#bindings'
import { acknowledge } from '#bindings'
import { header, readNameAddress } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { communicationOf, serverKeyOf, serverAmong } from './communication-name.ts'
import { takingRequests } from './communication-requests.ts'
import { faultIn, isEmergency, present } from './information-elements.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Peer, Surroundings } from './mc-function.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { IopsParticipatingServerProvision } from './provision.ts'
import { relayedCalls } from './relayed-calls.ts'
import type { CommunicationIncoming, Relayed } from './relayed-calls.ts'
import { isSuccess, refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** A communication that a user of the IOPS MC system takes part in by way of this server. */
interface Participation {
  readonly user: string
  readonly communication: string
  readonly controlling: Peer
  readonly relayed: Relayed
  readonly emergency: boolean
  /** The server that serves the user now, in the place of this one (step 4). */
  switchedTo: string | undefined
}

/** The participating function in the IOPS MC system of TR 23.778 6.X.2: steps 3b and 4. */
export function iopsParticipatingServer(provision: IopsParticipatingServerProvision, around: Surroundings): McFunction {
  const { identity, host, defective } = around
  const participations = boundedTable<Participation>(mostEntries)
  const calls = relayedCalls(around)
  const keyFor = ({ user, communication }: Pick<Participation, 'user' | 'communication'>): string =>
    `${user} ${communication}`

  /** The user joins a communication of the IOPS MC system. */
  function onCommunication(incoming: CommunicationIncoming): void {
    const { refusals } = incoming.messages
    const { ies } = incoming.message
    const named = communicationOf(ies)
    const home = readMcServiceId(ies['mcServiceId'] ?? ies['callingParty'] ?? '')?.system ?? ''
    const controlling = provision.controlling.get(home)
    if (named === undefined || incoming.message.problems.length > 0) return calls.refuse(incoming, refusals.malformed)
    if (controlling === undefined) return calls.refuse(incoming, refusals.unknownUser)
    let own: Participation | undefined
    const established = (relayed: Relayed): void => {
      own = { ...named, controlling, relayed, emergency: isEmergency(ies), switchedTo: undefined }
      participations.set(keyFor(named), own)
    }
    // What is over is not switched any more; what was switched has no call of its own left.
    const over = (): void => {
      if (own?.switchedTo === undefined && participations.get(keyFor(named)) === own)
        participations.delete(keyFor(named))
    }
    calls.relay(incoming, controlling, ies, established, over)
  }

  /** Step 3. */
  function onSwitchRequest(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const named = communicationOf(message.ies)
    const fault = faultIn(message, ['mcServiceId', 'newServer'])
    if (fault !== undefined || named === undefined) {
      around.say(`${around.name}: participating server switch request refused: ${fault ?? 'it names no communication'}`)
      return request.respond(refusing(messages.refusals.malformed, host))
    }
    const sender = readNameAddress(header(request.message, 'From') ?? '')?.uri ?? ''
    const server = serverAmong(provision.servers, sender)
    if (server === undefined) return request.respond(refusing(messages.refusals.noPartner, host))
    request.respond(acknowledge(request.message))
    const { newServer = '' } = message.ies
    const held = participationOf(named)
    const trusted = server.trusted || defective('switch-for-untrusted-system')
    const itself = serverKeyOf(newServer) === serverKeyOf(sender) || defective('switch-to-any-server')
    const free =
      held?.switchedTo === undefined ||
      serverKeyOf(held.switchedTo) === serverKeyOf(newServer) ||
      defective('second-switch-accepted')
    const accepted = held !== undefined && trusted && itself && free && !defective('switch-refused')
    if (!defective('switch-response-missing')) answer(request, message.ies, messages, server, held, accepted)
    if (held === undefined || !accepted) return
    const again = held.switchedTo !== undefined
    if (!defective('switch-not-stored')) held.switchedTo = newServer
    if (!again) forward(request, message.ies, messages, held)
    if (!defective('former-path-kept')) calls.leave(held.relayed)
  }

  function participationOf(named: Pick<Participation, 'user' | 'communication'>): Participation | undefined {
    const held = participations.get(keyFor(named))
    if (held !== undefined || !defective('switch-of-unknown-communication')) return held
    return [...participations.values()].at(-1)
  }

  /** Step 3b. */
  function answer(
    request: IncomingRequest,
    { mcServiceId }: IeValues,
    messages: ServiceMessages,
    server: Peer,
    held: Participation | undefined,
    accepted: boolean,
  ): void {
    const user = readMcServiceId(mcServiceId ?? '')
    const told: Record<string, string | undefined> = {
      mcServiceId,
      result: accepted ? 'accepted' : 'refused',
      controllingServer: accepted ? held?.controlling.identity : undefined,
      emergencyIndicator: accepted && held?.emergency === true ? 'true' : undefined,
    }
    if (defective('switch-response-without-emergency')) told['emergencyIndicator'] = undefined
    if (accepted && defective('switch-response-with-invented-emergency')) told['emergencyIndicator'] = 'true'
    if (user !== undefined && defective('switch-response-for-another-user')) told['mcServiceId'] = anotherUserOf(user)
    if (defective('switch-response-without-controlling-server')) told['controllingServer'] = undefined
    if (accepted && defective('switch-response-names-itself-controlling')) told['controllingServer'] = identity
    if (!accepted && defective('switch-refusal-reported-as-accepted'))
      Object.assign(told, { result: 'accepted', controllingServer: identity })
    const parties = { from: identity, to: server.identity, host, inReplyTo: request.callId }
    const wire = messages
      .request('participating server switch response')
      .encode(present(told), parties, messages.values)
    void around.send(wire, server, request.cause, 'participating server switch response')
  }

  /** Step 4. */
  function forward(request: IncomingRequest, ies: IeValues, messages: ServiceMessages, held: Participation): void {
    if (defective('switch-not-forwarded')) return
    const { controlling } = held
    const parties = { from: identity, to: controlling.identity, host }
    const wire = messages
      .request('participating server switch notification')
      .encode(notified(ies), parties, messages.values)
    const sent = around.send(wire, controlling, request.cause, 'participating server switch notification')
    void sent.final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      around.say(`${around.name}: the controlling server did not take the switch: ${outcome.kind}`)
    })
  }

  function notified(ies: IeValues): IeValues {
    const another = (ie: string): IeValues => {
      const id = readMcServiceId(ies[ie] ?? '')
      return id === undefined ? ies : { ...ies, [ie]: anotherUserOf(id) }
    }
    if (defective('notification-of-another-user')) return another('mcServiceId')
    if (defective('notification-of-another-group')) return another('groupId')
    if (defective('notification-without-group')) return present({ ...ies, groupId: undefined })
    if (defective('notification-without-other-user')) return present({ ...ies, otherUser: undefined })
    if (defective('notification-without-new-server')) return present({ ...ies, newServer: undefined })
    if (defective('notification-names-itself')) return { ...ies, newServer: identity }
    return ies
  }

  return {
    role: 'iopsParticipatingServer',
    methods: ['MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => defective('switch-request-taken-twice'),
    receive: takingRequests(around, onCommunication, { 'participating server switch request': onSwitchRequest }),
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (key === undefined || name !== 'switched') return unknownState
      const held = [...participations.values()].find(({ user, switchedTo }) => user === key && switchedTo !== undefined)
      return { known: true, holds: held !== undefined, values: present({ newServer: held?.switchedTo }) }
    },
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      if (mcServiceId === undefined) calls.clear()
      for (const each of [...participations.values()])
        if (mcServiceId === undefined || each.user === key) participations.delete(keyFor(each))
    },
  }
}

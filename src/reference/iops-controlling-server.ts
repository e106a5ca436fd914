import type { Decoded } from '#bindings'
import { acknowledge } from '#bindings'
import { header, readNameAddress } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { clientOf } from './client-of.ts'
import { communicationMedia, type CommunicationMedia } from './communication-media.ts'
import { openMediaLeg, wantsMedia } from './media-leg.ts'
import { communicationOf, serverKeyOf, serverAmong } from './communication-name.ts'
import { takingRequests } from './communication-requests.ts'
import { faultIn, isEmergency, present } from './information-elements.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Session, StateAnswer, Surroundings } from './mc-function.ts'
import { keyOf, readMcServiceId } from './mc-service-id.ts'
import { ownParties } from './private-call-request.ts'
import type { IopsControllingServerProvision } from './provision.ts'
import { communications, relayedCalls } from './relayed-calls.ts'
import type { CommunicationIncoming, Relayed } from './relayed-calls.ts'
import { refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** One party of a communication that is controlled here. */
interface Party {
  readonly user: string
  readonly communication: string
  /** The participating server by which the party is reached. */
  server: string
  /** That the participating server has handed the party over to (step 4). */
  switchedTo: string | undefined
  session: Session | undefined
  /** Ends it, with a word to the party. */
  readonly release: () => void
}

/** Whose media it is, and where it is. */
type Named = Pick<Party, 'user' | 'communication'>

/** The controlling function in the IOPS MC system of TR 23.778 6.X.2: steps 4, 6 and 7. */
export function iopsControllingServer(provision: IopsControllingServerProvision, around: Surroundings): McFunction {
  const { host, defective } = around
  const parties = boundedTable<Party>(mostEntries, (oldest) => oldest.session?.leave())
  const calls = relayedCalls(around, () => undefined)
  const media = boundedTable<CommunicationMedia>(mostEntries, (oldest) => oldest.close())
  const mediaOf = (communication: string): CommunicationMedia => {
    const known = media.get(communication)
    if (known !== undefined) return known
    const made = communicationMedia(communication, around, () => releaseAll(communication))
    made.setEmergency(emergencies.get(communication) ?? false)
    media.set(communication, made)
    return made
  }

  /** The communications that are emergency ones, with media or without. */
  const emergencies = boundedTable<true>(mostEntries)
  function setEmergency(communication: string, emergency: boolean): void {
    if (emergency) emergencies.set(communication, true)
    else emergencies.delete(communication)
    media.get(communication)?.setEmergency(emergency)
  }

  /** TS 24.379 6.3.8.1: nobody talks any more. */
  function releaseAll(communication: string): void {
    for (const party of [...parties.values()]) if (party.communication === communication) party.release()
  }

  function dismiss({ user, communication }: Named): void {
    media.get(communication)?.dismiss(user)
    if ([...parties.values()].some((each) => each.communication === communication)) return
    media.get(communication)?.close()
    media.delete(communication)
    emergencies.delete(communication)
  }
  const keyFor = ({ user, communication }: Named): string => `${user} ${communication}`
  const senderOf = ({ message }: IncomingRequest): string => readNameAddress(header(message, 'From') ?? '')?.uri ?? ''

  /** Uplink signalling: a party joins, by the participating server that it has now (step 7). */
  function onCommunication(incoming: CommunicationIncoming): void {
    const { request, message, messages } = incoming
    const { refusals } = messages
    const named = communicationOf(message.ies)
    if (named === undefined || message.problems.length > 0) return calls.refuse(incoming, refusals.malformed)
    const server = senderOf(request)
    if (serverAmong(provision.servers, server) === undefined) return calls.refuse(incoming, refusals.interconnection)
    const known = parties.get(keyFor(named))
    const expected = known?.switchedTo ?? known?.server
    const stranger = known !== undefined && serverKeyOf(expected) !== serverKeyOf(server)
    if (stranger) return calls.refuse(incoming, refusals.localPolicy)
    const outside = !serverKeyOf(server)?.endsWith(around.system)
    if (known === undefined && outside) return calls.refuse(incoming, refusals.localPolicy)
    if (known?.switchedTo !== undefined && defective('uplink-of-new-server-refused'))
      return calls.refuse(incoming, refusals.localPolicy)
    const group = keyOf(message.ies['groupId'])
    if (group !== undefined && provision.groups.get(group)?.members.has(named.user) !== true)
      return calls.refuse(incoming, refusals.notGroupMember)
    if (group === undefined && known === undefined) return callOther(incoming, named, server)
    if (known !== undefined && defective('downlink-response-missing')) return
    void admit(incoming, named, server, known)
  }

  async function admit(
    incoming: CommunicationIncoming,
    named: Named,
    server: string,
    known: Party | undefined,
  ): Promise<void> {
    const { request, message, messages } = incoming
    const leg = wantsMedia(request.message) ? await openMediaLeg(around) : undefined
    leg?.connect(request.message)
    const binding = messages.response(communications[message.name].response)
    const own = {
      ...ownParties(around, request.origin.transport),
      to: clientOf(request).to,
      ...(leg && { media: leg.media }),
      answered: request.message,
    }
    const session = request.accept(binding.encode({ result: 'accepted' }, own, messages.values, message.ies))
    if (session === undefined) return leg?.close()
    known?.session?.leave()
    const release = (): void => {
      const { end } = communications[message.name]
      const bye = messages.request(end).encode({}, { ...ownParties(around), to: around.identity }, messages.values)
      void session.request(bye, request.cause, end).final.then(over)
    }
    const party: Party = { ...named, server, switchedTo: known?.switchedTo, session, release }
    parties.set(keyFor(named), party)
    // Who joins anew joins what is there: it is an emergency until that is cancelled or TNG2 expires (TS 24.379 6.3.3.1.16).
    const lost = known !== undefined && defective('emergency-lost-in-switch')
    const before = emergencies.get(named.communication) ?? false
    setEmergency(named.communication, !lost && (before || isEmergency(message.ies)))
    if (leg !== undefined) mediaOf(named.communication).attend(named.user, leg)
    const over = (): void => {
      session.leave()
      if (parties.get(keyFor(named)) === party) parties.delete(keyFor(named))
      dismiss(named)
    }
    session.onUnacknowledged = release
    session.onRequest = (inside) => {
      if (inside.method !== 'BYE')
        return inside.respond({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', 'ACK, BYE']] })
      inside.respond({ status: 200, reason: 'OK', headers: [] })
      over()
    }
  }

  /** A private call begins: the other user is called by way of that user's participating server. */
  function callOther(incoming: CommunicationIncoming, named: Named, server: string): void {
    const { message, messages } = incoming
    const other = readMcServiceId(message.ies['calledParty'] ?? '')
    const next = provision.participating.get(other?.system ?? '')
    let session: Session | undefined
    if (next === undefined) return calls.refuse(incoming, messages.refusals.unknownUser)
    const established = (relayed: Relayed): void => {
      const { near, legs } = relayed
      setEmergency(named.communication, isEmergency(message.ies))
      if (legs !== undefined && other !== undefined) {
        const { attend } = mediaOf(named.communication)
        attend(named.user, legs.near)
        attend(other.key, legs.far)
      }
      const release = (): void => {
        calls.end(incoming, relayed)
        parties.delete(keyFor(named))
        dismiss(named)
      }
      parties.set(keyFor(named), { ...named, server, switchedTo: undefined, session: near, release })
      session = near
    }
    const over = (): void => {
      if (session === undefined || parties.get(keyFor(named))?.session !== session) return
      parties.delete(keyFor(named))
      dismiss(named)
    }
    calls.relay(incoming, next, message.ies, established, over)
  }

  /** Step 4. */
  function onNotification(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const named = communicationOf(message.ies)
    const fault = faultIn(message, ['mcServiceId', 'newServer'])
    if (fault !== undefined || named === undefined) {
      around.say(`${around.name}: switch notification refused: ${fault ?? 'it names no communication'}`)
      return request.respond(refusing(messages.refusals.malformed, host))
    }
    const party = parties.get(keyFor(named))
    const own = party !== undefined && serverKeyOf(party.server) === serverKeyOf(senderOf(request))
    const known = serverAmong(provision.servers, message.ies['newServer']) !== undefined
    if (party === undefined || !known || !own) return request.respond(refusing(messages.refusals.noCallAwaiting, host))
    request.respond(acknowledge(request.message))
    if (defective('notification-ignored')) return
    party.switchedTo = defective('route-kept-at-former-server') ? party.server : message.ies['newServer']
  }

  function emergencyOf(key: string): StateAnswer {
    const own = [...parties.values()].find(({ user }) => user === key)
    const holds = own !== undefined && emergencies.get(own.communication) === true
    return { known: true, holds, values: present({ emergencyIndicator: holds ? 'true' : undefined }) }
  }

  return {
    role: 'iopsControllingServer',
    methods: ['MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => false,
    receive: takingRequests(around, onCommunication, {
      'participating server switch notification': onNotification,
    }),
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (key === undefined) return unknownState
      if (name === 'emergency') return emergencyOf(key)
      if (name !== 'routedThrough') return unknownState
      const held = [...parties.values()].find(({ user, switchedTo }) => user === key && switchedTo !== undefined)
      return { known: true, holds: held !== undefined, values: present({ newServer: held?.switchedTo }) }
    },
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      if (mcServiceId === undefined) calls.clear()
      for (const each of [...parties.values()]) {
        if (mcServiceId !== undefined && each.user !== key) continue
        each.session?.leave()
        parties.delete(keyFor(each))
        dismiss(each)
      }
    },
  }
}

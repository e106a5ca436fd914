import type { Decoded, IeValues } from '#bindings'
import { acknowledge } from '#bindings'
import { header, readNameAddress } from '#wire/sip'
import { accessTokenCheck } from './access-token.ts'
import { boundedTable } from './bounded-table.ts'
import { clientOf } from './client-of.ts'
import { communicationOf, serverKeyOf, serverAmong } from './communication-name.ts'
import { takingRequests } from './communication-requests.ts'
import { asCallOf } from './flawed-floor.ts'
import { groupCommunications } from './group-communications.ts'
import { faultIn, isEmergency, present } from './information-elements.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Peer, Surroundings } from './mc-function.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import type { ParticipatingServerProvision } from './provision.ts'
import { relayedCalls } from './relayed-calls.ts'
import type { CommunicationIncoming, Legs } from './relayed-calls.ts'
import { isSuccess, refusing } from './refusal.ts'
import { alternativeOf } from './service-messages.ts'
import type { ServiceMessages } from './service-messages.ts'

/** A communication that a user would like to continue here, or continues. */
interface Continuity {
  readonly user: string
  readonly communication: string
  readonly ies: IeValues
  readonly messages: ServiceMessages
  readonly formerServer: string
  /** Call-ID of the switch request. */
  callId: string
  timer: { cancel(): void } | undefined
  /** Once the IOPS MC system has answered (step 5). */
  controllingServer: string | undefined
  /** Of the communication context. */
  emergency: boolean
}

/** The participating function in the primary MC system of TR 23.778 6.X.2: steps 2, 3a, 5 and 7, and downlink step 6. */
export function participatingMcServiceServer(
  provision: ParticipatingServerProvision,
  around: Surroundings,
): McFunction {
  const { identity, host, defective } = around
  const authorized = boundedTable<McServiceId>(mostEntries)
  const continuities = boundedTable<Continuity>(mostEntries, (oldest) => oldest.timer?.cancel())
  const checkToken = accessTokenCheck(provision.idm, around.now, defective)
  const groups = groupCommunications(provision.groups, (key) => authorized.get(key) !== undefined, around)
  const calls = relayedCalls(around, (legs) => passMedia(legs, defective))
  const keyFor = ({ user, communication }: Pick<Continuity, 'user' | 'communication'>): string =>
    `${user} ${communication}`

  async function authorize(request: IncomingRequest, message: Decoded, messages: ServiceMessages): Promise<void> {
    const fault = faultIn(message, ['mcServiceId', 'credentials'])
    const user = fault === undefined ? readMcServiceId(message.ies['mcServiceId'] ?? '') : undefined
    const token = user && (await checkToken(message.ies['credentials'] ?? '', user, messages))
    const granted = token !== undefined && !('fault' in token)
    if (granted && user !== undefined) comeAnew(user)
    const binding = messages.response('service authorization response', alternativeOf(request.method))
    const parties = { ...clientOf(request), from: identity, host }
    const result = granted ? 'accepted' : 'refused'
    request.respond(binding.encode({ result }, parties, messages.values, message.ies))
  }

  /** What was to be continued when the user was here before is no more. */
  function comeAnew(user: McServiceId): void {
    authorized.set(user.key, user)
    for (const each of [...continuities.values()]) {
      if (each.user !== user.key) continue
      if (each.controllingServer === undefined && defective('unanswered-switch-kept')) continue
      if (!defective('given-up-switch-ends-next')) each.timer?.cancel()
      continuities.delete(keyFor(each))
    }
  }

  /** Steps 2a and 2b. */
  function onContinuityRequest(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const named = communicationOf(message.ies)
    const fault = faultIn(message, ['mcServiceId', 'formerServer'])
    if (fault !== undefined || named === undefined) {
      around.say(`${around.name}: call continuity request refused: ${fault ?? 'it names no communication'}`)
      return request.respond(refusing(messages.refusals.malformed, host))
    }
    request.respond(acknowledge(request.message))
    const { formerServer = '' } = message.ies
    const server = serverAmong(provision.servers, formerServer)
    const served = authorized.get(named.user) !== undefined || defective('continuity-without-service-authorization')
    const trusted = server?.trusted === true || defective('continuity-with-untrusted-system')
    const accepted = served && server !== undefined && trusted && !defective('continuity-refused')
    const known = continuities.get(keyFor(named))
    if (!defective('continuity-response-missing')) answer(request, message.ies, messages, accepted)
    if (!accepted || server === undefined) return
    // What was asked already need not be asked again.
    if (known !== undefined) return
    const { mcServiceId, groupId, otherUser } = message.ies
    const ies = present({ mcServiceId, groupId, otherUser, newServer: identity })
    const asked: Continuity = {
      ...named,
      ies,
      messages,
      formerServer,
      callId: '',
      timer: undefined,
      controllingServer: undefined,
      emergency: false,
    }
    continuities.set(keyFor(named), asked)
    askForSwitch(request, asked, server)
  }

  function answer(request: IncomingRequest, ies: IeValues, messages: ServiceMessages, accepted: boolean): void {
    const user = readMcServiceId(ies['mcServiceId'] ?? '')
    const named =
      user !== undefined && defective('continuity-response-for-another-user') ? anotherUserOf(user) : user?.uri
    const told = present({ mcServiceId: named, result: accepted ? 'accepted' : 'refused' })
    const client: Peer = { ...request.origin, identity: clientOf(request).to }
    const parties = { from: identity, to: client.identity, host, inReplyTo: request.callId }
    const wire = messages.request('call continuity response').encode(told, parties, messages.values)
    void around.send(wire, client, request.cause, 'call continuity response')
  }

  /** Step 3a. */
  function askForSwitch(request: IncomingRequest, asked: Continuity, server: Peer): void {
    const { messages } = asked
    const parties = { from: identity, to: server.identity, host }
    const wire = messages
      .request('participating server switch request')
      .encode(switchElements(asked.ies), parties, messages.values)
    const sent = around.send(wire, server, request.cause, 'participating server switch request')
    asked.callId = sent.callId
    asked.timer = around.clock.after(around.migrationResponse, () => giveUp(asked))
    if (defective('continued-before-switch-response')) asked.controllingServer = server.identity
    void sent.final.then((outcome) => {
      if (outcome.kind !== 'response' || !isSuccess(outcome.message)) giveUp(asked)
    })
  }

  function switchElements(ies: IeValues): IeValues {
    const user = readMcServiceId(ies['mcServiceId'] ?? '')
    const other = (id: string | undefined): string | undefined => {
      const read = readMcServiceId(id ?? '')
      return read === undefined ? id : anotherUserOf(read)
    }
    if (defective('switch-request-without-user')) return present({ ...ies, mcServiceId: undefined })
    if (user !== undefined && defective('switch-request-for-another-user'))
      return { ...ies, mcServiceId: anotherUserOf(user) }
    if (defective('switch-request-without-group')) return present({ ...ies, groupId: undefined })
    if (defective('switch-request-for-another-group')) return present({ ...ies, groupId: other(ies['groupId']) })
    if (defective('switch-request-without-other-user')) return present({ ...ies, otherUser: undefined })
    if (defective('switch-request-without-new-server')) return present({ ...ies, newServer: undefined })
    if (defective('switch-request-names-former-server')) return { ...ies, newServer: 'sip:somebody.else@iops.example' }
    return ies
  }

  function giveUp(asked: Continuity): void {
    asked.timer?.cancel()
    if (defective('unanswered-switch-kept')) return
    const isIts = continuities.get(keyFor(asked)) === asked || defective('given-up-switch-ends-next')
    if (asked.controllingServer === undefined && isIts) continuities.delete(keyFor(asked))
  }

  /** Steps 3b and 5. */
  function onSwitchResponse(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const inReplyTo = header(request.message, 'In-Reply-To') ?? ''
    const user = keyOf(message.ies['mcServiceId'])
    const asked = [...continuities.values()].find(
      ({ callId, user: of }) =>
        callId === inReplyTo || (defective('switch-response-correlated-by-nothing') && of !== user),
    )
    const fault = faultIn(message, ['mcServiceId', 'result'])
    const refused = message.ies['result'] === 'refused' && !defective('switch-refusal-ignored')
    if (fault !== undefined) return request.respond(refusing(messages.refusals.malformed, host))
    const sameUser =
      asked?.user === user ||
      defective('switch-response-for-another-user-accepted') ||
      defective('switch-response-correlated-by-nothing')
    if (asked === undefined || !sameUser || asked.controllingServer !== undefined)
      return request.respond(refusing(messages.refusals.notAwaited, host))
    if (refused) {
      request.respond(acknowledge(request.message))
      return giveUp(asked)
    }
    const sender = readNameAddress(header(request.message, 'From') ?? '')?.uri
    const controlling = serverAmong(provision.servers, message.ies['controllingServer'])
    const known = controlling?.trusted === true
    const withoutOne =
      defective('switch-refusal-ignored') || defective('switch-response-without-controlling-server-accepted')
    if (serverKeyOf(sender) !== serverKeyOf(asked.formerServer) || (!known && !withoutOne)) {
      request.respond(refusing(messages.refusals.notAwaited, host))
      return giveUp(asked)
    }
    asked.timer?.cancel()
    request.respond(acknowledge(request.message))
    if (defective('communication-context-not-stored')) return void continuities.delete(keyFor(asked))
    asked.emergency = isEmergency(message.ies) && !defective('emergency-of-context-not-stored')
    asked.controllingServer = defective('former-server-stored-as-controlling')
      ? asked.formerServer
      : (message.ies['controllingServer'] ?? asked.formerServer)
  }

  /** Step 7, and what answers it downlink. */
  function onCommunication(incoming: CommunicationIncoming): void {
    const { refusals } = incoming.messages
    const { ies } = incoming.message
    const named = communicationOf(ies)
    if (named === undefined || incoming.message.problems.length > 0) return calls.refuse(incoming, refusals.malformed)
    const held = continuities.get(keyFor(named))
    const stored = defective('uplink-to-former-server') ? held?.formerServer : held?.controllingServer
    const controlling = serverAmong(provision.servers, stored)
    if (controlling === undefined) return calls.refuse(incoming, refusals.controllingFunctionUndetermined)
    if (defective('uplink-not-forwarded')) return calls.refuse(incoming, refusals.notServed)
    // What was continued here ends here.
    const over = (): void => void (continuities.get(keyFor(named)) === held && continuities.delete(keyFor(named)))
    calls.relay(incoming, controlling, forwarded(ies), () => undefined, over)
  }

  function forwarded(ies: IeValues): IeValues {
    const another = (ie: string): IeValues => {
      const id = readMcServiceId(ies[ie] ?? '')
      return id === undefined ? ies : { ...ies, [ie]: anotherUserOf(id) }
    }
    if (defective('uplink-for-another-group')) return another('groupId')
    if (defective('uplink-by-another-user')) return another('mcServiceId' in ies ? 'mcServiceId' : 'callingParty')
    if (defective('uplink-to-another-party')) return another('calledParty')
    const calm = 'callingParty' in ies ? 'private-uplink-without-emergency' : 'uplink-without-emergency'
    if (defective(calm)) return present({ ...ies, emergencyIndicator: undefined })
    return ies
  }

  return {
    role: 'participatingServer',
    methods: ['PUBLISH', 'REGISTER', 'MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => defective('continuity-request-taken-twice'),
    receive: takingRequests(around, onCommunication, {
      'service authorization request': authorize,
      'group affiliation request': groups.affiliate,
      'group de-affiliation request': groups.deaffiliate,
      'call continuity request': onContinuityRequest,
      'participating server switch response': onSwitchResponse,
    }),
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (key === undefined || (name !== 'continued' && name !== 'emergency')) return unknownState
      const held = [...continuities.values()].find(
        ({ user, controllingServer }) => user === key && controllingServer !== undefined,
      )
      const { controllingServer, emergency = false } = held ?? {}
      if (name === 'emergency')
        return {
          known: true,
          holds: emergency,
          values: present({ emergencyIndicator: emergency ? 'true' : undefined }),
        }
      return { known: true, holds: held !== undefined, values: present({ controllingServer }) }
    },
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      groups.forget(mcServiceId)
      if (mcServiceId === undefined) {
        authorized.clear()
        calls.clear()
      } else authorized.delete(key ?? '')
      for (const each of [...continuities.values()]) {
        if (mcServiceId !== undefined && each.user !== key) continue
        each.timer?.cancel()
        continuities.delete(keyFor(each))
      }
    },
  }
}

/** Steps 6 and 7: media goes through as it comes. */
function passMedia({ near, far }: Legs, defective: Surroundings['defective']): void {
  let held = 0
  near.onAudio = (octets) => {
    if (defective('uplink-media-dropped')) return
    far.sendAudio(octets)
  }
  far.onAudio = (octets) => {
    held += 1
    if (defective('downlink-media-dropped')) return
    if (defective('downlink-media-begins-late') && held <= packetsHeld) return
    if (defective('downlink-media-thinned') && held % 4 === 0) return
    near.sendAudio(octets)
    if (defective('downlink-media-duplicated')) near.sendAudio(octets)
  }
  near.onFloor = (octets) => {
    if (defective('uplink-floor-control-dropped')) return
    far.sendFloor(defective('uplink-floor-indicator-cleared') ? asCallOf('normal', octets) : octets)
  }
  far.onFloor = (octets) => {
    if (defective('downlink-floor-control-dropped')) return
    near.sendFloor(defective('downlink-floor-indicator-cleared') ? asCallOf('normal', octets) : octets)
  }
}

/** Packets of 20 ms that a defect swallows at first. */
const packetsHeld = 45

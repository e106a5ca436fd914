import type { Decoded, IeValues, WireRequest, WireResponse } from '#bindings'
import { acknowledge } from '#bindings'
import type { TransportName } from '#transport'
import { header, readNameAddress, readUri } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { withUnknownParts, withUnlistedHeaders, withUserAgent } from './flawed-passing.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Peer, Sent, Surroundings } from './mc-function.ts'
import { insideBy } from './own-address.ts'
import { gatewayPrivateCalls } from './gateway-private-calls.ts'
import type { CallRoutes } from './gateway-private-calls.ts'
import { privateCallRequest } from './private-call-request.ts'
import { isSuccess, refusalOf, refusing } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** The next hop of a migration request, or why there is none. */
type Route = Peer | { readonly refusal: Refusal }

export interface GatewaySide {
  readonly side: 'partner' | 'primary'
  /** By the MC service ID of the migrating user (TR 23.781 6.x.1 steps 4 and 5); it is `undefined` only by a defect. */
  readonly route: (
    user: McServiceId | undefined,
    ies: IeValues,
    from: ServiceMessages,
    transport: TransportName,
  ) => Route
  readonly callRoutes: CallRoutes
}

/** A migration request that went on, and where its migration response goes. */
interface Forwarded {
  readonly user: McServiceId | undefined
  readonly origin: Peer
  /** Call-ID under which it came. */
  readonly callId: string
  readonly name: string
}

/**
 * A gateway server between two MC systems (TR 23.781 6.3, TS 24.379 6.8). It is a user agent on both sides: what it
 * sends is written anew from the information elements, with its own identity and Call-ID, so nothing of the system
 * behind it is seen.
 */
export function mcGatewayServer({ side, route, callRoutes }: GatewaySide, around: Surroundings): McFunction {
  const { defective, identity, host } = around
  /** Identities in primary MC systems, by those for use whilst migrated (only ever for a defect). */
  const homes = boundedTable<string>(mostEntries)
  const calls = gatewayPrivateCalls(side, callRoutes, around, (key) => homes.get(key))
  const forwarded = boundedTable<Forwarded>(mostEntries)

  /** Steps 4 and 5. */
  function forwardRequest(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
    const anonymous = defective(`${side}-gateway-routes-without-mc-service-id`)
    const fault = faultIn(message, anonymous ? ['partnerSystem'] : ['mcServiceId', 'partnerSystem'])
    if (fault !== undefined) return reject(request, fault, refusals.malformed)
    const user = readMcServiceId(message.ies['mcServiceId'] ?? '')
    const next = route(user, message.ies, messages, request.origin.transport)
    if ('refusal' in next) return reject(request, next.refusal.warning, next.refusal)
    const temporaryKey = keyOf(message.ies['temporaryId'])
    if (temporaryKey !== undefined && user !== undefined) homes.set(temporaryKey, user.uri)
    const binding = messages.request(message.name)
    const parties = { from: identity, to: next.identity, host }
    const wire = binding.encode(requestElements(message.ies, user), parties, messages.values)
    const sent = pass(request, wire, next, `forwarded ${message.name}`, side === 'partner')
    forwarded.set(sent.callId, {
      user,
      origin: { ...request.origin, identity: senderOf(request) },
      callId: request.callId,
      name: message.name,
    })
    relay(request, messages, sent)
  }

  /** From the primary to the partner MC system, by the name of that; nothing but 200 (OK) comes back. */
  function forwardNotification(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
    const fault = faultIn(message, ['mcServiceId', 'partnerSystem'])
    if (fault !== undefined) return reject(request, fault, refusals.malformed)
    const system = (message.ies['partnerSystem'] ?? '').toLowerCase()
    const { inside, peers, refusedSystems } = callRoutes
    const own = inside && insideBy(inside, request.origin.transport)
    const next = system === around.system ? own : peers.get(system)
    if (next === undefined) return reject(request, refusals.noPartner.warning, refusals.noPartner)
    const user = readMcServiceId(message.ies['mcServiceId'] ?? '')
    if ([system, user?.system ?? ''].some((one) => refusedSystems.has(one)))
      return reject(request, refusals.interconnection.warning, refusals.interconnection)
    if (defective(`${side}-gateway-return-kept`)) return request.respond(acknowledge(request.message))
    const rewritten = user !== undefined && side === 'partner' && defective('partner-gateway-return-rewritten')
    const told = { ...message.ies, ...(rewritten && { mcServiceId: anotherUserOf(user) }) }
    const wire = messages
      .request(message.name)
      .encode(told, { from: identity, to: next.identity, host }, messages.values)
    relay(request, messages, pass(request, wire, next, `forwarded ${message.name}`, side === 'primary'))
  }

  function requestElements(ies: IeValues, user: McServiceId | undefined): IeValues {
    const { mcServiceId, partnerSystem, temporaryId, userProfileIndex } = ies
    const asked = { mcServiceId, partnerSystem, temporaryId, userProfileIndex }
    if (user !== undefined && defective(`${side}-gateway-identity-rewritten`)) asked.mcServiceId = anotherUserOf(user)
    if (defective(`${side}-gateway-temporary-identity-dropped`)) asked.temporaryId = undefined
    return present(asked)
  }

  /** Steps 9 and 10: back to where the request came from. */
  function forwardResponse(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
    const answered = forwarded.get(header(request.message, 'In-Reply-To') ?? '')
    const sameKind = answered?.name.replace('request', 'response') === message.name
    if (answered === undefined || !sameKind || keyOf(message.ies['mcServiceId']) !== answered.user?.key) {
      return reject(request, refusals.notAwaited.warning, refusals.notAwaited)
    }
    const fault = faultIn(message, answered.user === undefined ? ['result'] : ['mcServiceId', 'result'])
    if (fault !== undefined) return reject(request, fault, refusals.malformed)
    if (defective(`${side}-gateway-response-dropped`)) return request.respond(acknowledge(request.message))
    forwarded.delete(header(request.message, 'In-Reply-To') ?? '')
    const { origin, callId: inReplyTo } = answered
    const binding = messages.request(message.name)
    const parties = { from: identity, to: origin.identity, host, inReplyTo }
    const wire = binding.encode(responseElements(message.ies), parties, messages.values)
    relay(request, messages, pass(request, wire, origin, `forwarded ${message.name}`, side === 'primary'))
  }

  function responseElements(ies: IeValues): IeValues {
    const { mcServiceId, result, temporaryId } = ies
    const opposite = result === 'accepted' ? 'refused' : 'accepted'
    const told = defective(`${side}-gateway-result-flipped`) ? opposite : result
    return present({ mcServiceId, result: told, temporaryId })
  }

  function pass(request: IncomingRequest, wire: WireRequest, next: Peer, purpose: string, outwards: boolean): Sent {
    if (defective('identity-written-unescaped'))
      return around.send(withPlainIdentities(wire), next, request.cause, purpose)
    if (defective('unlisted-header-passed-on'))
      return around.send(withUnlistedHeaders(wire, request.message), next, request.cause, purpose)
    if (defective('unknown-part-passed-on'))
      return around.send(withUnknownParts(wire, request.message), next, request.cause, purpose)
    if (defective('user-agent-passed-on'))
      return around.send(withUserAgent(wire, request.message), next, request.cause, purpose)
    const leaks = outwards && defective(`${side}-gateway-internal-host-leaked`)
    if (!leaks) return around.send(wire, next, request.cause, purpose)
    const from = senderOf(request)
    const headers = wire.headers.map(([name, value]) => [name, value.replaceAll(identity, from)] as const)
    return around.send({ ...wire, from, headers }, next, request.cause, purpose, { callId: request.callId, cseq: 1 })
  }

  /** The final response of the next hop is ours, in our own words (TS 24.379 6.8.2). */
  function relay(request: IncomingRequest, { refusals }: ServiceMessages, sent: Sent): void {
    void sent.final.then((outcome) => {
      const success = outcome.kind === 'response' && isSuccess(outcome.message)
      if (success) return request.respond(acknowledged(request, outcome.message))
      if (outcome.kind !== 'response' && defective('silent-hop-leaves-request-unanswered')) return undefined
      forwarded.delete(sent.callId)
      const refusal = outcome.kind === 'response' ? refusalOf(outcome.message, refusals) : refusals.unreachable
      return reject(request, `the next hop answers ${outcome.kind}`, refusal)
    })
  }

  function acknowledged(request: IncomingRequest, by: SipMessage): WireResponse {
    const wire = acknowledge(request.message)
    const next = readUri(readNameAddress(header(by, 'To') ?? '')?.uri ?? '')?.host
    if (next === undefined || !defective(`${side}-gateway-acknowledgement-host-leaked`)) return wire
    return { ...wire, headers: [...wire.headers, ['Server', next]] }
  }

  function reject(request: IncomingRequest, why: string, refusal: Refusal): void {
    around.say(`${around.name}: ${request.method} refused with ${refusal.status}: ${why}`)
    request.respond(refusing(refusal, host))
  }

  return {
    role: side === 'partner' ? 'partnerGateway' : 'primaryGateway',
    methods: ['MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => defective(`${side}-gateway-forwards-retransmission-as-new`),
    receive(request) {
      const messages = around.messages.in(request.message)
      const message = messages.read(request.message)
      switch (message?.name) {
        case 'migration request':
        case 'migration end request':
          return forwardRequest(request, message, messages)
        case 'migration end notification':
          return forwardNotification(request, message, messages)
        case 'migration response':
        case 'migration end response':
          return forwardResponse(request, message, messages)
        case 'private call request':
          return calls.receive(privateCallRequest(request, message, messages))
        case 'private call redirection':
          return calls.onRedirection(request, message)
        case undefined:
        default:
          return reject(request, 'it is no message of this interface', messages.refusals.malformed)
      }
    },
    state: () => unknownState,
    forget(mcServiceId) {
      calls.forget(mcServiceId)
      homes.clear()
      if (mcServiceId === undefined) return forwarded.clear()
      const key = keyOf(mcServiceId)
      return forwarded.deleteWhere((each) => each.user?.key === key)
    },
  }
}

/** Identities as they are, and not as they stand in XML. */
const withPlainIdentities = (wire: WireRequest): WireRequest => {
  const text = Buffer.from(wire.body ?? []).toString('utf8')
  const plain = text.replace(/>sips?:[^<]*</g, (uri) => uri.replaceAll('&amp;', '&'))
  return plain === text ? wire : { ...wire, body: Buffer.from(plain) }
}

const senderOf = (request: IncomingRequest): string =>
  readNameAddress(header(request.message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'

import type { TransportName } from '#transport'
import type { McServiceId } from './mc-service-id.ts'
import type { Peer, Surroundings } from './mc-function.ts'
import { insideBy } from './own-address.ts'
import { privateCallForwarding } from './private-call-forwarding.ts'
import type { ForwardingFlaws } from './private-call-forwarding.ts'
import { partiesOrRefusal, refuseCall } from './private-call-request.ts'
import type { PassingPrivateCalls } from './private-calls.ts'
import type { PrimaryGatewayProvision } from './provision.ts'

/** The way of a private call through a gateway server. */
export interface CallRoutes {
  readonly peers: ReadonlyMap<string, Peer>
  readonly inside: PrimaryGatewayProvision['inside'] | undefined
  readonly refusedSystems: ReadonlySet<string>
}

const eitherGateway = {
  divertedTaken: 'redirected-call-taken-for-answered',
  innerStreamKept: 'inner-address-of-second-stream',
  unlistedHeaderKept: 'unlisted-header-passed-on',
  userAgentKept: 'user-agent-passed-on',
  refusedStreamsDropped: 'refused-streams-left-out',
  refusalBodyKept: 'body-of-refusal-passed-on',
  reasonKept: 'reason-phrase-passed-on',
  unknownPartKept: 'unknown-part-passed-on',
} as const satisfies ForwardingFlaws

/** What can be wrong with each of the two gateway servers on demand. */
const flaws: Readonly<Record<'partner' | 'primary', ForwardingFlaws>> = {
  primary: {
    ...eitherGateway,
    calledPartyRewritten: 'primary-gateway-called-party-rewritten',
    securityDomainDropped: 'primary-gateway-security-domain-dropped',
    requestHostLeaked: 'primary-gateway-calling-host-leaked',
    refusalTurned: 'primary-gateway-call-refusal-reported-as-accepted',
    endRequestKept: 'primary-gateway-end-request-kept',
    callsCrossed: 'primary-gateway-calls-crossed',
  },
  partner: {
    calledHomeShown: 'partner-gateway-home-identity-shown',
    ...eitherGateway,
    calledPartyRewritten: 'partner-gateway-called-party-rewritten',
    floorControlDropped: 'partner-gateway-floor-control-dropped',
    responseHostLeaked: 'partner-gateway-called-host-leaked',
    answersFirst: 'partner-gateway-answers-before-called-client',
    endRequestKept: 'partner-gateway-end-request-kept',
    endResponseLost: 'partner-gateway-end-response-lost',
    anotherProtocol: 'partner-gateway-answers-with-another-protocol',
  },
}

/** TS 23.280 10.16.y.3 step 5 at a gateway server: routed by the identity of the called party (TS 24.379 6.8.2, 6.8.3). */
export function gatewayPrivateCalls(
  side: 'partner' | 'primary',
  { peers, inside, refusedSystems }: CallRoutes,
  around: Surroundings,
  homeOf: (key: string) => string | undefined,
): PassingPrivateCalls {
  const forwarding = privateCallForwarding(flaws[side], around, homeOf)

  const route = ({ system }: McServiceId, transport: TransportName): Peer | undefined =>
    system === around.system ? inside && insideBy(inside, transport) : peers.get(system)

  return {
    receive(call) {
      const { refusals } = call.messages
      const parties = partiesOrRefusal(call, around)
      if (parties === undefined) return
      const { calling, called } = parties
      const refused = [calling.system, called.system].some((system) => refusedSystems.has(system))
      if (refused) return refuseCall(call, refusals.interconnection, around)
      const next = route(called, call.request.origin.transport)
      if (next === undefined) return refuseCall(call, refusals.unknownUser, around)
      forwarding.forward(call, { next, leg: 'between-servers', ies: call.ies })
    },
    onRedirection: forwarding.onRedirection,
    forget: (mcServiceId) => forwarding.forget(mcServiceId),
  }
}

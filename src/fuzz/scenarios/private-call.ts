import { isWrittenAlike } from '../identities.ts'
import { bindingsOf, rel18, type Parties, type ResponseBinding } from '#bindings'
import { headerValue } from '#wire/sip'
import { requestBinding, values } from '../bound.ts'
import type { Legality, Violation } from '../legality.ts'
import type { Scenario } from '../scenario.ts'
import { hostOf, identityOf, systemsFor, type FuzzUser, type Places, type Systems } from '../world.ts'

const request = 'private call request'
const clause = 'TS 23.280 10.16.y.3 step 5'

function responseBinding(message: string): ResponseBinding {
  const found = bindingsOf(rel18, 'mcptt', 'publish').find((one) => one.message === message)
  if (found?.carrier !== 'response') throw new Error(`${message} is no SIP response in profile ${rel18.name}`)
  return found
}

/** Where nobody listens: calls of the fuzzer are signalling alone. */
const media = { address: '127.0.0.1', audioPort: 40_000, floorPort: 40_002 }

const contactOf = (place: Places[keyof Places], user: string): string => `sip:${user}@${place.address}:${place.port}`

const caller = (systems: Systems, user: FuzzUser, own: Places, target: string): Parties => ({
  from: user.mcServiceId,
  user: user.mcServiceId,
  to: target,
  contact: contactOf(own.client, 'caller'),
  clientId: user.clientId,
  host: hostOf('client', systems),
  leg: 'from-client',
  media,
})

/** A server of the calling side that passes the call on (TS 24.379 6.8.2). */
const server = (systems: Systems, _user: FuzzUser, own: Places, target: string): Parties => ({
  from: identityOf('primaryServer', systems),
  to: target,
  contact: contactOf(own.primaryServer, 'mc-server'),
  host: hostOf('primaryServer', systems),
  leg: 'between-servers',
  media,
})

/** Whom it is about is needed; that it is somebody else is for the MC system to decide. */
const judgeParty = (ie: string, { ies }: Legality, wanted: string): readonly Violation[] => {
  const came = ies[ie]
  if (isWrittenAlike(came, wanted)) return []
  if (came === undefined) return [{ level: 'elements', rule: `${ie} missing`, clause, reaction: 'refuse' }]
  return [{ level: 'elements', rule: `${ie} changed`, clause, reaction: 'either' }]
}

/** RFC 3261 16.3: what may go no further does not. */
const judgeHops = ({ message }: Legality): readonly Violation[] =>
  headerValue(message, 'Max-Forwards') === 0
    ? [{ level: 'elements', rule: 'no hops left', clause: 'RFC 3261 16.3', reaction: 'refuse' }]
    : []

type Passing = Pick<Scenario, 'role' | 'step' | 'from' | 'title' | 'hidden'> & {
  readonly sender: (systems: Systems, user: FuzzUser, own: Places, target: string) => Parties
}

/** A private call request to a user of the partner MC system, at an entity that passes it on to that MC system. */
const passedOn = ({ sender, ...at }: Passing): Scenario => {
  const systems = systemsFor(at.role)
  return {
    ...at,
    systems,
    id: `redirection/private-call@${at.role}/${at.step}`,
    flow: 'redirection/private-call',
    service: 'mcptt',
    alternative: 'publish',
    message: request,
    state: 'no call',
    ies: ({ mcServiceId, temporaryId }) => ({
      callingParty: mcServiceId,
      calledParty: temporaryId,
      floorControl: 'true',
      automaticCommencement: 'true',
    }),
    encode: (ies, user, own, target) => requestBinding(request).encode(ies, sender(systems, user, own, target), values),
    judge: (read, user) => [
      ...judgeParty('callingParty', read, user.mcServiceId),
      ...judgeParty('calledParty', read, user.temporaryId),
      ...judgeHops(read),
    ],
    legs: [{ to: 'partnerServer', message: request, carries: ['callingParty', 'calledParty'] }],
    answer: ({ message, ies, to, request: answered }, own) =>
      message === request
        ? responseBinding('private call response').encode(
            { result: 'accepted' },
            {
              from: own[to].identity,
              to: own[to].identity,
              contact: contactOf(own[to], 'called'),
              host: hostOf(to, systems),
              leg: 'between-servers',
              media,
              answered,
            },
            values,
            ies,
          )
        : undefined,
  }
}

/** TS 23.280 10.16.y.3 steps 5 and 5a, at the primary MC service server: a call to a user of the partner MC system. */
export const privateCall: Scenario = passedOn({
  role: 'primaryServer',
  step: '5',
  from: 'client',
  title: 'private call request to a user of the partner MC system',
  sender: caller,
})

/** The same through a gateway server: steps 5a and 5b at that of the primary MC system, 5b and 5c at that of the partner. */
function throughGateway(role: 'primaryGateway' | 'partnerGateway', step: string): Scenario {
  const isPrimary = role === 'primaryGateway'
  return passedOn({
    role,
    step,
    from: 'primaryServer',
    title: `private call request through the ${isPrimary ? 'primary' : 'partner'} MC gateway server`,
    sender: server,
    ...(isPrimary && { hidden: [hostOf('primaryServer', systemsFor(role))] }),
  })
}

/** Who ends the call that has been set up (TS 24.379 11.1.3.1.1.2); everything before it goes its way. */
const endOf = (call: Scenario): Scenario => ({
  ...call,
  id: `redirection/private-call@${call.role}/end`,
  title: 'private call end request inside the dialog',
  step: 'end',
  message: 'private call end request',
  state: 'a call stands',
  within: call,
  method: 'BYE',
  ies: () => ({}),
  judge: () => [],
  legs: [],
})

export const privateCallEnd: Scenario = endOf(privateCall)

const gatewayCalls = [throughGateway('primaryGateway', '5a'), throughGateway('partnerGateway', '5b')]
export const gatewayPrivateCalls: readonly Scenario[] = [...gatewayCalls, ...gatewayCalls.map(endOf)]

import { readUri } from '#wire/sip'
import { requestBinding, values } from '../bound.ts'
import { compareIdentities, isWrittenAlike, judgeIdentity } from '../identities.ts'
import type { Legality, Violation } from '../legality.ts'
import type { Scenario } from '../scenario.ts'
import { hostOf, systemsFor, userOf, userPattern, type EntityRole, type FuzzUser, type Systems } from '../world.ts'

const request = 'migration request'
const response = 'migration response'
const clause = 'TR 23.781 6.x.1 step 6'

/** Whose identity it is, where the world has somebody of that number. */
function ownerOf(identity: string, systems: Systems): FuzzUser | undefined {
  const digits = userPattern.exec(identity)?.[1]
  const user = digits === undefined ? undefined : userOf(Number(digits), systems)
  return user !== undefined && compareIdentities(identity, user.mcServiceId) !== 'different' ? user : undefined
}

/** Who is not a user of the primary MC system cannot migrate; somebody else is somebody else's business. */
function judgeUser({ ies }: Legality, user: FuzzUser, systems: Systems): readonly Violation[] {
  const came = ies['mcServiceId']
  const owner = came === undefined ? undefined : ownerOf(came, systems)
  if (owner !== undefined && owner.index !== user.index)
    return [{ level: 'elements', rule: 'mcServiceId of another user', clause, reaction: 'either' }]
  return isWrittenAlike(came, user.mcServiceId) ? [] : judgeIdentity('mcServiceId', came, user.mcServiceId, clause)
}

/** The name of a partner MC system: there is an agreement with one alone. */
function judgePartner({ ies }: Legality, { partner }: Systems): readonly Violation[] {
  const came = ies['partnerSystem']
  if (came === partner) return []
  if (came === undefined) return [{ level: 'elements', rule: 'partnerSystem missing', clause, reaction: 'refuse' }]
  const same = came.trim().toLowerCase().replace(/\.$/, '') === partner
  return [{ level: 'elements', rule: 'partnerSystem of nobody', clause, reaction: same ? 'either' : 'refuse' }]
}

/** An identity that is not needed to decide: what is made of a wrong one is not said. */
function judgeOther(ie: string, { ies }: Legality, wanted: string): readonly Violation[] {
  const came = ies[ie]
  return isWrittenAlike(came, wanted) || (came === undefined && ie === 'temporaryId')
    ? []
    : [{ level: 'elements', rule: `${ie} changed`, clause, reaction: 'either' }]
}

/** It is routed by the domain of the user: there is no way to another MC system. */
function judgeHome(read: Legality, { mcServiceId }: FuzzUser, { primary }: Systems): readonly Violation[] {
  const system = readUri(read.ies['mcServiceId']?.trim() ?? '')
    ?.host.toLowerCase()
    .replace(/\.$/, '')
  if (system === undefined || system === primary) return judgeOther('mcServiceId', read, mcServiceId)
  const routed = 'TR 23.781 6.x.1 steps 4 and 5'
  return [{ level: 'elements', rule: 'mcServiceId of another MC system', clause: routed, reaction: 'refuse' }]
}

const common = {
  flow: 'migration/service-authorization',
  service: 'mcptt',
  alternative: 'publish',
  message: request,
} as const

const asked =
  (systems: Systems) =>
  ({ mcServiceId, temporaryId }: FuzzUser) => ({
    mcServiceId,
    temporaryId,
    partnerSystem: systems.partner,
  })

/** TR 23.781 6.x.1 step 5, at the primary MC service server; the fuzzer is the partner MC system. */
export function migrationRequest(): Scenario {
  const systems = systemsFor('primaryServer')
  return {
    ...common,
    id: 'migration/service-authorization@primaryServer/5',
    title: 'migration request to the primary MC service server',
    step: '5',
    role: 'primaryServer',
    from: 'partnerServer',
    systems,
    state: 'the user has not migrated',
    ies: asked(systems),
    encode: (ies, _user, own, target) =>
      requestBinding(request).encode(
        ies,
        { from: own.partnerServer.identity, to: target, host: hostOf('partnerServer', systems) },
        values,
      ),
    judge: (read, user) => [
      ...judgeUser(read, user, systems),
      ...judgePartner(read, systems),
      ...judgeOther('temporaryId', read, user.temporaryId),
    ],
    legs: [{ to: 'partnerServer', message: response, carries: ['mcServiceId', 'temporaryId'] }],
    refusalLegs: [response],
    granted: (legs) => legs.some(({ message, ies }) => message === response && ies['result'] === 'accepted'),
  }
}

/** The same through a gateway server (steps 4 and 5), which decides nothing and passes it on. */
function throughGateway(
  role: 'partnerGateway' | 'primaryGateway',
  from: EntityRole,
  next: EntityRole,
  step: string,
): Scenario {
  const systems = systemsFor(role)
  return {
    ...common,
    id: `migration/service-authorization@${role}/${step}`,
    title: `migration request through the ${role === 'partnerGateway' ? 'partner' : 'primary'} MC gateway server`,
    step,
    role,
    from,
    systems,
    state: 'nothing was forwarded',
    ies: asked(systems),
    encode: (ies, _user, own, target) =>
      requestBinding(request).encode(
        ies,
        { from: own[from].identity, to: target, host: hostOf(from, systems) },
        values,
      ),
    judge: (read, user) => [
      ...(read.ies['mcServiceId'] === undefined
        ? judgeIdentity('mcServiceId', undefined, user.mcServiceId, 'TR 23.781 6.x.1 step 4')
        : judgeHome(read, user, systems)),
      ...judgeOther('partnerSystem', read, systems.partner),
      ...judgeOther('temporaryId', read, user.temporaryId),
    ],
    legs: [{ to: next, message: request, carries: ['mcServiceId', 'temporaryId'] }],
    ...(role === 'partnerGateway' && { hidden: [hostOf(from, systems)] }),
  }
}

export const gatewayMigrationRequests: readonly Scenario[] = [
  throughGateway('partnerGateway', 'partnerServer', 'primaryServer', '4'),
  throughGateway('primaryGateway', 'partnerServer', 'primaryServer', '5'),
]

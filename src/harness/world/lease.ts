import { sameUri } from '#wire/sip'
import { services } from '#bindings'
import { everyStep, type Flow, type IeKind } from '#flow'
import type { Lease } from '#play'
import type { PlannedCase } from '../case-plan.ts'
import { audienceOf, issuerOf, issueToken, type TokenContent } from './access-token.ts'
import { playerOf } from '../players.ts'
import type { FlowRole } from './functional-entity.ts'
import { identityOf } from './systems.ts'
import { profileIndex, userOf, type Slot, type WorldUser } from './world-user.ts'
import { garbled, stranger, tokenWith } from './wrong-value.ts'

/** The values of a case and the wrong ones in their place; `also` names what its flow does not. */
export async function leaseOf(
  planned: PlannedCase,
  slot: Slot,
  seed: number,
  scope: string,
  also: readonly string[] = [],
): Promise<Lease> {
  const user = userOf(planned, slot, seed)
  const { systems } = user
  const holds = (condition: string): boolean => planned.derived.world.conditions[condition] ?? true
  const tokenFor = (system: string, servedAs: string, mcServiceId = user.mcServiceId): TokenContent => ({
    system,
    mcServiceId,
    servedAs: holds('temporaryIdentityAllocated') ? servedAs : mcServiceId,
    issuer: issuerOf(system),
    audience: audienceOf(system),
    scope,
  })
  const named = new Set([...termsOf(planned.derived.flow), ...also])
  const every: Readonly<Record<string, TokenContent>> = {
    credentials: tokenFor(systems.partner, user.temporaryId),
    secondCredentials: tokenFor(systems.second, user.furtherId),
    callerCredentials: tokenFor(systems.second, user.caller.migratedId, user.caller.mcServiceId),
    profileCredentials: {
      ...tokenFor(systems.second, user.caller.migratedId, user.caller.mcServiceId),
      scope: services[planned.service].configurationScope,
    },
    primaryCredentials: tokenFor(systems.primary, user.mcServiceId),
    callerPrimaryCredentials: tokenFor(systems.primary, user.caller.mcServiceId, user.caller.mcServiceId),
    primaryProfileCredentials: {
      ...tokenFor(systems.primary, user.caller.mcServiceId, user.caller.mcServiceId),
      scope: services[planned.service].configurationScope,
    },
    servedProfileCredentials: {
      ...tokenFor(systems.partner, user.servedIdentity),
      scope: services[planned.service].configurationScope,
    },
  }
  // To sign tokens is much of what a case costs.
  const contents = Object.fromEntries(Object.entries(every).filter(([term]) => named.has(term)))
  const { variation } = planned.derived
  const flaw = slot === 'body' && 'flaw' in variation && variation.ie === 'credentials' ? variation.flaw : undefined
  const wrongTokens =
    flaw === undefined ? {} : await each(contents, (content) => tokenWith(flaw, content, planned, seed))
  const values: Readonly<Record<string, string>> = {
    ...migrationValues(user, planned, holds),
    ...(await each(contents, issueToken)),
    ...callValues(user, holds),
    ...groupValues(user, holds),
    ...continuityValues(user, planned),
  }
  return {
    values,
    flawed(term, kind, wrong) {
      if (kind === 'credentials') return wrongTokens[term] ?? ''
      if (wrong === 'several')
        return `${values[term] ?? user.mcServiceId} ${stranger('mcServiceId', planned, user.mcServiceId, seed)}`
      if (variation.kind !== 'foreign') return garbled[kind]
      if (variation.flaw === 'notMember') return userOf(planned, 'second', seed).groupId
      return stranger(kind, planned, values[term] ?? user.mcServiceId, seed)
    },
    same: sameValue,
  }
}

/** The values that messages of a flow carry. */
const termsOf = ({ steps }: Flow): readonly string[] =>
  everyStep(steps).flatMap(({ act }) =>
    act.act === 'send' ? Object.values(act.carries).flatMap((term) => ('term' in term ? [term.term] : [])) : [],
  )

const each = async (
  contents: Readonly<Record<string, TokenContent>>,
  make: (content: TokenContent) => Promise<string>,
): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(contents).map(async ([term, content]): Promise<[string, string]> => [term, await make(content)]),
    ),
  )

type Holds = (condition: string) => boolean

const migrationValues = (user: WorldUser, { sut }: PlannedCase, holds: Holds): Readonly<Record<string, string>> => ({
  mcServiceId: user.mcServiceId,
  ...(holds('temporaryIdentityAllocated') && { temporaryId: user.temporaryId }),
  partnerSystem: user.systems.partner,
  ...(sut.ics['userProfileIndex'] !== false && { userProfileIndex: profileIndex }),
})

/** TS 23.280 10.16.y.3: the user who has migrated is the one who is called. */
const callValues = (user: WorldUser, holds: Holds): Readonly<Record<string, string>> => ({
  callingParty: user.caller.mcServiceId,
  calledParty: user.mcServiceId,
  migratedParty: user.temporaryId,
  formerParty: user.temporaryId,
  furtherParty: user.furtherId,
  migratedCaller: user.caller.migratedId,
  ...user.targets,
  secondPartnerSystem: user.systems.second,
  ...(holds('endToEndEncryption') && { endToEndSecurity: 'true', securityDomain: user.securityDomain }),
  ...(holds('withFloorControl') && { floorControl: 'true' }),
  ...(holds('automatic') && { automaticCommencement: 'true' }),
})

/** TS 23.280 10.16.2.2: in the partner MC system the user is known by the identity of that system. */
const groupValues = (user: WorldUser, holds: Holds): Readonly<Record<string, string>> => ({
  groupId: user.groupId,
  servedIdentity: holds('temporaryIdentityAllocated') ? user.servedIdentity : user.mcServiceId,
})

/** Whether the communication of a case is an emergency one. */
export const isEmergency = ({ derived }: PlannedCase): boolean =>
  derived.world.conditions['emergencyCommunication'] === true

/** TR 23.778 6.X.2: the servers name each other by their public service identities. */
const continuityValues = (user: WorldUser, planned: PlannedCase): Readonly<Record<string, string>> => {
  const server = (role: FlowRole): string =>
    planned.derived.sut.includes(role) ? playerOf(planned, role).identity : identityOf(role, user.systems)
  return {
    otherUser: user.otherUser,
    formerServer: server('iopsParticipatingServer'),
    newServer: server('participatingServer'),
    controllingServer: server('iopsControllingServer'),
    secondServer: server('secondPartnerServer'),
    ...(isEmergency(planned) && { emergencyIndicator: 'true' }),
  }
}

/** Identities compare as URIs (RFC 3261 19.1.4), domains without regard to case, all else as written. */
function sameValue(kind: IeKind, a: string, b: string): boolean {
  switch (kind) {
    case 'mcServiceId':
    case 'groupId':
    case 'serverId':
      return a === b || sameUri(a, b)
    case 'systemId':
      return a.toLowerCase() === b.toLowerCase()
    case 'profileIndex':
      return /^\d+$/.test(a) && /^\d+$/.test(b) ? BigInt(a) === BigInt(b) : a === b
    case 'credentials':
    case 'result':
    case 'securityDomain':
    case 'indication':
    case 'reason':
      return a === b
  }
}

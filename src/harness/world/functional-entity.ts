import { roles, type Role } from '../configuration.ts'

/** The roles that flows have: some functional entities take part twice, each time as somebody else. */
export const flowRoles = [
  ...roles,
  'callingClient',
  'calledClient',
  'secondPartnerServer',
  'secondConfigurationServer',
  'otherParticipatingServer',
  'partnerConfigurationServer',
] as const
export type FlowRole = (typeof flowRoles)[number]

/** What a system under test must be to play a role. */
const entities: Readonly<Record<FlowRole, Role>> = {
  client: 'client',
  callingClient: 'client',
  calledClient: 'client',
  secondPartnerServer: 'partnerServer',
  configurationServer: 'configurationServer',
  secondConfigurationServer: 'configurationServer',
  partnerConfigurationServer: 'configurationServer',
  partnerServer: 'partnerServer',
  partnerGateway: 'partnerGateway',
  primaryGateway: 'primaryGateway',
  primaryServer: 'primaryServer',
  participatingServer: 'participatingServer',
  iopsParticipatingServer: 'iopsParticipatingServer',
  iopsControllingServer: 'iopsControllingServer',
  otherParticipatingServer: 'iopsParticipatingServer',
}

/** Whether a role speaks HTTP, and no SIP. */
export const isHttpRole = (role: string): boolean => entityOf(role) === 'configurationServer'

export const entityOf = (role: string): Role => {
  const entity = (entities as Readonly<Record<string, Role>>)[role]
  if (!entity) throw new RangeError(`${role} is no role the harness knows; roles: ${flowRoles.join(', ')}`)
  return entity
}

/** Roles that only ever stand at the other end of what is tested. */
const testerAlone: ReadonlySet<string> = new Set(['otherParticipatingServer'])

/**
 * The roles of a flow that a system under test plays at once. An entity that takes part twice is one of the two at a
 * time, so there is a group for each.
 */
export function groupsOf(actors: readonly string[], played: readonly Role[]): readonly (readonly string[])[] {
  const own = played
    .map((entity) => actors.filter((actor) => entityOf(actor) === entity && !testerAlone.has(actor)))
    .filter((one) => one.length > 0)
  if (own.length === 0) return []
  const groups = own.reduce<readonly (readonly string[])[]>(
    (before, choices) => before.flatMap((group) => choices.map((choice) => [...group, choice])),
    [[]],
  )
  return groups.map((group) => actors.filter((actor) => group.includes(actor)))
}

/** A port for each role that the tester plays, one after the other from the first one on. */
export const portsFrom = (first: number): Readonly<Record<FlowRole, number>> =>
  Object.fromEntries(flowRoles.map((role, index) => [role, first + index])) as Record<FlowRole, number>

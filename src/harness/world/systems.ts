import type { Transport } from '../configuration.ts'
import { entityOf, type FlowRole } from './functional-entity.ts'

/** The MC systems of a case: the domain of each. */
export interface Systems {
  readonly primary: string
  readonly partner: string
  /** To which the user migrates after the partner. */
  readonly second: string
  /** That serves while there is no way to the primary one. */
  readonly iops: string
}

/**
 * The systems a case is played between. The tester's own system has a domain for each way of reaching it, so that one
 * provisioning of the system under test serves all gateway topologies and transports at once.
 */
export function systemsOf(
  systemOf: (role: string) => string,
  roles: readonly string[],
  variant: string,
  transport: Transport,
  unwelcome: boolean | keyof Systems = false,
): Systems {
  const testers = (side: keyof Systems): string =>
    `${unwelcome === true || unwelcome === side ? 'unwelcome-' : ''}${variant.split(',')[0]}-${transport}.${side}.example`
  const all: Systems = {
    primary: testers('primary'),
    partner: testers('partner'),
    second: testers('second'),
    iops: testers('iops'),
  }
  const own = roles
    .filter((role) => entityOf(role) !== 'client')
    .map((role) => [names[role as FlowRole].side, systemOf(role)])
  return { ...all, ...Object.fromEntries(own) }
}

interface Name {
  readonly user: string
  readonly host: string
  readonly side: keyof Systems
}

const names: Readonly<Record<FlowRole, Name>> = {
  client: { user: 'mc-client', host: 'ue', side: 'partner' },
  callingClient: { user: 'mc-client-1', host: 'ue1', side: 'primary' },
  calledClient: { user: 'mc-client-2', host: 'ue2', side: 'partner' },
  partnerServer: { user: 'mc-server', host: 'server1.inside', side: 'partner' },
  partnerGateway: { user: 'mc-gateway-server', host: 'gateway', side: 'partner' },
  secondPartnerServer: { user: 'mc-server', host: 'server1.inside', side: 'second' },
  configurationServer: { user: 'mc-cms', host: 'cms', side: 'primary' },
  secondConfigurationServer: { user: 'mc-cms', host: 'cms', side: 'second' },
  partnerConfigurationServer: { user: 'mc-cms', host: 'cms', side: 'partner' },
  primaryGateway: { user: 'mc-gateway-server', host: 'gateway', side: 'primary' },
  primaryServer: { user: 'mc-server', host: 'server1.inside', side: 'primary' },
  participatingServer: { user: 'mc-participating', host: 'server2', side: 'primary' },
  iopsParticipatingServer: { user: 'mc-participating', host: 'server1', side: 'iops' },
  iopsControllingServer: { user: 'mc-controlling', host: 'server2', side: 'iops' },
  otherParticipatingServer: { user: 'mc-participating', host: 'server3', side: 'iops' },
}

/** The domain of the MC system that a role of the tester belongs to. */
export const domainOf = (role: FlowRole, systems: Systems): string => systems[names[role].side]

export const hostOf = (role: FlowRole, systems: Systems): string => `${names[role].host}.${systems[names[role].side]}`

/** The public service identity of a role that the tester plays. */
export const identityOf = (role: FlowRole, systems: Systems): string =>
  `sip:${names[role].user}@${hostOf(role, systems)}`

/** The first role on the way from one system to the other in a variant: its gateway server if it has one. */
export const entranceOf = (side: 'primary' | 'partner', variant: string): FlowRole => {
  const gateway = variant === 'both-gateways' || variant === `${side}-gateway-only`
  return side === 'primary'
    ? gateway
      ? 'primaryGateway'
      : 'primaryServer'
    : gateway
      ? 'partnerGateway'
      : 'partnerServer'
}

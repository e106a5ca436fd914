import type { Role, SutConfiguration, Transport } from '../configuration.ts'

/** Which of the two MC systems the system under test belongs to. A client belongs to neither: it is a visitor. */
export type Side = 'partner' | 'primary' | 'visitor'

export const sideOf = (sut: SutConfiguration): Side => {
  if (sut.roles.some((role) => role === 'partnerServer' || role === 'partnerGateway')) return 'partner'
  return sut.roles.some((role) => role === 'primaryServer' || role === 'primaryGateway') ? 'primary' : 'visitor'
}

/** The two MC systems of a case: the domain of each. */
export interface SystemPair {
  readonly primary: string
  readonly partner: string
}

/**
 * The systems a case is played between. The tester's own system has a domain for each way of reaching it, so that one
 * provisioning of the system under test serves all gateway topologies and transports at once.
 */
export function systemsOf(sut: SutConfiguration, variant: string, transport: Transport, unwelcome = false): SystemPair {
  const testers = (side: 'primary' | 'partner'): string =>
    `${unwelcome ? 'unwelcome-' : ''}${variant.split(',')[0]}-${transport}.${side}.example`
  switch (sideOf(sut)) {
    case 'partner':
      return { primary: testers('primary'), partner: sut.system }
    case 'primary':
      return { primary: sut.system, partner: testers('partner') }
    case 'visitor':
      return { primary: testers('primary'), partner: testers('partner') }
  }
}

const names: Readonly<Record<Role, { readonly user: string; readonly host: string }>> = {
  client: { user: 'mc-client', host: 'ue' },
  partnerServer: { user: 'mc-server', host: 'server1.inside' },
  partnerGateway: { user: 'mc-gateway-server', host: 'gateway' },
  primaryGateway: { user: 'mc-gateway-server', host: 'gateway' },
  primaryServer: { user: 'mc-server', host: 'server1.inside' },
}

export const hostOf = (role: Role, pair: SystemPair): string =>
  `${names[role].host}.${role.startsWith('primary') ? pair.primary : pair.partner}`

/** The public service identity of a role that the tester plays. */
export const identityOf = (role: Role, pair: SystemPair): string => `sip:${names[role].user}@${hostOf(role, pair)}`

/** The first role on the way from one system to the other in a variant: its gateway server if it has one. */
export const entranceOf = (side: 'primary' | 'partner', variant: string): Role => {
  const gateway = variant === 'both-gateways' || variant === `${side}-gateway-only`
  return side === 'primary'
    ? gateway
      ? 'primaryGateway'
      : 'primaryServer'
    : gateway
      ? 'partnerGateway'
      : 'partnerServer'
}

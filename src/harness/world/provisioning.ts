import { profileOf, type PlannedCase } from '../case-plan.ts'
import { companionsOf, playersOf } from '../players.ts'
import { variants, type Configuration, type Role, type SutConfiguration, type Transport } from '../configuration.ts'
import { audienceOf, issuerOf, publicKeySet } from './access-token.ts'
import { profileIndex, userOf, type Slot, type WorldUser } from './world-user.ts'
import type { FlowRole } from './functional-entity.ts'
import { entranceOf, identityOf, systemsOf, type Systems } from './systems.ts'

/** The way to the next entity. */
interface Hop {
  readonly identity: string
  readonly transport: Transport
  readonly address: string
  readonly port: number
}

/** What a system under test must know and permit for the planned cases (docs/control-adapter.md). */
export interface ProvisioningDocument {
  readonly format: 1
  readonly profile: string
  readonly seed: number
  readonly timers: {
    readonly migrationResponse: number
    readonly sip?: { readonly t1: number; readonly t2: number; readonly t4: number }
    readonly ringing?: number
  }
  readonly profileValues: Readonly<Record<string, string | number | boolean>>
  readonly functions: readonly Readonly<Record<string, unknown>>[]
}

/**
 * The provisioning of the systems under test that share a control interface.
 *
 * @param sweeping with the timers that they are to have when peers are lost
 */
export function provisioningOf(
  suts: readonly SutConfiguration[],
  cases: readonly PlannedCase[],
  configuration: Configuration,
  sweeping = false,
): ProvisioningDocument {
  const { sip, ringing } = (sweeping && suts.find(({ sweep }) => sweep.sip ?? sweep.ringing)?.sweep) || {}
  return {
    format: 1,
    profile: profileOf(configuration).name,
    seed: configuration.seed,
    timers: {
      migrationResponse: Math.max(...suts.map((sut) => sut.timers.migrationResponse)),
      ...(sip && { sip }),
      ...(ringing !== undefined && { ringing }),
    },
    profileValues: configuration.bindings.values,
    functions: suts.flatMap((sut) =>
      sut.roles.map((role) => ({
        name: sut.roles.length > 1 ? `${sut.name} ${role}` : sut.name,
        role,
        listen: { address: sut.address, port: sut.port, ...(sut.tls && { tlsPort: sut.tls.port }) },
        identity: sut.identity,
        system: sut.system,
        ...forRole(
          role,
          sut,
          cases.filter((one) => playersOf(one).includes(sut)),
          configuration,
        ),
      })),
    ),
  }
}

function forRole(
  role: Role,
  sut: SutConfiguration,
  cases: readonly PlannedCase[],
  configuration: Configuration,
): object {
  const users = (): readonly WorldUser[] => usersOf(cases, configuration.seed)
  switch (role) {
    case 'participatingServer':
      return {
        idm: { issuer: issuerOf(sut.system), audience: audienceOf(sut.system), jwks: publicKeySet },
        groups: groupsOf(users(), false),
        servers: servers(['iopsParticipatingServer', 'iopsControllingServer'], sut, configuration),
      }
    case 'iopsParticipatingServer':
      return {
        controlling: byHome('iopsControllingServer', sut, configuration),
        servers: servers(['participatingServer', 'secondPartnerServer'], sut, configuration),
      }
    case 'iopsControllingServer':
      return {
        groups: groupsOf(users(), true),
        participating: byHome('otherParticipatingServer', sut, configuration),
        servers: servers(
          ['participatingServer', 'iopsParticipatingServer', 'otherParticipatingServer'],
          sut,
          configuration,
        ),
      }
    case 'client':
      return {}
    case 'partnerServer':
      return {
        partners: callsTo(sut, configuration),
        idm: { issuer: issuerOf(sut.system), audience: audienceOf(sut.system), jwks: publicKeySet },
        migrationFrom: migrationFrom(sut, usersOf(cases, configuration.seed), configuration),
        peers: { ...peers('primary', role, sut, configuration), ...companions(sut, configuration) },
        groups: groupsOf(usersOf(cases, configuration.seed)),
      }
    case 'configurationServer':
      return {
        idm: { issuer: issuerOf(sut.system), audience: audienceOf(sut.system), jwks: publicKeySet },
        profiles: Object.fromEntries(
          usersOf(cases, configuration.seed).flatMap(({ caller, mcServiceId, servedIdentity }) =>
            [caller.migratedId, caller.mcServiceId, servedIdentity, mcServiceId].map((identity) => [
              identity,
              [profileIndex],
            ]),
          ),
        ),
      }
    case 'partnerGateway':
      return { peers: peers('primary', role, sut, configuration), inside: inside('partnerServer', sut, configuration) }
    case 'primaryGateway':
      return { peers: peers('partner', role, sut, configuration), inside: inside('primaryServer', sut, configuration) }
    case 'primaryServer':
      return {
        idm: { issuer: issuerOf(sut.system), audience: audienceOf(sut.system), jwks: publicKeySet },
        partners: Object.fromEntries(
          Object.entries({
            ...peers('partner', role, sut, configuration),
            ...secondPartners(sut, configuration),
            ...companions(sut, configuration),
          }).map(([system, hop]) => [system, { permitted: !system.startsWith('unwelcome-'), ...hop }]),
        ),
        users: Object.fromEntries(usersOf(cases, configuration.seed).flatMap(asPrimaryUsers)),
        groups: groupsOf(usersOf(cases, configuration.seed).map((user) => ({ ...user, member: user.memberAtHome }))),
      }
  }
}

/** The user who may migrate and be called, and the one who calls. */
const asPrimaryUsers = (user: WorldUser): readonly (readonly [string, object])[] => [
  [
    user.mcServiceId,
    {
      permittedPartners: user.permittedPartners,
      securityDomain: user.securityDomain,
      ...(!user.mayBeServed && { mayBeServed: false }),
    },
  ],
  [
    user.caller.mcServiceId,
    {
      permittedPartners: user.caller.refused ? [] : '*',
      ...(!user.caller.mayBeServed && { mayBeServed: false }),
      privateCalls: {
        permitted: user.caller.mayCall !== 'nobody',
        deniedTo: user.caller.mayCall === 'others' ? [user.mcServiceId] : [],
      },
    },
  ],
]

/** The MC service groups, in each of which a group call is ongoing; members by each identity that they are served by. */
const groupsOf = (users: readonly WorldUser[], ongoing = true): object =>
  Object.fromEntries(
    users.map(({ groupId, member, mcServiceId, servedIdentity, otherUser }) => [
      groupId,
      { members: member ? [mcServiceId, servedIdentity, otherUser] : [], ongoing },
    ]),
  )

/** The MC service server behind a gateway server. */
const inside = (server: FlowRole, sut: SutConfiguration, { tester }: Configuration): Omit<Hop, 'transport'> => ({
  identity: identityOf(server, { primary: sut.system, partner: sut.system, second: sut.system, iops: sut.system }),
  address: tester.address,
  port: tester.ports[server],
  ...(tester.tls && { tlsPort: tester.tls.ports[server] }),
})

/** Every user of every case, once. */
function usersOf(cases: readonly PlannedCase[], seed: number): readonly WorldUser[] {
  const slots: readonly Slot[] = ['body', 'second', 'preamble', 'postamble']
  const users = cases.flatMap((one) => slots.map((slot) => userOf(one, slot, seed)))
  return [...new Map(users.map((user) => [user.mcServiceId, user])).values()]
}

/** The general rule for each primary MC system, and the users who are an exception. */
const migrationFrom = (sut: SutConfiguration, users: readonly WorldUser[], configuration: Configuration): object => {
  const ways = [
    ...everyWay(sut).map(({ systems, unwelcome }) => ({ system: systems.primary, permitted: !unwelcome })),
    ...companionsOf(sut, configuration).map(({ system }) => ({ system, permitted: true })),
  ]
  return Object.fromEntries(
    ways.map(({ system, permitted }) => [
      system,
      {
        permitted,
        deniedUsers: users
          .filter((user) => user.systems.primary === system)
          .flatMap(({ refusedByPartner, mcServiceId, caller }) => [
            ...(refusedByPartner ? [mcServiceId] : []),
            ...(caller.refused ? [caller.mcServiceId] : []),
          ]),
      },
    ]),
  )
}

/** The MC systems that are under test in the same cases: each knows where the other is. */
const companions = (sut: SutConfiguration, configuration: Configuration): Record<string, Hop> =>
  Object.fromEntries(
    companionsOf(sut, configuration).map((other) => {
      const transport = sut.transports.find((one) => other.transports.includes(one)) ?? 'udp'
      const port = transport === 'tls' ? (other.tls?.port ?? other.port) : other.port
      return [other.system, { identity: other.identity, transport, address: other.address, port }]
    }),
  )

/** How the other MC systems are reached: through the own gateway server if the variant has one, else straight. */
function peers(
  side: 'primary' | 'partner',
  role: Role,
  sut: SutConfiguration,
  configuration: Configuration,
): Record<string, Hop> {
  const own = side === 'primary' ? 'partner' : 'primary'
  return Object.fromEntries(
    everyWay(sut).map(({ systems, variant, transport }) => {
      const ownEntrance = entranceOf(own, variant)
      const next = ownEntrance === role || role.endsWith('Gateway') ? entranceOf(side, variant) : ownEntrance
      const hop: Hop = {
        identity: identityOf(next, systems),
        transport,
        address: configuration.tester.address,
        port: portOf(next, transport, configuration),
      }
      return [systems[side], hop]
    }),
  )
}

/** The MC systems to which users migrate after the partner; they employ no gateway servers. */
const secondPartners = (sut: SutConfiguration, configuration: Configuration): Record<string, Hop> =>
  Object.fromEntries(
    everyWay(sut).map(({ systems, transport }) => [
      systems.second,
      {
        identity: identityOf('secondPartnerServer', systems),
        transport,
        address: configuration.tester.address,
        port: portOf('secondPartnerServer', transport, configuration),
      },
    ]),
  )

/** The MC systems whose users are called from this one as a partner MC system; they employ no gateway servers. */
const callsTo = (sut: SutConfiguration, configuration: Configuration): Record<string, Hop> =>
  Object.fromEntries(
    everyWay(sut).map(({ variant, transport, unwelcome }) => {
      const systems = systemsOf(() => sut.system, ['secondPartnerServer'], variant, transport, unwelcome)
      const hop: Hop = {
        identity: identityOf('partnerServer', systems),
        transport,
        address: configuration.tester.address,
        port: portOf('partnerServer', transport, configuration),
      }
      return [systems.partner, hop]
    }),
  )

/** Servers of other MC systems, or of the own one, by who they are; those of unwelcome systems are not trusted. */
function servers(roles: readonly FlowRole[], sut: SutConfiguration, configuration: Configuration): readonly object[] {
  const all = everyWay(sut).flatMap(({ systems, transport, unwelcome }) =>
    roles.map((role) => ({
      identity: identityOf(role, systems),
      trusted: !unwelcome,
      transport,
      address: configuration.tester.address,
      port: portOf(role, transport, configuration),
    })),
  )
  return [...new Map(all.toReversed().map((one) => [one.identity, one])).values()]
}

/** The server for the users of each primary MC system. */
const byHome = (role: FlowRole, sut: SutConfiguration, configuration: Configuration): Record<string, Hop> =>
  Object.fromEntries(
    everyWay(sut).map(({ systems, transport }) => [
      systems.primary,
      {
        identity: identityOf(role, systems),
        transport,
        address: configuration.tester.address,
        port: portOf(role, transport, configuration),
      },
    ]),
  )

const portOf = (role: FlowRole, transport: Transport, { tester }: Configuration): number =>
  (transport === 'tls' && tester.tls ? tester.tls : tester).ports[role]

interface Way {
  readonly systems: Systems
  readonly variant: string
  readonly transport: Transport
  readonly unwelcome: boolean
}

const everyWay = (sut: SutConfiguration): readonly Way[] =>
  variants
    .filter((variant) => sut.variants.includes(variant))
    .flatMap((variant) =>
      sut.transports.flatMap((transport) =>
        [false, true].map((unwelcome) => ({
          systems: systemsOf(() => sut.system, sut.roles, variant, transport, unwelcome),
          variant,
          transport,
          unwelcome,
        })),
      ),
    )

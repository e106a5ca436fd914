import type { PlannedCase } from '../case-plan.ts'
import { variants, type Configuration, type Role, type SutConfiguration, type Transport } from '../configuration.ts'
import { audienceOf, issuerOf, publicKeySet } from './access-token.ts'
import { userOf, type Slot, type WorldUser } from './lease.ts'
import { entranceOf, identityOf, systemsOf, type SystemPair } from './systems.ts'

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
  readonly seed: number
  readonly timers: { readonly migrationResponse: number }
  readonly profileValues: Readonly<Record<string, string | number | boolean>>
  readonly functions: readonly Readonly<Record<string, unknown>>[]
}

/** The provisioning of the systems under test that share a control interface. */
export function provisioningOf(
  suts: readonly SutConfiguration[],
  cases: readonly PlannedCase[],
  configuration: Configuration,
): ProvisioningDocument {
  return {
    format: 1,
    seed: configuration.seed,
    timers: { migrationResponse: Math.max(...suts.map((sut) => sut.timers.migrationResponse)) },
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
          cases.filter((one) => one.sut === sut),
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
  switch (role) {
    case 'client':
      return {}
    case 'partnerServer':
      return {
        idm: { issuer: issuerOf(sut.system), audience: audienceOf(sut.system), jwks: publicKeySet },
        migrationFrom: migrationFrom(sut, usersOf(cases, configuration.seed)),
        peers: peers('primary', role, sut, configuration),
      }
    case 'partnerGateway':
      return { peers: peers('primary', role, sut, configuration) }
    case 'primaryGateway': {
      const pair = { primary: sut.system, partner: '' }
      const { tls } = configuration.tester
      const inside = {
        identity: identityOf('primaryServer', pair),
        address: configuration.tester.address,
        port: configuration.tester.ports.primaryServer,
        ...(tls && { tlsPort: tls.ports.primaryServer }),
      }
      return { inside }
    }
    case 'primaryServer':
      return {
        partners: Object.fromEntries(
          Object.entries(peers('partner', role, sut, configuration)).map(([system, hop]) => [
            system,
            { permitted: !system.startsWith('unwelcome-'), ...hop },
          ]),
        ),
        users: Object.fromEntries(
          usersOf(cases, configuration.seed).map((user) => [
            user.mcServiceId,
            { permittedPartners: user.refused ? [] : '*' },
          ]),
        ),
      }
  }
}

/** Every user of every case, once. */
function usersOf(cases: readonly PlannedCase[], seed: number): readonly WorldUser[] {
  const slots: readonly Slot[] = ['body', 'second', 'preamble', 'postamble']
  const users = cases.flatMap((one) => slots.map((slot) => userOf(one, slot, seed)))
  return [...new Map(users.map((user) => [user.mcServiceId, user])).values()]
}

/** The general rule for each primary MC system, and the users who are an exception. */
const migrationFrom = (sut: SutConfiguration, users: readonly WorldUser[]): object =>
  Object.fromEntries(
    everyPair(sut).map(({ pair, unwelcome }) => [
      pair.primary,
      {
        permitted: !unwelcome,
        deniedUsers: users
          .filter((user) => user.refused && user.pair.primary === pair.primary)
          .map((user) => user.mcServiceId),
      },
    ]),
  )

/** How the other MC systems are reached: through the own gateway server if the variant has one, else straight. */
function peers(
  side: 'primary' | 'partner',
  role: Role,
  sut: SutConfiguration,
  configuration: Configuration,
): Record<string, Hop> {
  const own = side === 'primary' ? 'partner' : 'primary'
  const { tester } = configuration
  return Object.fromEntries(
    everyPair(sut).map(({ pair, variant, transport }) => {
      const ownEntrance = entranceOf(own, variant)
      const next = ownEntrance === role || role.endsWith('Gateway') ? entranceOf(side, variant) : ownEntrance
      const hop: Hop = {
        identity: identityOf(next, pair),
        transport,
        address: tester.address,
        port: (transport === 'tls' && tester.tls ? tester.tls : tester).ports[next],
      }
      return [pair[side], hop]
    }),
  )
}

interface Way {
  readonly pair: SystemPair
  readonly variant: string
  readonly transport: Transport
  readonly unwelcome: boolean
}

const everyPair = (sut: SutConfiguration): readonly Way[] =>
  variants
    .filter((variant) => sut.variants.includes(variant))
    .flatMap((variant) =>
      sut.transports.flatMap((transport) =>
        [false, true].map((unwelcome) => ({
          pair: systemsOf(sut, variant, transport, unwelcome),
          variant,
          transport,
          unwelcome,
        })),
      ),
    )

import { profiles, rel18 } from '#bindings'
import type { HttpServer } from '#stack/http'
import type { Clock } from '#stack/sip'
import type { Address, TlsIdentity } from '#transport'
import { readUri } from '#wire/sip'
import { authenticatedClients } from './authenticated-clients.ts'
import { openConfigurationServer } from './configuration-server.ts'
import type { DefectName, EntityRole, Role } from './defects.ts'
import { flawedIdentities } from './flawed-identities.ts'
import { mcServiceClient } from './mc-service-client.ts'
import type { IeValues } from '#bindings'
import type { McFunction, Peer, Sent, StateAnswer, StateName, Stimulus, Surroundings } from './mc-function.ts'
import { unknownState } from './mc-function.ts'
import { iopsControllingServer } from './iops-controlling-server.ts'
import { iopsParticipatingServer } from './iops-participating-server.ts'
import { participatingMcServiceServer } from './participating-mc-service-server.ts'
import { partnerMcGatewayServer } from './partner-mc-gateway-server.ts'
import { partnerMcServiceServer } from './partner-mc-service-server.ts'
import { primaryMcGatewayServer } from './primary-mc-gateway-server.ts'
import { primaryMcServiceServer } from './primary-mc-service-server.ts'
import type { FunctionProvision, Provision } from './provision.ts'
import { messagesOfServices } from './service-messages.ts'
import { openSignalling } from './signalling.ts'
import type { Signalling } from './signalling.ts'

/** A functional entity at work. */
export interface Listening {
  readonly name: string
  readonly role: EntityRole
  readonly local: Address
}

/** The functional entities of one provisioning document. */
export interface ReferenceSystem {
  readonly functions: readonly Listening[]
  /** What the entities of that role know: the first that holds the state, else the first that knows of it. */
  state(role: Role, name: StateName, mcServiceId: string): StateAnswer
  /** Makes a state hold; whether a function of that role does that. */
  establish(role: Role, name: StateName, mcServiceId: string, values: IeValues, client: Peer | undefined): boolean
  /** The first client; throws when there is none. */
  stimulate(stimulus: Stimulus): Sent
  forget(role: Role | undefined, mcServiceId: string | undefined): void
  close(): Promise<void>
}

export interface ReferenceSystemOptions {
  readonly provision: Provision
  readonly clock: Clock
  /** For access tokens, where the document does not say. */
  readonly now: () => Date
  readonly defective: (name: DefectName) => boolean
  readonly say: (line: string) => void
  /** Of all functions that listen on TLS. */
  readonly identity?: TlsIdentity | undefined
}

type SipProvision = Exclude<FunctionProvision, { readonly role: 'configurationServer' }>

/** The time for access tokens. */
function nowOf({ provision, now }: ReferenceSystemOptions): () => Date {
  const fixed = provision.now === undefined ? undefined : new Date(provision.now)
  return () => fixed ?? now()
}

interface Entity extends Listening {
  readonly entity: McFunction
  readonly signalling: Signalling
}

/** Opens the sockets of every function; when one fails, those already open are closed again. */
export async function openReferenceSystem(options: ReferenceSystemOptions): Promise<ReferenceSystem> {
  const entities: Entity[] = []
  const servers: (Listening & HttpServer)[] = []
  const close = async (): Promise<void> => {
    await Promise.all([...entities.map((each) => each.signalling.close()), ...servers.map((each) => each.close())])
  }
  try {
    for (const provision of options.provision.functions) {
      if (provision.role !== 'configurationServer') entities.push(await open(provision, options))
      else {
        const server = await openConfigurationServer({
          ...options,
          provision,
          document: options.provision,
          now: nowOf(options),
        })
        servers.push({ ...server, name: provision.name, role: provision.role })
      }
    }
  } catch (error) {
    await close()
    throw error
  }
  const ofRole = (role: Role | undefined): readonly Entity[] =>
    entities.filter((each) => role === undefined || each.role === role)

  return {
    functions: [...entities, ...servers].map(({ name, role, local }) => ({ name, role, local })),
    state(role, name, mcServiceId) {
      const answers = ofRole(role).map((each) => each.entity.state(name, mcServiceId))
      return answers.find((each) => each.holds) ?? answers.find((each) => each.known) ?? unknownState
    },
    establish: (role, name, mcServiceId, values, client) =>
      ofRole(role).some(({ entity }) => entity.establish?.(name, mcServiceId, values, client) === true),
    stimulate(stimulus) {
      const client = ofRole('client')[0]?.entity
      if (client?.stimulate === undefined) throw new Error('no client is provisioned: add a function of role client')
      return client.stimulate(stimulus)
    },
    forget(role, mcServiceId) {
      for (const { entity, signalling } of ofRole(role)) {
        entity.forget(mcServiceId)
        if (mcServiceId === undefined) signalling.forget()
      }
    },
    close,
  }
}

async function open(provision: SipProvision, options: ReferenceSystemOptions): Promise<Entity> {
  const { clock, say, defective } = options
  const { seed, timers, profile, profileValues } = options.provision
  const { name, identity, system, role, listen } = provision
  const host = readUri(identity)?.host ?? system
  const { address, port, tlsPort } = listen
  const tls = tlsPort === undefined ? undefined : { port: tlsPort, identity: identityFor(provision, options) }
  const inside = 'inside' in provision ? provision.inside : undefined
  const inner = inside && `${inside.address}:${inside.port}`
  const signalling = await openSignalling({
    ...{ name, seed, identity, inner, host, address, port, tls, timers: timers.sip, clock, defective, say },
  })
  const around: Surroundings = {
    name,
    seed,
    identity,
    host,
    system,
    local: signalling.local,
    secure: signalling.secure,
    clock,
    migrationResponse: timers.migrationResponse,
    ringing: timers.ringing,
    floorInactivity: timers.floorInactivity,
    now: nowOf(options),
    messages: messagesOfServices(profiles[profile] ?? rel18, profileValues, (ies) => flawedIdentities(ies, defective)),
    defective,
    say,
    send: signalling.send,
    invite: signalling.invite,
  }
  const entity = challenging(provision, machine(provision, around), around)
  signalling.serve(entity)
  return { name, role, local: signalling.local, entity, signalling }
}

function identityFor({ name }: SipProvision, { identity }: ReferenceSystemOptions): TlsIdentity {
  if (identity !== undefined) return identity
  throw new Error(
    `${name}: listen.tlsPort asks for TLS, and there is no certificate: start the reference with --tls-certificate, --tls-key and --tls-authority`,
  )
}

/** The entity, with its clients authenticated where that is provisioned. */
function challenging(provision: SipProvision, entity: McFunction, around: Surroundings): McFunction {
  if (!('digest' in provision) || provision.digest === undefined) return entity
  const peers =
    provision.role === 'partnerServer'
      ? [...provision.peers.values(), ...provision.partners.values()]
      : [...provision.partners.values()]
  return authenticatedClients(entity, provision.digest, peers, around)
}

function machine(provision: SipProvision, around: Surroundings): McFunction {
  switch (provision.role) {
    case 'client':
      return mcServiceClient(around)
    case 'partnerServer':
      return partnerMcServiceServer(provision, around)
    case 'partnerGateway':
      return partnerMcGatewayServer(provision, around)
    case 'primaryGateway':
      return primaryMcGatewayServer(provision, around)
    case 'primaryServer':
      return primaryMcServiceServer(provision, around)
    case 'participatingServer':
      return participatingMcServiceServer(provision, around)
    case 'iopsParticipatingServer':
      return iopsParticipatingServer(provision, around)
    case 'iopsControllingServer':
      return iopsControllingServer(provision, around)
    default:
      return provision satisfies never
  }
}

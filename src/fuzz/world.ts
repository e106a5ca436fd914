import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import type { Address } from '#transport'
import { exampleChallenge, password, usernameOf } from './credentials.ts'
import { audienceOf, identityManagementKey, issuerOf, publicKeySet } from '#harness'

/** Roles of the reference system that can be fuzzed, and what the fuzzer plays around them. */
export const entities = ['client', 'partnerServer', 'partnerGateway', 'primaryGateway', 'primaryServer'] as const
export type EntityRole = (typeof entities)[number]
/** What is tested: an entity of the flows, the primary MC service server that challenges its clients, or any SIP element. */
export type TestedRole = EntityRole | 'challengingServer' | 'element'

/** Where a functional entity is reached. */
export interface Place {
  readonly address: string
  readonly port: number
  readonly identity: string
}

export type Places = Readonly<Record<EntityRole, Place>>

/** An MC service user whom one execution has for itself. All texts are as long for every user. */
export interface FuzzUser {
  readonly index: number
  /** Of the primary MC system. */
  readonly mcServiceId: string
  /** Of the partner MC system. */
  readonly temporaryId: string
  readonly groupId: string
  readonly clientId: string
  /** Of the identity management server of the partner MC system. */
  readonly token: string
}

export interface Systems {
  readonly primary: string
  readonly partner: string
}

/** The MC systems that the fuzzer plays. */
const ownSystems: Systems = { primary: 'primary.example', partner: 'partner.example' }
/** The systems as an entity under test on that side sees them: its own, and that of the fuzzer on the other. */
const fromPrimary = { primary: 'a.reference.example', partner: ownSystems.partner }
const fromPartner = { primary: ownSystems.primary, partner: 'b.reference.example' }

const isPrimary = (role: TestedRole): boolean => /^primary|^challenging/.test(role)

/** Names of the systems as an entity under test sees them. */
export const systemsFor = (role: TestedRole): Systems => (isPrimary(role) ? fromPrimary : fromPartner)

/** The MC system of an entity under test has another name than that of the reference; said before anything is played. */
export function nameSystemOf(role: EntityRole, name: string): void {
  if (isPrimary(role)) fromPrimary.primary = name
  else fromPartner.partner = name
  known.clear()
  bySystems = new WeakMap()
}

const hosts: Readonly<Record<EntityRole, readonly [user: string, host: string, side: keyof Systems]>> = {
  client: ['mc-client', 'ue', 'partner'],
  partnerServer: ['mc-server', 'server1.inside', 'partner'],
  partnerGateway: ['mc-gateway-server', 'gateway', 'partner'],
  primaryGateway: ['mc-gateway-server', 'gateway', 'primary'],
  primaryServer: ['mc-server', 'server1.inside', 'primary'],
}

export const hostOf = (role: EntityRole, systems: Systems): string => `${hosts[role][1]}.${systems[hosts[role][2]]}`
export const identityOf = (role: EntityRole, systems: Systems): string =>
  `sip:${hosts[role][0]}@${hostOf(role, systems)}`

const sixDigits = (index: number): string => String(index).padStart(6, '0')
/** Finds the number of the user in a message. */
export const userPattern = /(?:user|visitor|group)-(\d{6})/

let key: KeyObject | undefined
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs the two parts of a token with the key of the identity management server (RFC 7515 3.1). */
export function signed(header: object, claims: object): string {
  key ??= createPrivateKey({ key: { ...identityManagementKey }, format: 'jwk' })
  const content = `${base64url(header)}.${base64url(claims)}`
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`
}

export const tokenHeader = { alg: 'RS256', kid: identityManagementKey.kid, typ: 'JWT' }
const longFromNow = Date.UTC(2100, 0, 1) / 1000

/** The claims of the access token of a user (TS 33.180 B.2.2). */
export const claimsOf = (mcServiceId: string, temporaryId: string, partner: string) => ({
  iss: issuerOf(partner),
  sub: mcServiceId,
  aud: audienceOf(partner),
  exp: longFromNow,
  scope: '3gpp:mc:ptt_service',
  client_id: 'mc-client',
  mcptt_id: temporaryId,
})

/** How many users there are; each batch of executions has all of them for itself. */
export const mostUsers = 1024
/** Those of what is played alone, one after the other. */
export const usersAlone = 64

const known = new Map<string, FuzzUser[]>()
let bySystems = new WeakMap<Systems, FuzzUser[]>()

/** The user of that number in these systems. */
export function userOf(index: number, systems: Systems): FuzzUser {
  let users = bySystems.get(systems)
  if (users === undefined) {
    const name = `${systems.primary} ${systems.partner}`
    users = known.get(name) ?? []
    known.set(name, users)
    bySystems.set(systems, users)
  }
  return (users[index] ??= madeUser(index, systems))
}

function madeUser(index: number, systems: Systems): FuzzUser {
  const digits = sixDigits(index)
  const mcServiceId = `sip:user-${digits}@${systems.primary}`
  const temporaryId = `sip:visitor-${digits}@${systems.partner}`
  let token: string | undefined
  return {
    index,
    mcServiceId,
    temporaryId,
    groupId: `sip:group-${digits}@${systems.primary}`,
    clientId: `urn:uuid:7d1c0bd2-0f6c-5a5e-8a4b-000000${digits}`,
    // Signed when it is first asked for: not every message has one.
    get token() {
      token ??= signed(tokenHeader, claimsOf(mcServiceId, temporaryId, systems.partner))
      return token
    },
  }
}

/** One that is tested, as it is told of itself. */
export interface Tested {
  readonly name: string
  readonly role: EntityRole
  readonly listen: Address
  readonly identity: string
}

const anywhere: Address = { address: '127.0.0.1', port: 0 }
/** The name of the one that challenges its clients. */
export const challenging = 'challenging server'

/** The entities of the reference system. */
const referenceEntities: readonly Tested[] = [
  { name: 'partner server', role: 'partnerServer', listen: anywhere, identity: 'sip:mc-server@b.reference.example' },
  {
    name: 'partner gateway',
    role: 'partnerGateway',
    listen: anywhere,
    identity: 'sip:mc-gateway-server@b.reference.example',
  },
  {
    name: 'primary gateway',
    role: 'primaryGateway',
    listen: anywhere,
    identity: 'sip:mc-gateway-server@a.reference.example',
  },
  { name: 'primary server', role: 'primaryServer', listen: anywhere, identity: 'sip:mc-server@a.reference.example' },
  {
    name: challenging,
    role: 'primaryServer',
    listen: anywhere,
    identity: 'sip:mc-server@challenging.a.reference.example',
  },
]

/** What a system under test is to know: its roles, each with the fuzzer in the roles around it (docs/control-adapter.md). */
export function provisioningFor(own: Places, users: number, tested: readonly Tested[] = referenceEntities) {
  const towards = (role: EntityRole, systems: Systems) => ({
    identity: identityOf(role, systems),
    transport: 'udp',
    address: own[role].address,
    port: own[role].port,
  })
  const inside = (role: EntityRole, systems: Systems) => {
    const { transport: _, ...place } = towards(role, systems)
    return place
  }
  const all = (systems: Systems, name: 'user' | 'visitor' | 'group') =>
    Array.from(
      { length: users },
      (_, index) => `sip:${name}-${sixDigits(index)}@${name === 'visitor' ? systems.partner : systems.primary}`,
    )
  const groups = (systems: Systems) => {
    const [ordinary, visitors] = [all(systems, 'user'), all(systems, 'visitor')]
    return Object.fromEntries(
      all(systems, 'group').map((group, index) => [
        group,
        { members: [ordinary[index], visitors[index]], ongoing: true },
      ]),
    )
  }
  const around = (role: EntityRole): object => {
    const systems = systemsFor(role)
    const { primary, partner } = systems
    switch (role) {
      case 'partnerServer':
        return {
          idm: { issuer: issuerOf(partner), audience: audienceOf(partner), jwks: publicKeySet },
          migrationFrom: { [primary]: { permitted: true, deniedUsers: [] } },
          peers: { [primary]: towards('primaryServer', systems) },
          groups: groups(systems),
        }
      case 'partnerGateway':
        return { peers: { [primary]: towards('primaryServer', systems) }, inside: inside('partnerServer', systems) }
      case 'primaryGateway':
        return { inside: inside('primaryServer', systems), peers: { [partner]: towards('partnerServer', systems) } }
      case 'primaryServer':
        return {
          partners: { [partner]: { permitted: true, ...towards('partnerServer', systems) } },
          users: Object.fromEntries(all(systems, 'user').map((user) => [user, { permittedPartners: '*' }])),
          groups: groups(systems),
        }
      case 'client':
        return {}
    }
  }
  return {
    format: 1,
    profile: 'rel-18',
    seed: 1,
    timers: { migrationResponse: 2000 },
    functions: tested.map(({ name, role, listen, identity }) => ({
      name,
      role,
      listen,
      identity,
      system: systemsFor(role)[isPrimary(role) ? 'primary' : 'partner'],
      ...around(role),
      ...(name === challenging && { digest: digestOf(users) }),
    })),
  }
}

/** The passwords of all users, and for whom each may speak. */
const digestOf = (users: number) => ({
  realm: exampleChallenge.realm,
  users: Object.fromEntries(
    Array.from({ length: users }, (_, index) => [
      usernameOf(index),
      { password, mcServiceIds: [`sip:user-${sixDigits(index)}@${fromPrimary.primary}`] },
    ]),
  ),
})

import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { freePorts as freePortsOf } from '../transport/free-ports.testing.ts'
import type { ProvisioningDocument } from './provision.ts'
import type { MigrationRole as Role } from './defects.ts'

/** The two MC systems of the tests: users are at home in the one and migrate to the other. */
export const primary = 'primary.example'
export const partner = 'partner.example'
export const barred = 'barred.example'

/** Of the users who have one while migrated. */
export const securityDomain = 'https://kms.partner.example'

const issuer = 'https://idm.partner.example'
/** Of the primary MC system. */
export const primaryIssuer = 'https://idm.primary.example'
const audience = 'mc-service-server'
const now = '2030-01-01T12:00:00Z'

export const user = (name: string, system = primary): string => `sip:${name}@${system}`
export const temporary = (name: string): string => `sip:visitor.${name}@${partner}`

const { privateKey, publicKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kty: 'EC' as const }] }

export interface TokenClaims {
  readonly sub: string
  readonly mcptt_id?: string | undefined
  readonly iss?: string
  readonly aud?: string | string[]
  readonly scope?: string
  /** Seconds after `now`. */
  readonly expiresIn?: number
  /** Signed with a key the server does not know. */
  readonly forged?: boolean
}

export const token = (claims: TokenClaims): Promise<string> => {
  const { sub, mcptt_id, iss = issuer, aud = audience, scope = 'openid 3gpp:mc:ptt_service' } = claims
  const seconds = Date.parse(now) / 1000
  return new SignJWT({ scope, mcptt_id: mcptt_id ?? sub })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject(sub)
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt(seconds - 60)
    .setExpirationTime(seconds + (claims.expiresIn ?? 3600))
    .sign(claims.forged === true ? stranger.privateKey : privateKey)
}

export type Ports = Readonly<Record<Role, number>>

export async function freePorts(): Promise<Ports> {
  const [client = 0, partnerServer = 0, partnerGateway = 0, primaryGateway = 0, primaryServer = 0] =
    await freePortsOf(5)
  return { client, partnerServer, partnerGateway, primaryGateway, primaryServer }
}

export const identities: Readonly<Record<Role, string>> = {
  client: 'sip:client.device.example',
  partnerServer: `sip:server@inside.${partner}`,
  partnerGateway: `sip:gateway.${partner}`,
  primaryGateway: `sip:gateway.${primary}`,
  primaryServer: `sip:server@inside.${primary}`,
}

export interface Topology {
  readonly partnerGateway: boolean
  readonly primaryGateway: boolean
}

export const topologies: Readonly<Record<string, Topology>> = {
  'no gateway servers': { partnerGateway: false, primaryGateway: false },
  'a gateway server in the partner system': { partnerGateway: true, primaryGateway: false },
  'a gateway server in the primary system': { partnerGateway: false, primaryGateway: true },
  'gateway servers in both systems': { partnerGateway: true, primaryGateway: true },
}

/** Everybody's provisioning; `only` keeps the functions of some roles, the test plays the others. */
export function document(
  ports: Ports,
  topology: Topology,
  transport: 'udp' | 'tcp',
  only?: readonly Role[],
  migrationResponse = 3000,
  profile = 'rel-18',
): ProvisioningDocument {
  const listen = (role: Role) => ({ address: '127.0.0.1', port: ports[role] })
  const hop = (role: Role) => ({ identity: identities[role], transport, ...listen(role) })
  const intoPrimary = hop(topology.primaryGateway ? 'primaryGateway' : 'primaryServer')
  const outOfPartner = topology.partnerGateway ? hop('partnerGateway') : intoPrimary
  const intoPartner = hop(topology.partnerGateway ? 'partnerGateway' : 'partnerServer')
  const outOfPrimary = topology.primaryGateway ? hop('primaryGateway') : intoPartner
  const common = (role: Role, system: string) => ({
    name: role,
    listen: listen(role),
    identity: identities[role],
    system,
  })
  const functions: ProvisioningDocument['functions'] = [
    { role: 'client', ...common('client', partner) },
    {
      role: 'partnerServer',
      ...common('partnerServer', partner),
      idm: { issuer, audience, jwks },
      migrationFrom: {
        [primary]: { permitted: true, deniedUsers: [user('denied')] },
        [barred]: { permitted: false, deniedUsers: [] },
      },
      peers: { [primary]: outOfPartner, [barred]: outOfPartner },
    },
    {
      role: 'partnerGateway',
      ...common('partnerGateway', partner),
      peers: { [primary]: intoPrimary },
      inside: { identity: identities.partnerServer, ...listen('partnerServer') },
    },
    {
      role: 'primaryGateway',
      ...common('primaryGateway', primary),
      inside: { identity: identities.primaryServer, ...listen('primaryServer') },
      peers: { [partner]: intoPartner },
    },
    {
      role: 'primaryServer',
      ...common('primaryServer', primary),
      idm: { issuer: primaryIssuer, audience, jwks },
      partners: {
        [partner]: { permitted: true, ...outOfPrimary },
        [barred]: { permitted: false, ...outOfPrimary },
      },
      users: {
        ...Object.fromEntries(
          ['alice', 'bob', 'carol', 'denied'].map((name) => [
            user(name),
            { permittedPartners: '*' as const, ...(name === 'alice' && { securityDomain }) },
          ]),
        ),
        [user('mute')]: { permittedPartners: '*', privateCalls: { permitted: false } },
        [user('shunned')]: { permittedPartners: '*', privateCalls: { deniedTo: [user('alice')] } },
        [user('grounded')]: { permittedPartners: [] },
        [user('unserved')]: { permittedPartners: '*', mayBeServed: false },
      },
    },
  ]
  const absent = (role: Role): boolean =>
    (role === 'partnerGateway' && !topology.partnerGateway) || (role === 'primaryGateway' && !topology.primaryGateway)
  return {
    format: 1,
    profile,
    seed: 7,
    now,
    timers: { sip: { t1: 60, t2: 240, t4: 300 }, migrationResponse },
    functions: functions.filter(
      ({ role }) => role in identities && !absent(role as Role) && (only?.includes(role as Role) ?? true),
    ),
  }
}

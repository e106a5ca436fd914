import { profiles } from '#bindings'
import { z } from 'zod'
import { readMcServiceId } from './mc-service-id.ts'
import { readUri } from '#wire/sip'

const domainPattern = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/

const milliseconds = z.number().int().min(1).max(3_600_000)
const address = z.union([z.ipv4(), z.ipv6()], { error: 'is no IP address' })
const port = z.number().int().min(0).max(65_535)
const domain = z
  .string()
  .regex(domainPattern, 'is no domain name')
  .transform((text) => text.toLowerCase())

const sipUri = z.string().refine((text) => {
  const uri = readUri(text)
  return (
    uri !== undefined && (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.host !== '' && !/[\s<>"]/.test(text)
  )
}, 'is no SIP URI')

/** Read as the key that two spellings of the same user share. */
const mcServiceId = z.string().transform((text, context) => {
  const key = readMcServiceId(text)?.key
  if (key !== undefined) return key
  context.addIssue({ code: 'custom', message: 'is no MC service ID' })
  return z.NEVER
})

const hop = { identity: sipUri, transport: z.enum(['udp', 'tcp', 'tls']), address, port: port.min(1) }
const peer = z.strictObject(hop)

/** Keyed by the domain of an MC system. */
const bySystem = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string().regex(domainPattern, 'is no domain name'), value)
    .transform(
      (record): ReadonlyMap<string, z.output<Value>> =>
        new Map(Object.entries(record).map(([system, each]) => [system.toLowerCase(), each])),
    )

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP'], { error: 'is no kind of public key' }) })
  .refine((key) => !('d' in key), 'holds a private key')

const common = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, 'is no name of up to 64 letters, digits, spaces, dots and dashes'),
  /** UDP and TCP, and TLS where it has a port for it. */
  listen: z.strictObject({ address, port, tlsPort: port.optional() }),
  identity: sipUri,
  system: domain,
}

const policy = {
  /** MC systems that local policy of the gateway server does not interconnect with (TS 24.379 6.8.2). */
  refusedSystems: z
    .array(domain)
    .default([])
    .transform((systems): ReadonlySet<string> => new Set(systems)),
}

const inside = z.strictObject({ identity: sipUri, address, port: port.min(1), tlsPort: port.min(1).optional() })

const privateCalls = z.strictObject({
  /** Whether the user may make private calls (TS 24.484, allow-private-call). */
  permitted: z.boolean().default(true),
  /** Users whom this one may not call. */
  deniedTo: z
    .array(mcServiceId)
    .default([])
    .transform((users): ReadonlySet<string> => new Set(users)),
})

const primaryUser = z.strictObject({
  permittedPartners: z.union([z.literal('*'), z.array(domain)], {
    error: "is neither '*' nor a list of MC systems",
  }),
  /** URI of the key management server of the user profile that is selected while migrated (TS 23.280 10.16.y.3 step 2). */
  securityDomain: z.string().min(1).max(512).optional(),
  privateCalls: privateCalls.prefault({}),
  /** Whether the user may use the MC service in this MC system (TS 23.280 10.6.1). */
  mayBeServed: z.boolean().default(true),
})

/** MC service groups, by MC service group ID. */
const groups = z
  .record(
    z.string().refine((text) => readMcServiceId(text) !== undefined, 'is no MC service group ID'),
    z.strictObject({
      members: z.array(mcServiceId).transform((users): ReadonlySet<string> => new Set(users)),
      /** Whether a prearranged group call of the group is ongoing, so that whoever affiliates enters it late. */
      ongoing: z.boolean().default(false),
    }),
  )
  .transform(
    (record): ReadonlyMap<string, { readonly members: ReadonlySet<string>; readonly ongoing: boolean }> =>
      new Map(Object.entries(record).map(([group, each]) => [readMcServiceId(group)?.key ?? group, each])),
  )
  .prefault({})
/** The identity management server of the own MC system. */
const idm = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwks: z.looseObject({ keys: z.array(publicKey).min(1) }),
})

/** What the clients authenticate with, by user name; without it nobody is challenged. */
const digest = z
  .strictObject({
    realm: z.string().regex(/^[ -!#-[\]-~]{1,128}$/, 'is no realm'),
    users: z
      .record(
        z.string().regex(/^[ -!#-[\]-~]{1,256}$/, 'is no user name'),
        z.strictObject({
          password: z.string().min(1),
          /** For whom the user may speak. */
          mcServiceIds: z.array(mcServiceId).transform((ids): ReadonlySet<string> => new Set(ids)),
        }),
      )
      .transform((users) => new Map(Object.entries(users))),
  })
  .optional()

const partnerServer = z.strictObject({
  role: z.literal('partnerServer'),
  ...common,
  idm,
  migrationFrom: bySystem(
    z.strictObject({
      permitted: z.boolean(),
      deniedUsers: z.array(mcServiceId).transform((users): ReadonlySet<string> => new Set(users)),
    }),
  ),
  peers: bySystem(peer),
  /** Other MC systems, where private calls of visitors to their users go. */
  partners: bySystem(peer).prefault({}),
  groups,
  digest,
})

const partnerGateway = z.strictObject({
  role: z.literal('partnerGateway'),
  ...common,
  peers: bySystem(peer),
  /** The MC service server behind it, where private calls to its users go. */
  inside: inside.optional(),
  ...policy,
})

const primaryGateway = z.strictObject({
  role: z.literal('primaryGateway'),
  ...common,
  inside,
  /** Partner MC systems, where private calls to their users go. */
  peers: bySystem(peer).prefault({}),
  ...policy,
})

const primaryServer = z.strictObject({
  role: z.literal('primaryServer'),
  ...common,
  /** Without it nobody is service authorized here. */
  idm: idm.optional(),
  partners: bySystem(z.strictObject({ permitted: z.boolean(), ...hop })),
  users: z
    .record(
      z.string().refine((text) => readMcServiceId(text) !== undefined, 'is no MC service ID'),
      primaryUser,
    )
    .transform(
      (users): ReadonlyMap<string, z.output<typeof primaryUser>> =>
        new Map(Object.entries(users).map(([user, rule]) => [readMcServiceId(user)?.key ?? user, rule])),
    ),
  groups,
  digest,
})

/** Servers of other MC systems and of the own one, by who they are. */
const servers = z.array(z.strictObject({ ...hop, /** Whether it is in the same trust domain. */ trusted: z.boolean() }))

const participatingServer = z.strictObject({
  role: z.literal('participatingServer'),
  ...common,
  idm,
  groups,
  servers,
})

const iopsParticipatingServer = z.strictObject({
  role: z.literal('iopsParticipatingServer'),
  ...common,
  /** The controlling MC service server for the users of each primary MC system. */
  controlling: bySystem(peer),
  servers,
})

const iopsControllingServer = z.strictObject({
  role: z.literal('iopsControllingServer'),
  ...common,
  groups,
  /** The participating MC service server for the users of each primary MC system, where they are called. */
  participating: bySystem(peer),
  servers,
})

const client = z.strictObject({ role: z.literal('client'), ...common })

const configurationServer = z.strictObject({
  role: z.literal('configurationServer'),
  ...common,
  idm,
  /** MC service ID to the indexes of its user profiles. */
  profiles: z
    .record(
      z.string().refine((text) => readMcServiceId(text) !== undefined, 'is no MC service ID'),
      z.array(z.string().regex(/^\d{1,10}$/, 'is no index')),
    )
    .transform(
      (record): ReadonlyMap<string, readonly string[]> =>
        new Map(Object.entries(record).map(([user, indexes]) => [readMcServiceId(user)?.key ?? user, indexes])),
    ),
})

/** The provisioning document: which functional entities there are, and what each of them knows and permits. */
export const provisioningDocument = z.strictObject({
  format: z.literal(1),
  /** How every message looks on the wire. */
  profile: z
    .string()
    .refine((name) => Object.hasOwn(profiles, name), 'is no profile')
    .default('rel-18'),
  /** All identifiers that are made up follow from it. */
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** The time for access tokens, ISO 8601; else that of the machine. */
  now: z.iso.datetime({ offset: true, error: 'is no time' }).optional(),
  timers: z
    .strictObject({
      sip: z.strictObject({ t1: milliseconds, t2: milliseconds, t4: milliseconds }).optional(),
      /** How long a partner MC service server waits for the primary MC system. */
      migrationResponse: milliseconds.default(500),
      /** How long a called client may let a call ring; longer than three minutes (RFC 3261 16.6, Timer C). */
      ringing: milliseconds.default(181_000),
      /** How long nobody need have the floor before a communication is released (TS 24.380 11.2, T4). */
      floorInactivity: milliseconds.default(30_000),
    })
    .prefault({}),
  /** What the profile leaves open. */
  profileValues: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  functions: z
    .array(
      z.discriminatedUnion('role', [
        client,
        partnerServer,
        partnerGateway,
        primaryGateway,
        primaryServer,
        configurationServer,
        participatingServer,
        iopsParticipatingServer,
        iopsControllingServer,
      ]),
    )
    .max(64),
})

/** The document as it is written. */
export type ProvisioningDocument = z.input<typeof provisioningDocument>
/** The document as it is read: domains in lower case, tables as maps. */
export type Provision = z.output<typeof provisioningDocument>
export type FunctionProvision = Provision['functions'][number]
export type DigestProvision = NonNullable<PrimaryServerProvision['digest']>
export type GroupsProvision = PrimaryServerProvision['groups']
export type ConfigurationServerProvision = z.output<typeof configurationServer>
export type ParticipatingServerProvision = z.output<typeof participatingServer>
export type IopsParticipatingServerProvision = z.output<typeof iopsParticipatingServer>
export type IopsControllingServerProvision = z.output<typeof iopsControllingServer>
export type PartnerServerProvision = z.output<typeof partnerServer>
export type PartnerGatewayProvision = z.output<typeof partnerGateway>
export type PrimaryGatewayProvision = z.output<typeof primaryGateway>
export type PrimaryServerProvision = z.output<typeof primaryServer>

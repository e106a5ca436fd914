import { z } from 'zod'
import { profiles } from '#bindings'

const profileNames = Object.keys(profiles)

const domainPattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/
const domainName = z.string().regex(domainPattern, 'is no domain name in lower case')
const sipUri = z.string().regex(/^sips?:[^\s<>"]+$/, 'is no SIP URI such as sip:server@partner.example')
const address = z
  .union([z.ipv4(), z.ipv6()], { error: 'is no IP address; names are not looked up' })
  // As sockets write it: peers are known by it.
  .transform((text) => (text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text))
// No top-level domain is a number (RFC 1123 2.1): 300.1.1.1 is a mistyped address.
const noAddress = 'is neither an IP address nor a domain name in lower case'
const hostName = z.string().refine((text) => domainPattern.test(text) && /[a-z][a-z0-9-]*$/.test(text), noAddress)
const sutAddress = z.union([address, hostName], { error: noAddress })
const noPort = 'is no port; ports are 1 to 65535'
const port = z.number().int().min(1, noPort).max(65_535, noPort)
const milliseconds = z.number().int().min(1).max(3_600_000)
const command = z.array(z.string().min(1)).min(1, 'is empty; give the program and its arguments')
const loopbackOrNamed = z.url({ protocol: /^https?$/, error: 'is no http or https URL' })

export const roles = [
  'client',
  'partnerServer',
  'partnerGateway',
  'primaryGateway',
  'primaryServer',
  'configurationServer',
  'participatingServer',
  'iopsParticipatingServer',
  'iopsControllingServer',
] as const
const transports = ['udp', 'tcp', 'tls'] as const
const usualTransports = ['udp', 'tcp'] as const
const alternatives = ['publish', 'register'] as const
export const variants = ['both-gateways', 'partner-gateway-only', 'primary-gateway-only', 'no-gateways'] as const

/** How a system under test is started, provisioned, set going and asked; all of it optional. */
const control = z.strictObject({
  /** Base URL of the control interface (docs/control-adapter.md). */
  http: loopbackOrNamed.optional(),
  /** Program that runs for the length of the run; ended afterwards. */
  start: command.optional(),
  /** Program that is run once at the end, before what `start` began is ended. */
  stop: command.optional(),
  /** Program that ends it and starts it anew, as it was provisioned: `mcx fuzz` when it no longer serves, `mcx sweep` after a step. */
  restart: command.optional(),
  /** Programs that read one JSON document and write one, for systems without the HTTP interface. */
  reset: command.optional(),
  provision: command.optional(),
  stimulate: command.optional(),
  query: command.optional(),
  establish: command.optional(),
  /** Milliseconds until the system under test must be ready. */
  readyWithin: milliseconds.default(10_000),
})

const expectedFailure = z.strictObject({
  /** Id of the case, `*` stands for anything. */
  case: z.string().min(1),
  /** Part of the finding's requirement, expected or actual text: the way it fails is pinned. */
  message: z.string().min(1),
  reason: z.string().min(1),
  owner: z.string().min(1),
  expires: z.iso.date({ error: 'is no date such as 2027-01-31' }),
})

const sut = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/, 'is no name of up to 64 letters, digits, spaces, dots and dashes'),
  version: z.string().optional(),
  roles: z.array(z.enum(roles)).min(1, 'is empty; name at least one role'),
  /** Domain of the MC system it belongs to. */
  system: domainName,
  /** Public service identity it is addressed by. */
  identity: sipUri,
  address: sutAddress,
  /** 0: as the domain name system says. */
  port: port.default(0),
  /** Where it is reached by TLS. */
  tls: z.strictObject({ port: port.default(0), name: domainName.optional() }).optional(),
  transports: z
    .array(z.enum(transports))
    .min(1)
    .default([...usualTransports]),
  variants: z
    .array(z.enum(variants))
    .min(1)
    .default([...variants]),
  alternatives: z
    .array(z.enum(alternatives))
    .min(1)
    .default([...alternatives]),
  /** Implementation conformance statement: capability to whether it is there. */
  ics: z.record(z.string(), z.boolean()).default({}),
  timers: z.strictObject({ migrationResponse: milliseconds.default(1500) }).prefault({}),
  /** What `mcx sweep` needs to know. */
  sweep: z
    .strictObject({
      /** Milliseconds for which a lost peer is away: by then every timer of the system under test has run out. */
      away: milliseconds.default(66_000),
      /** Timers of RFC 3261 to provision for the sweep, where the system under test takes them; shorter ones save time. */
      sip: z.strictObject({ t1: milliseconds, t2: milliseconds, t4: milliseconds }).optional(),
      /** Milliseconds a call may ring, likewise. */
      ringing: milliseconds.optional(),
    })
    .prefault({}),
  /** Fixed MC service users, where the system under test cannot be provisioned with those of the world. */
  users: z
    .strictObject({
      permitted: z.array(sipUri).min(1),
      refused: z.array(sipUri).default([]),
      /** Users of the primary MC system who may call the others. */
      callers: z.array(sipUri).default([]),
    })
    .optional(),
  control: control.prefault({}),
  /** What brings about the preconditions of a case: the flow that leads there, or the control adapter where it can. */
  preconditions: z.enum(['protocol', 'control']).default('protocol'),
  expectedFailures: z.array(expectedFailure).default([]),
})

/** What is said, word for word, of an address beyond this machine that may be fuzzed. */
const consent = 'I may fuzz this system'

/** What `mcx fuzz` may do to the systems under test. */
const fuzz = z.strictObject({
  /** By address: whoever answers for the system has agreed. */
  consent: z
    .record(address, z.literal(consent, { error: `is no consent; say '${consent}', word for word, where that is so` }))
    .default({}),
  /** Requests each second at most; 0: as many as are answered. */
  rate: z.number().int().min(0).max(1_000_000).optional(),
  /** Whether emergency indications may leave. */
  emergency: z.boolean().default(false),
  /** How much more of what the system holds is complained of, once it is half as much again. */
  growth: z
    .strictObject({
      /** Milliseconds after its start in which it may grow. */
      warmUp: milliseconds.default(45_000),
      /** Octets that are resident. */
      memory: z.number().int().min(1).default(512_000_000),
      /** Open files and sockets. */
      descriptors: z.number().int().min(1).default(32),
      /** Milliseconds until a valid request is answered. */
      latency: z.number().positive().default(2),
    })
    .prefault({}),
})

const testerPorts = z.strictObject({
  client: port.default(15_061),
  partnerServer: port.default(15_062),
  partnerGateway: port.default(15_063),
  primaryGateway: port.default(15_064),
  primaryServer: port.default(15_065),
  callingClient: port.default(15_066),
  calledClient: port.default(15_067),
  secondPartnerServer: port.default(15_068),
  configurationServer: port.default(15_069),
  secondConfigurationServer: port.default(15_070),
  participatingServer: port.default(15_071),
  iopsParticipatingServer: port.default(15_072),
  iopsControllingServer: port.default(15_073),
  otherParticipatingServer: port.default(15_074),
  partnerConfigurationServer: port.default(15_075),
})

const file = z.string().min(1)
const tlsVersion = z.enum(['TLSv1.2', 'TLSv1.3'])

/** Who the tester is to TLS, and whom it trusts; PEM files, relative to the configuration. */
const testerTls = z.strictObject({
  certificate: file,
  key: file,
  authorities: z.array(file).min(1, 'is empty; name at least one authority'),
  /** Whether those who connect must show a certificate. */
  mutual: z.boolean().default(true),
  lowest: tlsVersion.default('TLSv1.2'),
  highest: tlsVersion.default('TLSv1.3'),
  ports: z
    .strictObject({
      client: port.default(15_161),
      partnerServer: port.default(15_162),
      partnerGateway: port.default(15_163),
      primaryGateway: port.default(15_164),
      primaryServer: port.default(15_165),
      callingClient: port.default(15_166),
      calledClient: port.default(15_167),
      secondPartnerServer: port.default(15_168),
      configurationServer: port.default(15_169),
      secondConfigurationServer: port.default(15_170),
      participatingServer: port.default(15_171),
      iopsParticipatingServer: port.default(15_172),
      iopsControllingServer: port.default(15_173),
      otherParticipatingServer: port.default(15_174),
      partnerConfigurationServer: port.default(15_175),
    })
    .prefault({}),
})

export const configurationSchema = z.strictObject({
  /** Selecting a profile makes its default bindings requirements: what breaks them fails instead of being inconclusive. */
  profile: z.enum(profileNames, { error: `is no profile; there is ${profileNames.join(' and ')}` }).optional(),
  /** Values the standard leaves open (docs/bindings.md). */
  bindings: z
    .strictObject({
      values: z
        .record(
          z.string(),
          z.union([z.string(), z.number(), z.boolean()], { error: 'is no text, number, true or false' }),
        )
        .default({}),
    })
    .prefault({}),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  /** Where results go, relative to the configuration. */
  out: z.string().min(1).default('reports'),
  tester: z
    .strictObject({
      address: address.prefault('127.0.0.1'),
      ports: testerPorts.prefault({}),
      tls: testerTls.optional(),
    })
    .prefault({}),
  timing: z
    .strictObject({
      answer: milliseconds.default(5000),
      silence: milliseconds.default(1500),
      quiet: milliseconds.default(250),
    })
    .prefault({}),
  /** What is asked of media. */
  media: z
    .strictObject({
      /** Milliseconds for which each talker talks. */
      talk: milliseconds.default(1000),
      /** Milliseconds. */
      longestGap: milliseconds.default(800),
      /** Share of the packets. */
      lost: z.number().min(0).max(1).default(0.05),
      duplicated: z.number().min(0).max(1).default(0),
      /** Milliseconds for which the former path may still deliver. */
      allowance: z.number().int().min(0).max(60_000).default(200),
    })
    .prefault({}),
  fuzz: fuzz.prefault({}),
  /** Cases in flight at once. */
  concurrency: z.number().int().min(1).max(2000).default(200),
  suts: z.array(sut).min(1, 'is empty; name at least one system under test'),
  /** Names of systems under test that are played in the same cases, each in its own roles; they must reach each other. */
  everyTransport: z.array(z.string()).default(['migration/service-authorization', 'redirection/private-call']),
  together: z.array(z.array(z.string()).min(2, 'is one system; name the others that are played with it')).default([]),
})

/** What `harness.config.ts` exports. Every key is explained in docs/configuration.md. */
export type ConfigurationText = z.input<typeof configurationSchema>
export type Configuration = z.output<typeof configurationSchema>
export type SutConfiguration = Configuration['suts'][number]
export type Role = (typeof roles)[number]
export type Transport = (typeof transports)[number]

/** Types a configuration while it is written; it is checked when it is read. */
export const defineConfig = (text: ConfigurationText): ConfigurationText => text

/** A configuration that somebody wrote, or tried to. */
export interface WrongConfiguration {
  readonly what: string
  /** Text of the file; undefined when there is none. */
  readonly text: string | undefined
  /** What each line must say. */
  readonly says: readonly RegExp[]
}

type Loose = Readonly<Record<string, unknown>>

const sut: Loose = {
  name: 'our server',
  roles: ['primaryServer'],
  system: 'mc.our-company.example',
  identity: 'sip:mc-server@mc.our-company.example',
  address: '127.0.0.1',
  port: 5060,
}

/** The text of a configuration that is good but for what is given. */
export const configurationWith = (top: Loose, ofSut: Loose = {}): string =>
  `export default ${JSON.stringify({ suts: [{ ...sut, ...ofSut }], ...top }, null, 2)}\n`

const without = (key: string): string =>
  `export default ${JSON.stringify({ suts: [Object.fromEntries(Object.entries(sut).filter(([name]) => name !== key))] })}\n`

const declared = { case: 'migration/*', message: 'no answer', reason: 'known', owner: 'qa', expires: '2099-01-31' }

/** In the order in which somebody who writes a first configuration meets them. */
export const wrongConfigurations: readonly WrongConfiguration[] = [
  { what: 'no such file', text: undefined, says: [/there is no harness\.config\.ts.*mcx init/] },
  { what: 'no default export', text: 'export const config = {}\n', says: [/no default export.*export default/] },
  { what: 'empty file', text: '', says: [/suts is missing/] },
  {
    what: 'syntax error',
    text: 'export default {\n  suts: [\n    { name: "a" \n    { name: "b" }\n  ],\n}\n',
    says: [/harness\.config\.ts:4.*Expected/],
  },
  {
    what: 'a type of its own that cannot be stripped',
    text: 'enum Role { server }\nexport default { suts: [], role: Role.server }\n',
    says: [/enum.*not supported/i],
  },
  {
    what: 'it throws',
    text: 'const ports = undefined\nexport default { suts: ports.length }\n',
    says: [/harness\.config\.ts:2: .*reading 'length'/],
  },
  {
    what: 'it throws what is no error',
    text: 'throw "MCX_ADDRESS is not set"\n',
    says: [/MCX_ADDRESS is not set/],
  },
  {
    what: 'imports a package that is not there',
    text: "import { defineConfig } from 'mcx-conformanse'\nexport default defineConfig({})\n",
    says: [/mcx-conformanse.*npm install/],
  },
  {
    what: 'imports a file that is not there',
    text: "import { suts } from './suts.ts'\nexport default { suts }\n",
    says: [/suts\.ts/],
  },
  { what: 'is text', text: 'export default "sip:server@example.com"\n', says: [/default export is "sip:.*object/] },
  { what: 'is a function', text: 'export default () => ({ suts: [] })\n', says: [/default export is a function/] },
  {
    what: 'is a promise',
    text: 'export default Promise.resolve({ suts: [] })\n',
    says: [/default export.*promise.*await/],
  },
  { what: 'no suts', text: 'export default {}\n', says: [/suts is missing.*a list/] },
  {
    what: 'suts is empty',
    text: 'export default { suts: [] }\n',
    says: [/suts is \[\], which is empty.*system under test/],
  },
  { what: 'suts is no list', text: `export default { suts: ${JSON.stringify(sut)} }\n`, says: [/suts is \{.*list/] },
  { what: 'unknown key', text: configurationWith({ sut: [] }), says: [/sut is no key.*suts/] },
  {
    what: 'unknown key within',
    text: configurationWith({}, { adress: '127.0.0.1' }),
    says: [/suts\[0\]\.adress.*address/],
  },
  {
    what: 'two unknown keys',
    text: configurationWith({ verbose: true, paralel: 4 }),
    says: [/verbose is no key/, /paralel is no key/],
  },
  { what: 'no port', text: without('port'), says: [/suts\[0\]\.port is missing.*number/] },
  { what: 'no roles', text: without('roles'), says: [/suts\[0\]\.roles is missing/] },
  { what: 'port as text', text: configurationWith({}, { port: '5060' }), says: [/suts\[0\]\.port is "5060".*number/] },
  { what: 'port beyond 65535', text: configurationWith({}, { port: 70_000 }), says: [/port is 70000.*1 to 65535/] },
  { what: 'seed below zero', text: configurationWith({ seed: -1 }), says: [/seed is -1/] },
  {
    what: 'concurrency as text',
    text: configurationWith({ concurrency: 'many' }),
    says: [/concurrency is "many".*number/],
  },
  {
    what: 'no such role',
    text: configurationWith({}, { roles: ['server'] }),
    says: [/roles\[0\] is "server".*primaryServer/],
  },
  {
    what: 'roles of two systems',
    text: configurationWith({}, { roles: ['partnerServer', 'primaryServer'] }),
    says: [/two MC systems/],
  },
  { what: 'a role twice', text: configurationWith({}, { roles: ['primaryServer', 'primaryServer'] }), says: [/twice/] },
  {
    what: 'a name twice',
    text: configurationWith({ suts: [sut, { ...sut, port: 5070 }] }),
    says: [/suts\[1\]\.name "our server" is used twice/],
  },
  {
    what: 'address and port of the tester',
    text: configurationWith({}, { port: 15_065 }),
    says: [/127\.0\.0\.1:15065 is also .*tester\.ports\.primaryServer.*another/],
  },
  {
    what: 'two roles of the tester on one port',
    text: configurationWith({ tester: { ports: { client: 15_062 } } }),
    says: [/tester\.ports\.partnerServer is 15062.*tester\.ports\.client/],
  },
  {
    what: 'neither address nor name',
    text: configurationWith({}, { address: 'mc server' }),
    says: [/address is "mc server".*neither an IP address nor a domain name/],
  },
  {
    what: 'an address that is not ours',
    text: configurationWith({ tester: { address: '192.0.2.1' } }),
    says: [/192\.0\.2\.1.*no address of this machine/],
  },
  {
    what: 'identity is no URI',
    text: configurationWith({}, { identity: 'mc-server' }),
    says: [/identity is "mc-server".*SIP URI/],
  },
  {
    what: 'no such transport',
    text: configurationWith({}, { transports: ['sctp'] }),
    says: [/transports\[0\] is "sctp".*udp.*tcp.*tls/],
  },
  {
    what: 'TLS without a certificate',
    text: configurationWith({}, { transports: ['tls'], tls: { port: 15_999 } }),
    says: [/transports names tls; give the tester a certificate/],
  },
  {
    what: 'a certificate that is not there',
    text: configurationWith({ tester: { tls: { certificate: 'a.pem', key: 'a.key', authorities: ['b.pem'] } } }),
    says: [/tester\.tls\.certificate: a\.pem cannot be read.*name a PEM file/],
  },
  {
    what: 'system in capitals',
    text: configurationWith({}, { system: 'MC.Example' }),
    says: [/system is "MC\.Example".*domain name in lower case/],
  },
  {
    what: 'no such capability',
    text: configurationWith({}, { ics: { topologyHidding: true } }),
    says: [/topologyHid.*topologyHiding/],
  },
  { what: 'no such profile', text: configurationWith({ profile: 'rel-99' }), says: [/profile is "rel-99".*rel-18/] },
  {
    what: 'no such profile value',
    text: configurationWith({ bindings: { values: { accessTokenScop: 'x' } } }),
    says: [/accessTokenScop is no value.*accessTokenScope/],
  },
  {
    what: 'profile value of another type',
    text: configurationWith({ bindings: { values: { accessTokenScope: 4 } } }),
    says: [/accessTokenScope is 4.*string/],
  },
  {
    what: 'declared failure without owner',
    text: configurationWith({}, { expectedFailures: [{ ...declared, owner: undefined }] }),
    says: [/expectedFailures\[0\]\.owner is missing/],
  },
  {
    what: 'declared failure with no date',
    text: configurationWith({}, { expectedFailures: [{ ...declared, expires: 'soon' }] }),
    says: [/expires is "soon".*2027-01-31/],
  },
  {
    what: 'declared failure of no case',
    text: configurationWith({}, { expectedFailures: [{ ...declared, case: 'authorisation' }] }),
    says: [/expectedFailures\[0\]\.case "authorisation".*mcx list/],
  },
]

/** What one key of the configuration means. */
export interface KeyText {
  readonly meaning: string
  /** As it would be written. */
  readonly example: string
  /** What it takes, where the schema alone does not say it to people. */
  readonly takes?: string
}

/** Every key by its path; `[]` stands for any member of a list. A key that is missing here fails the check. */
export const keyTexts: Readonly<Record<string, KeyText>> = {
  profile: {
    meaning:
      'The binding profile you want to be held to. Without it, what breaks a default binding is `inconclusive`, not `fail`.',
    example: "profile: 'rel-18'",
  },
  'bindings.values': {
    meaning: 'Values that the standard leaves open: see [Profile values](bindings.md#profile-values).',
    example: 'bindings: { values: { expires: 600 } }',
    takes: 'keys and values of the profile',
  },
  seed: {
    meaning: 'All made-up values follow from it: users, Call-IDs, tags, branches. The same seed sends the same octets.',
    example: 'seed: 20_301',
  },
  out: {
    meaning:
      'Folder for everything a run writes, relative to the folder of the configuration; `--out` is relative to where `mcx` is run.',
    example: "out: 'reports/nightly'",
    takes: 'path',
  },
  'tester.address': {
    meaning: 'Address the tester listens at and sends from. Your system must be able to reach it.',
    example: "tester: { address: '192.0.2.10' }",
  },
  'tester.ports.client': {
    meaning: 'Port of the tester when it plays the MC service client. UDP and TCP, as for every role.',
    example: 'ports: { client: 15_061 }',
  },
  'tester.ports.partnerServer': {
    meaning: 'Port of the tester as partner MC service server.',
    example: 'ports: { partnerServer: 15_062 }',
  },
  'tester.ports.partnerGateway': {
    meaning: 'Port of the tester as partner MC gateway server.',
    example: 'ports: { partnerGateway: 15_063 }',
  },
  'tester.ports.primaryGateway': {
    meaning: 'Port of the tester as primary MC gateway server.',
    example: 'ports: { primaryGateway: 15_064 }',
  },
  'tester.ports.primaryServer': {
    meaning: 'Port of the tester as primary MC service server.',
    example: 'ports: { primaryServer: 15_065 }',
  },
  'tester.ports.callingClient': {
    meaning: 'Port of the tester as the MC service client that calls, MC service client 1.',
    example: 'ports: { callingClient: 15_066 }',
  },
  'tester.ports.calledClient': {
    meaning: 'Port of the tester as the MC service client that is called, MC service client 2.',
    example: 'ports: { calledClient: 15_067 }',
  },
  'tester.ports.secondPartnerServer': {
    meaning: 'Port of the tester as the MC service server of the MC system to which a user migrates after the partner.',
    example: 'ports: { secondPartnerServer: 15_068 }',
  },
  'timing.answer': {
    meaning:
      'How long the next message of a flow may take. At least `timers.migrationResponse` of the system is allowed.',
    example: 'timing: { answer: 8000 }',
  },
  'timing.silence': {
    meaning:
      'How long a refusal may take before silence counts as one. The tester waits longer for a system that is slow: `timers.migrationResponse` and twice what the flow as written took are allowed for.',
    example: 'timing: { silence: 3000 }',
  },
  'timing.quiet': {
    meaning: 'How long the tester watches on after the last message of a flow, for what should not come.',
    example: 'timing: { quiet: 500 }',
  },
  concurrency: {
    meaning: 'Cases in flight at once. Lower it for a system, or a machine, that is slow.',
    example: 'concurrency: 20',
  },
  'suts[].name': {
    meaning: 'Name of the system under test, in reports and for `--sut`. Each has its own.',
    example: "name: 'our build'",
    takes: 'up to 64 letters, digits, spaces, dots, dashes',
  },
  'suts[].version': {
    meaning: 'Version of the system under test, for the reports.',
    example: "version: '4.2.0'",
  },
  'suts[].roles': {
    meaning:
      'The functional entities it plays; the tester plays the others. Several roles belong to one MC system and share the address.',
    example: "roles: ['partnerServer']",
  },
  'suts[].system': {
    meaning: 'Domain of the MC system it belongs to.',
    example: "system: 'mc.our-company.example'",
    takes: 'domain name in lower case',
  },
  'suts[].identity': {
    meaning: 'Public service identity: the Request-URI of what the tester sends to it.',
    example: "identity: 'sip:mc-server@mc.our-company.example'",
    takes: 'SIP URI',
  },
  'suts[].address': {
    meaning: 'Where it listens. Names are not looked up.',
    example: "address: '192.0.2.20'",
  },
  'suts[].port': { meaning: 'Port it listens at, the same for UDP and TCP.', example: 'port: 5060' },
  'suts[].transports': {
    meaning: 'Transports to play over. Every case is played once for each.',
    example: "transports: ['udp']",
  },
  'suts[].variants': {
    meaning:
      'Gateway topologies it can be tested in. A variant in which its role does not exist is left out by itself.',
    example: "variants: ['no-gateways']",
  },
  'suts[].alternatives': {
    meaning: 'Ways of service authorization between client and partner MC service server. No matter to other roles.',
    example: "alternatives: ['publish']",
  },
  'suts[].ics': {
    meaning: 'What it claims to implement: see [below](#ics-what-the-system-claims).',
    example: 'ics: { temporaryIdentity: false }',
    takes: 'capability to true or false',
  },
  'suts[].timers.migrationResponse': {
    meaning: 'How long it waits for the migration response of the primary MC system.',
    example: 'timers: { migrationResponse: 2000 }',
  },
  'suts[].users.permitted': {
    meaning: 'MC service users that may migrate, for a system that cannot be provisioned: see [below](#fixed-users).',
    example: "users: { permitted: ['sip:test-1@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].users.refused': {
    meaning: 'MC service users that may not. Without any, cases that need one are excluded.',
    example: "users: { permitted: ['sip:test-1@a.example'], refused: ['sip:test-2@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].users.callers': {
    meaning:
      'MC service users of the primary MC system who may call the permitted ones; without one no private call is played against such a system under test.',
    example: "users: { permitted: ['sip:test-1@a.example'], callers: ['sip:test-9@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].control.http': {
    meaning: 'Base URL of its control interface. A path in it is not used.',
    example: "control: { http: 'http://127.0.0.1:8080' }",
  },
  'suts[].control.start': {
    meaning: 'Program that the run starts and ends. With `http`, the run waits until `GET /health` answers 200.',
    example: "control: { start: ['./our-server', '--test'] }",
  },
  'suts[].control.stop': {
    meaning: 'Program that is run at the end, before what `start` began is ended. Used only with `start`.',
    example: "control: { stop: ['./our-server', '--stop'] }",
  },
  'suts[].control.reset': {
    meaning: 'Program that makes it forget a user, in the place of `POST /reset`.',
    example: "control: { reset: ['./control', 'reset'] }",
  },
  'suts[].control.provision': {
    meaning: 'Program that takes the provisioning document, in the place of `POST /provision`.',
    example: "control: { provision: ['./control', 'provision'] }",
  },
  'suts[].control.stimulate': {
    meaning: 'Program that sets it going, in the place of `POST /stimulate`.',
    example: "control: { stimulate: ['./control', 'stimulate'] }",
  },
  'suts[].control.query': {
    meaning: 'Program that says what it holds, in the place of `POST /query`.',
    example: "control: { query: ['./control', 'query'] }",
  },
  'suts[].control.readyWithin': {
    meaning: 'How long it may take from `start` until `GET /health` answers.',
    example: 'control: { readyWithin: 30_000 }',
  },
  'suts[].expectedFailures[].case': {
    meaning: 'Id of the case, with `*` for any text. The first declaration that fits counts.',
    example: "case: '*@primaryServer/6~deny:thisUser#*'",
    takes: 'case id',
  },
  'suts[].expectedFailures[].message': {
    meaning: 'Part of what a finding says: requirement, expected or actual. It pins the way the case fails.',
    example: "message: 'migration response'",
    takes: 'text',
  },
  'suts[].expectedFailures[].reason': {
    meaning: 'Why it fails.',
    example: "reason: 'no per-user rule yet'",
    takes: 'text',
  },
  'suts[].expectedFailures[].owner': {
    meaning: 'Who mends it.',
    example: "owner: 'signalling team'",
    takes: 'text',
  },
  'suts[].expectedFailures[].expires': {
    meaning: 'Last day on which the failure is accepted.',
    example: "expires: '2030-06-30'",
  },
}

/** Sections of the page: the keys that begin so, and what is said above their table. */
export const sections: readonly { readonly title: string; readonly prefix: string; readonly text: string }[] = [
  { title: 'The run', prefix: '', text: '' },
  {
    title: 'The tester',
    prefix: 'tester.',
    text: 'The tester has one port for each role, so that a message shows by its port which role it was meant for. All five are opened in every run.',
  },
  { title: 'Time', prefix: 'timing.', text: 'All times are milliseconds.' },
  {
    title: 'A system under test',
    prefix: 'suts[].',
    text: 'Extra information for testing (IXIT): where the system is, what it plays, how it is reached. There may be any number of systems.',
  },
  {
    title: 'Control of a system under test',
    prefix: 'suts[].control.',
    text: 'All of it is optional. [The control adapter](control-adapter.md) says what each operation is asked and answers. A program is a list: its name and its arguments. A program goes before `http` for its operation.',
  },
  {
    title: 'Expected failures',
    prefix: 'suts[].expectedFailures[].',
    text: 'A known failure can be declared, so that the run is not red while it is being mended. All five keys are required.',
  },
]

export const preface = `
# Configuration

\`harness.config.ts\` says which systems are tested and how they are reached. It is a TypeScript module with a default
export. \`mcx init\` writes one, \`mcx doctor\` looks whether a run could succeed with it. Another file is named with
\`--config\`.

\`\`\`ts
import { defineConfig } from 'mcx-conformance'

export default defineConfig({
  profile: 'rel-18',
  tester: { address: '192.0.2.10' },
  suts: [
    {
      name: 'our build',
      roles: ['partnerServer'],
      system: 'mc.our-company.example',
      identity: 'sip:mc-server@mc.our-company.example',
      address: '192.0.2.20',
      port: 5060,
      control: { http: 'http://192.0.2.20:8080' },
    },
  ],
})
\`\`\`

In a clone of this repository, import from \`./src/harness/index.ts\` as its own \`harness.config.ts\` does.

The editor types it while you write. What it cannot see is checked when the file is read: one line for each mistake,
with the key, what came and the repair, and exit code 2.

\`\`\`text
mcx: harness.config.ts: suts[0].address is missing; add it
mcx: harness.config.ts: suts[0].adress is no key of the configuration; did you mean address?
\`\`\`

Only the hosts named here are contacted.
`

export const afterwards = (capabilities: Readonly<Record<string, string>>): string => `
### What becomes of a declared failure

| The case | State | Counts as |
| --- | --- | --- |
| did not pass, and a finding says \`message\` | \`met\` | passed |
| passed | \`surprise-pass\` | fail: take the declaration away |
| did not pass in another way | \`other-failure\` | fail |
| did not pass, and \`expires\` is over | \`expired\` | fail |

The reports show the verdict that was really seen, and the declaration beside it.

## ICS: what the system claims

The implementation conformance statement. A capability that is not named is claimed. \`false\` says that it is absent:

${Object.entries(capabilities)
  .map(([name, meaning]) => `- \`${name}\`: ${meaning}.`)
  .join('\n')}

## Fixed users

Each case has MC service users of its own, made from the seed and the case id. The system is told of them by
[provisioning](control-adapter.md#provision), which suits hundreds of cases at once.

A system that cannot be provisioned names its own users here. Then cases that share a user wait for one another, so that
a run takes longer. Before a user is used again the system is asked to \`reset\` what it holds of it. Without \`reset\` what
the system holds is not judged, since it could be left over.

The tester's MC system has a domain for each way of reaching it, such as \`no-gateways-udp.primary.example\`. A partner MC
service server finds the primary MC system by the domain of the user. With fixed users give such a system a single
variant and a single transport, and users of that one domain.

## What the command line overrides

| Key | Option |
| --- | --- |
| \`profile\` | \`mcx run --profile rel-18\` |
| \`seed\` | \`mcx run --seed 7\` |
| \`concurrency\` | \`mcx run --concurrency 20\` |
| \`out\` | \`mcx run --out reports/tonight\` |
`

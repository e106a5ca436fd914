// What docs/configuration.md says around its tables.

const tlsText = `
Needed where a system under test names \`tls\` in its transports; its ports are opened in every run, too. Files are relative to the
configuration. The tester shows its certificate to whom it connects, too, so that systems with mutual authentication know
it; let the certificate name \`tester.address\`, for systems that check it by address. \`mcx doctor\` reads the files, opens
the ports and shakes hands with each system that runs already.

\`\`\`ts
import { defineConfig } from 'mcx-conformance'

export default defineConfig({
  tester: {
    address: '192.0.2.10',
    tls: { certificate: 'tester.pem', key: 'tester.key', authorities: ['authority.pem'] },
  },
  suts: [
    {
      name: 'our build',
      roles: ['partnerServer'],
      system: 'mc.our-company.example',
      identity: 'sip:mc-server@mc.our-company.example',
      address: '192.0.2.20',
      port: 5060,
      tls: { port: 5061 },
      transports: ['udp', 'tcp', 'tls'],
    },
  ],
})
\`\`\`

An authority and a certificate for a laboratory are made with OpenSSL:

\`\`\`sh
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj '/CN=Laboratory' -keyout authority.key -out authority.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=tester' -keyout tester.key -out tester.csr
printf 'subjectAltName=IP:192.0.2.10\\nextendedKeyUsage=serverAuth,clientAuth\\n' > tester.ext
openssl x509 -req -in tester.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 365 -extfile tester.ext -out tester.pem
\`\`\`

The reference systems take theirs with \`mcx reference --tls-certificate --tls-key --tls-authority\`, or in a configuration
with \`embeddedReference({ tls: { certificate, key, authorities } })\`. They ask everybody for a certificate.
`

/** Sections of the page: the keys that begin so, and what is said above their table. */
export const sections: readonly { readonly title: string; readonly prefix: string; readonly text: string }[] = [
  { title: 'The run', prefix: '', text: '' },
  {
    title: 'The tester',
    prefix: 'tester.',
    text: 'The tester has one port for each role, so that a message shows by its port which role it was meant for. All of them are opened in every run; `ports: portsFrom(15_061)` gives them ports one after the other.',
  },
  {
    title: 'TLS',
    prefix: 'tester.tls.',
    text: tlsText.trim(),
  },
  { title: 'Time', prefix: 'timing.', text: 'All times are milliseconds.' },
  {
    title: 'Media',
    prefix: 'media.',
    text: 'What is asked of speech that goes through your system. No text has these limits: what breaks one of them fails only where a profile is selected. The measured figures stand in the events and in the report, whatever the limits are.',
  },
  {
    title: 'Fuzzing',
    prefix: 'fuzz.',
    text: 'What [`mcx fuzz`](fuzzing.md#a-system-of-yours) may do to your systems.',
  },
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

## Systems played together

Two MC systems of yours can be under test at once, the tester playing only the clients: name both in \`together\`, each a system
under test with its own roles. Their cases end in \`,together\`, are played without gateway servers and by the first transport
that both have. Each system is provisioned with where the other one is. What they say to each other the tester does not see;
a finding names the role that should have acted.

## What the command line overrides

| Key | Option |
| --- | --- |
| \`profile\` | \`mcx run --profile rel-18\` |
| \`seed\` | \`mcx run --seed 7\` |
| \`concurrency\` | \`mcx run --concurrency 20\` |
| \`out\` | \`mcx run --out reports/tonight\` |
`

import { existsSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { fileProblem, roles, UsageError } from '#harness'
import { acting } from './acting.ts'

export function addInit(mcx: Command): void {
  mcx
    .command('init')
    .description('write a configuration for your system under test')
    .argument('[file]', 'where to', 'harness.config.ts')
    .option('--role <role>', 'the role it plays', 'primaryServer')
    .action(acting(initCommand))
}

function initCommand(file: string, { role }: { readonly role: string }): number {
  if (!(roles as readonly string[]).includes(role))
    throw new UsageError(`--role ${role} is no role; roles: ${roles.join(', ')}`)
  if (existsSync(file)) throw new UsageError(`${file} exists already; name another file or move it away`)
  try {
    writeFileSync(file, template(role))
  } catch (problem) {
    throw new UsageError(`${file} cannot be written (${fileProblem(problem)}); make its directory or name another file`)
  }
  console.log(
    `${file} written. Put your addresses in, provision your system (docs/control-adapter.md), then: mcx doctor --config ${file}`,
  )
  return 0
}

const template = (role: string): string => `import { defineConfig, portsFrom } from 'mcx-conformance'

export default defineConfig({
  // Selecting the profile makes its default bindings requirements: what breaks them fails instead of being inconclusive.
  profile: 'rel-18',
  // Where the tester listens, one port for each role it plays, UDP and TCP.
  tester: {
    address: '127.0.0.1',
    ports: portsFrom(15061),
  },
  suts: [
    {
      name: 'our build',
      version: '0.0.0',
      roles: ['${role}'],
      // Domain of the MC system it belongs to, and the public service identity it is addressed by.
      system: 'mc.our-company.example',
      identity: 'sip:mc-server@mc.our-company.example',
      address: '127.0.0.1',
      port: 5060,
      transports: [${role === 'configurationServer' ? "'tcp'" : "'udp', 'tcp'"}],
      // What the implementation conformance statement claims.
      ics: { topologyHiding: true, temporaryIdentity: true, userProfileIndex: true },
      // How long it waits for the primary MC system, milliseconds.
      timers: { migrationResponse: 1000 },
      // control: { http: 'http://127.0.0.1:8080' },
    },
  ],
})
`

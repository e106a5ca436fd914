import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { nearest, oneLine, readTlsIdentity, UsageError } from '#harness'
import {
  absentFuzzDefects,
  decoys,
  defects,
  fuzzDefects,
  growthDefects,
  readProvision,
  startReference,
  type ProvisioningDocument,
} from '#reference'
import type { TlsIdentity } from '#transport'
import { acting } from './acting.ts'

export function addReference(mcx: Command): void {
  mcx
    .command('reference')
    .description('run the reference MC systems, provisioned by a file or over HTTP')
    .option('--provision <file>', 'provisioning document (JSON)')
    .option('--control <address:port>', 'HTTP control interface, loopback only', '127.0.0.1:16066')
    .option('--tls-certificate <file>', 'certificate of the reference systems (PEM), where they speak TLS')
    .option('--tls-key <file>', 'its key (PEM)')
    .option(
      '--tls-authority <file>',
      'authority that peers must have their certificate from; may be given again',
      and,
      [],
    )
    .option('--defect <name>', 'show this defect; may be given again', and, [])
    .option('--while-input-open', 'end when standard input ends, as it does when whoever started this is gone')
    .option('--quiet', 'say nothing of what is refused')
    .option('--list-defects', 'list the defects and leave')
    .action(acting(referenceCommand))
}

const and = (one: string, all: readonly string[]): readonly string[] => [...all, one]

interface ReferenceOptions {
  readonly provision?: string
  readonly control: string
  readonly defect: readonly string[]
  readonly whileInputOpen?: boolean
  readonly quiet?: boolean
  readonly listDefects?: boolean
  readonly tlsCertificate?: string
  readonly tlsKey?: string
  readonly tlsAuthority: readonly string[]
}

async function referenceCommand(options: ReferenceOptions): Promise<number> {
  if (options.listDefects) {
    for (const { name, role, title, clause } of Object.values(defects))
      console.log(`${name}\n    ${role}: ${title} (${clause})`)
    for (const { id, name, roles, title, after } of fuzzDefects)
      console.log(`${name} (${id})\n    ${roles.join(', ')}: ${title} (${after})`)
    for (const { id, name, title, after } of growthDefects)
      console.log(`${name} (${id})\n    every: ${title} (${after})`)
    for (const { id, name, title, clause } of decoys)
      console.log(`${name} (${id})\n    every, and right: ${title} (${clause})`)
    for (const { id, title, reason } of absentFuzzDefects) console.log(`${id}: ${title}: not there, ${reason}`)
    return 0
  }
  const known = [
    ...defects.map(({ name }) => name as string),
    ...[...fuzzDefects, ...growthDefects, ...decoys].flatMap(({ id, name }) => [id, name]),
  ]
  for (const name of options.defect)
    if (!known.includes(name)) {
      const near = nearest(name, known)
      throw new UsageError(
        `--defect ${name} is no defect; ${near ? `did you mean ${near}?` : 'see mcx reference --list-defects'}`,
      )
    }
  const running = await startReference({
    control: addressOf(options.control),
    defects: options.defect,
    identity: identityIn(options),
    document: options.provision === undefined ? undefined : documentIn(options.provision),
    say: options.quiet === true ? () => undefined : (line) => console.error(`mcx reference: ${line}`),
  })
  console.log(`control interface: http://${running.control.address}:${running.control.port}`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (options.whileInputOpen) process.stdin.once('end', resolve).once('error', resolve).resume()
  })
  // Otherwise the process waits for whoever started it.
  if (options.whileInputOpen) process.stdin.destroy()
  await running.close()
  return 0
}

/** All three, or none. */
function identityIn({ tlsCertificate, tlsKey, tlsAuthority }: ReferenceOptions): TlsIdentity | undefined {
  if (tlsCertificate === undefined && tlsKey === undefined && tlsAuthority.length === 0) return undefined
  if (tlsCertificate === undefined || tlsKey === undefined || tlsAuthority.length === 0)
    throw new UsageError('TLS takes --tls-certificate, --tls-key and at least one --tls-authority; give all of them')
  const keys = { certificate: '--tls-certificate', key: '--tls-key', authorities: '--tls-authority' }
  const files = { certificate: tlsCertificate, key: tlsKey, authorities: tlsAuthority }
  return readTlsIdentity(files, process.cwd(), keys, new Date())
}

function addressOf(text: string): { readonly address: string; readonly port: number } {
  const [, address = '', port = ''] = /^(127(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text) ?? []
  if (address === '' || Number(port) > 65_535)
    throw new UsageError(`--control ${text} is no loopback address with a port, such as 127.0.0.1:16066`)
  return { address, port: Number(port) }
}

function documentIn(file: string): ProvisioningDocument {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (problem) {
    const missing = (problem as NodeJS.ErrnoException).code === 'ENOENT'
    throw new UsageError(
      `--provision ${file}: ${missing ? 'there is no such file' : `${oneLine(problem)}; it takes a provisioning document in JSON`}`,
    )
  }
  const read = readProvision(value)
  if (!read.ok) throw new UsageError(read.faults.map((fault) => `${file}: ${fault}`).join('\n'))
  return value as ProvisioningDocument
}

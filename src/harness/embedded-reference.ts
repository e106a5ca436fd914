import { fileURLToPath } from 'node:url'
import type { ConfigurationText, Role } from './configuration.ts'
import type { TlsFiles } from './tls-identity.ts'

export interface EmbeddedReference {
  /** First of the twenty ports of the reference system; the sixth is its control interface. */
  readonly firstPort?: number
  readonly defects?: readonly string[]
  /** 127.0.0.1 unless said; `::1` for IPv6. */
  readonly address?: string
  /** Certificate, key and authorities, PEM files: plays over TLS too, at the five ports after the control interface. Paths as seen from where `mcx` is run. */
  readonly tls?: TlsFiles
}

/** The systems under test of a run against the embedded reference MC systems, which the run starts and ends. */
export function embeddedReference({
  firstPort = 16_061,
  defects = [],
  address = '127.0.0.1',
  tls,
}: EmbeddedReference = {}): ConfigurationText['suts'] {
  const control = firstPort + 5
  const program = fileURLToPath(new URL('../cli/mcx.ts', import.meta.url))
  const source = import.meta.url.endsWith('.ts')
  const start = [
    process.execPath,
    source ? program : program.replace(/\.ts$/, '.js'),
    'reference',
    '--while-input-open',
    '--control',
    `127.0.0.1:${control}`,
    ...defects.flatMap((defect) => ['--defect', defect]),
    ...(tls ? ['--tls-certificate', tls.certificate, '--tls-key', tls.key] : []),
    ...(tls?.authorities ?? []).flatMap((file) => ['--tls-authority', file]),
  ]
  // On a busy machine the answer of the other side may come late: the reference is patient.
  const timers = { migrationResponse: 3000 }
  // In a sweep it is impatient instead.
  const sweep = { away: 7500, sip: { t1: 50, t2: 200, t4: 250 }, ringing: 2000 }
  const common = { address, timers, sweep, control: { http: `http://127.0.0.1:${control}`, start } }
  const sut = (name: string, role: Role, system: string, user: string, offset: number, tlsOffset = offset) => ({
    ...common,
    name,
    roles: [role],
    system,
    identity: `sip:${user}@${system}`,
    port: firstPort + offset,
    ...(tls && {
      tls: { port: control + 1 + tlsOffset },
      transports: ['udp' as const, 'tcp' as const, 'tls' as const],
    }),
  })
  const withGateway = (side: 'partner' | 'primary') => ['both-gateways' as const, `${side}-gateway-only` as const]
  return [
    sut('reference client', 'client', 'b.reference.example', 'mc-client', 0),
    sut('reference partner server', 'partnerServer', 'b.reference.example', 'mc-server', 1),
    {
      ...sut('reference partner gateway', 'partnerGateway', 'b.reference.example', 'mc-gateway-server', 2),
      variants: withGateway('partner'),
    },
    {
      ...sut('reference primary gateway', 'primaryGateway', 'a.reference.example', 'mc-gateway-server', 3),
      variants: withGateway('primary'),
    },
    sut('reference primary server', 'primaryServer', 'a.reference.example', 'mc-server', 4),
    {
      ...common,
      name: 'reference configuration server',
      roles: ['configurationServer'],
      system: 'b.reference.example',
      identity: 'sip:mc-cms@b.reference.example',
      // Behind the ports of TLS, where there are any.
      port: control + (tls ? 6 : 1),
      transports: ['tcp'],
    },
    sut('reference participating server', 'participatingServer', 'a.reference.example', 'mc-participating', 12, 9),
    sut('reference IOPS participating server', 'iopsParticipatingServer', 'i.reference.example', 'mc-iops', 13, 10),
    sut('reference IOPS controlling server', 'iopsControllingServer', 'i.reference.example', 'mc-controlling', 14, 11),
  ]
}

import { X509Certificate } from 'node:crypto'
import { describeCertificate, identityOf, UsageError, type Configuration } from '#harness'
import { openTls, type TlsIdentity } from '#transport'
import type { Finding } from './doctor.ts'

type Sut = Configuration['suts'][number]

/** Milliseconds a handshake may take, and those in which a refusal of our certificate comes after it (RFC 8446 4.4.2.4). */
const patience = 3000
const regret = 300

/** The certificate of the tester, and what each system under test says to it. */
export async function tlsFindings(configuration: Configuration, folder: string): Promise<readonly Finding[]> {
  const { tester, suts } = configuration
  let identity: TlsIdentity | undefined
  try {
    identity = identityOf(configuration, folder, new Date())
  } catch (problem) {
    if (!(problem instanceof UsageError)) throw problem
    return [['bad', problem.message]]
  }
  if (identity === undefined) return []
  const named = new X509Certificate(identity.certificate).checkIP(tester.address) !== undefined
  const certificate: Finding = [
    named ? 'good' : 'unsure',
    `TLS certificate of the tester: ${describeCertificate(identity)}${named ? '' : `; whoever knows the tester as ${tester.address} will refuse it`}`,
  ]
  const probed = suts.filter(({ transports, control }) => transports.includes('tls') && !control.start)
  return [certificate, ...(await Promise.all(probed.map((sut) => handshakeWith(sut, configuration, identity))))]
}

async function handshakeWith(
  { name, address, port, tls, control }: Sut,
  { tester }: Configuration,
  identity: TlsIdentity,
): Promise<Finding> {
  const to = { address, port: tls?.port ?? port }
  const where = `${name} at ${address} port ${to.port} over TLS`
  const failed = Promise.withResolvers<string>()
  const listener = await openTls({
    ...{ address: tester.address, port: 0, identity, versions: tester.tls },
    onOctets: () => undefined,
    onClosed: (_connection, failure) => failed.resolve(failure?.text ?? 'it closed the connection'),
    onFailure: ({ text }) => failed.resolve(text),
  })
  try {
    const connection = listener.connectionTo({ ...to, name: tls?.name })
    if ('kind' in connection) return ['bad', `${where}: ${connection.text}`]
    const sent = Promise.withResolvers<undefined>()
    // The ping of RFC 5626 4.4.1: nothing is asked of anybody.
    connection.send(
      Buffer.from('\r\n\r\n'),
      () => sent.resolve(undefined),
      ({ text }) => failed.resolve(text),
    )
    const problem =
      (await Promise.race([failed.promise, sent.promise, after(patience, 'no handshake in 3 s')])) ??
      (await Promise.race([failed.promise, after(regret, undefined)]))
    const { protocol, cipher, peerNames = [] } = connection.security ?? {}
    if (problem === undefined)
      return ['good', `${where}: ${protocol}, ${cipher}, certificate of ${peerNames.join(', ')}`]
    const later = control.http !== undefined || control.provision !== undefined
    return [later ? 'unsure' : 'bad', `${where}: ${problem}${later ? '; perhaps once it is provisioned' : ''}`]
  } finally {
    await listener.close()
  }
}

const after = <Value>(ms: number, value: Value): Promise<Value> =>
  new Promise((resolve) => void setTimeout(resolve, ms, value))

import { spawn } from 'node:child_process'
import { createAuthority } from '../../src/transport/certificates.testing.ts'
import type { TlsVersion } from '#transport'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import { address, element, expectThat, type OwnElement } from './elements.ts'
import { removeFolders, temporaryFolder } from './program.ts'

const options = (from: number): string =>
  [
    'OPTIONS sip:b@open.test SIP/2.0',
    `Via: SIP/2.0/TLS ${address}:${from};rport;branch=z9hG4bK-openssl`,
    'Max-Forwards: 70',
    'From: <sip:a@open.test>;tag=a',
    'To: <sip:b@open.test>',
    'Call-ID: openssl',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')

/** Milliseconds. */
const patience = 5000

/** What `openssl s_client` is told when it asks our element something: until an answer, its end or its time is over. */
function ask(port: number, words: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', ['s_client', '-connect', `${address}:${port}`, '-CAfile', 'ca.pem', ...words], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let said = ''
    const limit = setTimeout(() => child.kill(), patience)
    const hear = (octets: Buffer): void => {
      said += octets.toString('latin1')
      if (/SIP\/2\.0 \d{3}/.test(said)) child.kill()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.stdin.on('error', () => undefined) // it may be gone already
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(limit)
      resolve(said)
    })
    child.stdin.write(options(port))
  })
}

interface Scene {
  readonly folder: string
  open(versions: { readonly lowest: TlsVersion; readonly highest: TlsVersion }): Promise<OwnElement>
}

const scene = <T>(work: (scene: Scene) => Promise<T>): Promise<T> =>
  withClosing(async (closeLater) => {
    const authority = createAuthority()
    closeLater(() => Promise.resolve(authority.close()))
    const identity = authority.issue([`IP:${address}`])
    const folder = temporaryFolder({
      'ca.pem': authority.certificate,
      'c.pem': identity.certificate,
      'c.key': identity.key,
    })
    closeLater(() => Promise.resolve(removeFolders([folder])))
    return work({
      folder,
      async open(versions) {
        const opened = await element({
          tls: { port: 0, identity, versions },
          onRequest: (transaction) => void transaction.respond({ status: 200, reason: 'OK', headers: [] }),
        })
        closeLater(() => opened.close())
        return opened
      },
    })
  })

const shown = ['-cert', 'c.pem', '-key', 'c.key']
const only = (version: TlsVersion) => ({ lowest: version, highest: version })

const versions: InteroperabilityCheck = {
  name: 'TLS of one version alone: that is spoken, the others are refused',
  program: 'openssl',
  run: () =>
    scene(async ({ folder, open }) => {
      const told: string[] = []
      for (const [version, own, other] of [
        ['TLSv1.2', '-tls1_2', '-tls1_3'],
        ['TLSv1.3', '-tls1_3', '-tls1_2'],
      ] as const) {
        const { secure, troubles } = await open(only(version))
        const good = await ask(secure?.port ?? 0, [own, ...shown], folder)
        expectThat(good.includes('SIP/2.0 200 OK'), `200 by ${version}`, good.slice(-300))
        expectThat(good.includes(version), `${version} agreed on`, good.slice(0, 600))
        const refused = await ask(secure?.port ?? 0, [other, ...shown], folder)
        expectThat(!refused.includes('SIP/2.0'), `no ${other} with ${version} alone`, refused.slice(-300))
        expectThat(troubles.at(-1)?.kind === 'handshake-failed', 'handshake-failed', troubles)
        told.push(`${version}: 200 OK; ${troubles.at(-1)?.text.split(': ').at(-1)}`)
      }
      return told.join('; ')
    }),
}

const mutual: InteroperabilityCheck = {
  name: 'TLS: who shows no certificate is not admitted',
  program: 'openssl',
  run: () =>
    scene(async ({ folder, open }) => {
      const { secure, troubles } = await open({ lowest: 'TLSv1.2', highest: 'TLSv1.3' })
      const bare = await ask(secure?.port ?? 0, ['-tls1_2'], folder)
      expectThat(!bare.includes('SIP/2.0'), 'no answer', bare.slice(-300))
      expectThat(troubles.at(-1)?.kind === 'certificate-refused', 'certificate-refused', troubles)
      return `${troubles.at(-1)?.text.split(': ').slice(1).join(': ')}`
    }),
}

export const opensslChecks: readonly InteroperabilityCheck[] = [versions, mutual]

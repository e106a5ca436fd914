import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsIdentity } from './tls.ts'

// Certificates for tests, made anew each time and never kept.

export interface TestAuthority {
  /** PEM. */
  readonly certificate: string
  /** An identity with a certificate of those names: `URI:sip:a.example`, `DNS:a.example`, `IP:127.0.0.1`. */
  issue(names: readonly string[], changes?: { readonly expired?: boolean; readonly commonName?: string }): TlsIdentity
  close(): void
}

/** An authority of its own, in a temporary folder that `close` removes. Needs the program openssl. */
export function createAuthority(name = 'Authority of a test'): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  const path = (file: string): string => join(folder, file)
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', `/CN=${name}`)
  const certificate = readFileSync(path('ca.pem'), 'utf8')
  let issued = 0

  return {
    certificate,
    issue(names, { expired = false, commonName = 'test' } = {}) {
      issued += 1
      const file = `${issued}`
      const extensions = ['basicConstraints=CA:FALSE', 'extendedKeyUsage=serverAuth,clientAuth']
      if (names.length > 0) extensions.push(`subjectAltName=${names.join(',')}`)
      writeFileSync(path(`${file}.ext`), extensions.join('\n'))
      openssl('req', ...newKey, '-keyout', `${file}.key`, '-out', `${file}.csr`, '-subj', `/CN=${commonName}`)
      openssl(
        ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-out', `${file}.pem`, '-extfile', `${file}.ext`, '-days', expired ? '-1' : '2'],
      )
      return {
        certificate: readFileSync(path(`${file}.pem`), 'utf8'),
        key: readFileSync(path(`${file}.key`), 'utf8'),
        authorities: [certificate],
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TlsIdentity } from '#transport'
import type { Configuration } from './configuration.ts'
import { fileProblem } from './file-problem.ts'
import { oneLine, UsageError } from './read-configuration.ts'

/** Where certificate, key and authorities of an end of TLS are: PEM files. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
  readonly authorities: readonly string[]
}

/** What the keys of those files are called where somebody wrote them. */
export type TlsKeys = Readonly<Record<keyof TlsFiles, string>>

/**
 * Reads them, paths relative to a folder. Throws a UsageError that names the key, the file, what is wrong and the repair: no such file, no PEM, a key
 * that does not fit its certificate, a certificate that is no longer good.
 */
export function readTlsIdentity(files: TlsFiles, folder: string, keys: TlsKeys, today: Date): TlsIdentity {
  const octetsOf = (key: string, file: string): string => {
    try {
      return readFileSync(resolve(folder, file), 'utf8')
    } catch (problem) {
      throw new UsageError(`${key}: ${file} cannot be read (${fileProblem(problem)}); name a PEM file`)
    }
  }
  const read = <Value>(key: string, file: string, text: string, what: string, how: (text: string) => Value): Value => {
    try {
      return how(text)
    } catch (problem) {
      throw new UsageError(`${key}: ${file} holds no ${what} in PEM (${oneLine(problem)}); name another file`)
    }
  }
  const certificateText = octetsOf(keys.certificate, files.certificate)
  const keyText = octetsOf(keys.key, files.key)
  const certificate = read(keys.certificate, files.certificate, certificateText, 'certificate', asCertificate)
  const key = read(keys.key, files.key, keyText, 'private key without a passphrase', createPrivateKey)
  if (!certificate.checkPrivateKey(key))
    throw new UsageError(
      `${keys.key}: ${files.key} is not the key of ${files.certificate}; name the key it was made with`,
    )
  if (certificate.validToDate < today)
    throw new UsageError(
      `${keys.certificate}: ${files.certificate} has expired on ${certificate.validTo}; make another`,
    )
  const authorities = files.authorities.map((file) => {
    const text = octetsOf(keys.authorities, file)
    read(keys.authorities, file, text, 'certificate of an authority', asCertificate)
    return text
  })
  return { certificate: certificateText, key: keyText, authorities }
}

const asCertificate = (text: string): X509Certificate => new X509Certificate(text)

/** As they are called in a configuration. */
const testerTlsKeys: TlsKeys = {
  certificate: 'tester.tls.certificate',
  key: 'tester.tls.key',
  authorities: 'tester.tls.authorities',
}

/** The identity of the tester, if it speaks TLS; throws as `readTlsIdentity` does. */
export function identityOf({ tester }: Configuration, folder: string, today: Date): TlsIdentity | undefined {
  return tester.tls && readTlsIdentity(tester.tls, folder, testerTlsKeys, today)
}

/** Whom a certificate is of and until when, for people. */
export function describeCertificate(identity: TlsIdentity): string {
  const { subjectAltName, subject, validTo } = new X509Certificate(identity.certificate)
  return `${subjectAltName ?? subject}, good until ${validTo}`
}

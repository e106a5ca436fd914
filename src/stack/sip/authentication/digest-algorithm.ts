import { createHash } from 'node:crypto'

/** What the `algorithm` parameter names, in its own letters (RFC 7616 6.1, RFC 8760 2.1, RFC 3310 3.2). */
export type DigestAlgorithm =
  'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess' | 'AKAv1-MD5'

interface AlgorithmFacts {
  /** Name of the hash in OpenSSL. */
  readonly hash: 'md5' | 'sha256' | 'sha512-256'
  /** Whether HA1 covers nonce and cnonce (RFC 7616 3.4.2). */
  readonly session: boolean
  readonly clause: string
}

export const digestAlgorithms: Readonly<Record<DigestAlgorithm, AlgorithmFacts>> = {
  MD5: { hash: 'md5', session: false, clause: 'RFC 7616 6.1' },
  'MD5-sess': { hash: 'md5', session: true, clause: 'RFC 7616 6.1' },
  'SHA-256': { hash: 'sha256', session: false, clause: 'RFC 8760 2.1' },
  'SHA-256-sess': { hash: 'sha256', session: true, clause: 'RFC 8760 2.1' },
  'SHA-512-256': { hash: 'sha512-256', session: false, clause: 'RFC 8760 2.1' },
  'SHA-512-256-sess': { hash: 'sha512-256', session: true, clause: 'RFC 8760 2.1' },
  'AKAv1-MD5': { hash: 'md5', session: false, clause: 'RFC 3310 3.2' },
}

const byLowerCase = new Map(
  (Object.keys(digestAlgorithms) as DigestAlgorithm[]).map((name) => [name.toLowerCase(), name] as const),
)

/** The algorithm a parameter names, in any letter case; MD5 when the parameter is absent (RFC 7616 3.3), `undefined` when unknown. */
export const algorithmNamed = (parameter: string | undefined): DigestAlgorithm | undefined =>
  parameter === undefined ? 'MD5' : byLowerCase.get(parameter.toLowerCase())

/** H(data) of RFC 7616 3.3, in lower-case hexadecimal digits. */
export const digestOf = (algorithm: DigestAlgorithm, ...data: readonly (string | Uint8Array)[]): string => {
  const hash = createHash(digestAlgorithms[algorithm].hash)
  for (const one of data) hash.update(one)
  return hash.digest('hex')
}

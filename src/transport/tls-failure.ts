import { errorCode, type Failure, failureOf } from './failure.ts'

const notTrusted =
  'no certificate it sent leads to an authority that is trusted: add the authority to the configuration'

/** Errors of certificate verification (OpenSSL X509_V_ERR_*, as Node.js names them), and what they mean. */
const certificateErrors: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted: add it to the authorities',
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  CERT_REVOKED: 'its certificate is revoked',
  INVALID_PURPOSE: 'its certificate is not made for this end of TLS: extended key usage (RFC 5280 4.2.1.12)',
  ERR_TLS_CERT_ALTNAME_INVALID: '',
}

/** Why a certificate is refused, from the code of its verification. */
export const certificateRefused = (code: string, what: string, detail = ''): Failure => ({
  kind: 'certificate-refused',
  text: `${what}: ${certificateErrors[code] || detail || `its certificate is refused, ${code}`}`,
})

/** An error of a TLS socket as a value: of the connection, of the handshake or of a certificate. */
export function tlsFailure(error: unknown, what: string): Failure {
  const code = errorCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  if (code in certificateErrors) return certificateRefused(code, what, detail)
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_TLS'))
    return { kind: 'handshake-failed', text: `${what}: the handshake failed: ${reasonOf(error) ?? detail}` }
  return failureOf(error, what)
}

// OpenSSL's message is a line of file names and numbers: its reason alone says something.
const reasonOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : undefined

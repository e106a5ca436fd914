import { isIP } from 'node:net'

/** What of a certificate names its subject, as Node.js gives it. */
export interface CertificateNames {
  /** `DNS:a.example.org, URI:sip:example.org, IP Address:127.0.0.1` */
  readonly subjectaltname?: string | undefined
  readonly subject?: { readonly CN?: string | readonly string[] | undefined } | undefined
}

/**
 * The SIP domains that a certificate is of (RFC 5922 7.1), in lower case: those of its SIP URIs; else its DNS names; else, without any
 * subjectAltName, its common name. IP addresses count beside them, for peers that are configured by address.
 */
export function domainIdentities({ subjectaltname, subject }: CertificateNames): readonly string[] {
  if (subjectaltname === undefined) {
    const { CN: common = [] } = subject ?? {}
    return [common].flat().map((name) => name.toLowerCase())
  }
  const names = alternativeNames(subjectaltname)
  const of = (kind: string): string[] => names.flatMap(([name, value]) => (name === kind ? [value.toLowerCase()] : []))
  // A URI with a user part names a user, no domain; other schemes are of no concern (RFC 5922 7.1).
  const uris = of('URI').flatMap((uri) => (/^sip:(?![^;?]*@)([^;?:]+|\[[^\]]+\])/.exec(uri) ?? []).slice(1, 2))
  return [...(uris.length > 0 ? uris : of('DNS')), ...of('IP Address').map(comparable)]
}

/** Whether a certificate is of that domain or address: compared whole and without wildcards (RFC 5922 7.2). */
const isOfDomain = (names: CertificateNames, expected: string): boolean =>
  domainIdentities(names).includes(comparable(expected.toLowerCase()))

/** Why a server's certificate is not that of the domain it was reached by; `undefined` when it is. */
export function identityProblem(names: CertificateNames, expected: string): string | undefined {
  if (isOfDomain(names, expected)) return undefined
  const found = domainIdentities(names)
  return (
    `expected a certificate of ${expected} (RFC 5922 7.3), came one of ${found.length === 0 ? 'no SIP domain' : found.join(', ')}: ` +
    'name the domain it is of in the configuration, or give the server another certificate'
  )
}

const comparable = (host: string): string =>
  isIP(host) === 6 ? (URL.parse(`http://[${host}]`)?.hostname.slice(1, -1) ?? host) : host

// Values that hold a comma or a quote are written as JSON strings.
function alternativeNames(text: string): readonly (readonly [kind: string, value: string])[] {
  return [...text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, kind = '', value = '']) => [
    kind,
    value.startsWith('"') ? String(JSON.parse(value)) : value,
  ])
}

/** Compact field names (RFC 3261 7.3.3 and 20, and the IANA registry of SIP header fields). */
const compactForms: Readonly<Record<string, string>> = {
  a: 'accept-contact', // RFC 3841
  b: 'referred-by', // RFC 3892
  c: 'content-type',
  d: 'request-disposition', // RFC 3841
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact', // RFC 3841
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info', // RFC 4474
  o: 'event', // RFC 6665
  r: 'refer-to', // RFC 3515
  s: 'subject',
  t: 'to',
  u: 'allow-events', // RFC 6665
  v: 'via',
  x: 'session-expires', // RFC 4028
  y: 'identity', // RFC 8224
}

const longForms = new Map(Object.entries(compactForms).map(([compact, long]) => [long, compact]))

/** The long field name in lower case, whatever form and letters it came in. */
export function longName(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (compactForms[lower] ?? lower) : lower
}

/** The compact form of a long name in lower case, when it has one. */
export const compactName = (long: string): string | undefined => longForms.get(long)

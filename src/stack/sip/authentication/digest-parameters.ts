import { splitList } from '#wire/sip'

/** The parameters of one Digest challenge or of Digest credentials, names in lower case (RFC 3261 25.1 challenge, credentials). */
export type DigestParameters = ReadonlyMap<string, string>

export type ReadDigest =
  | { readonly kind: 'digest'; readonly parameters: DigestParameters }
  /** Bearer, Basic, ...: the scheme in lower case. */
  | { readonly kind: 'other-scheme'; readonly scheme: string }
  | { readonly kind: 'malformed'; readonly text: string }

/** No field that a peer can use is longer; nothing longer is looked at. */
const longestField = 16_384
const mostParameters = 64

/** Reads one value of WWW-Authenticate, Proxy-Authenticate, Authorization or Proxy-Authorization (RFC 3261 20.7, 20.44). */
export function readDigest(field: string): ReadDigest {
  if (field.length > longestField) return malformed(`expected at most ${longestField} characters, came ${field.length}`)
  const text = field.trim()
  const end = text.search(/\s/)
  const scheme = (end === -1 ? text : text.slice(0, end)).toLowerCase()
  if (scheme !== 'digest') return { kind: 'other-scheme', scheme }
  const pairs = splitList(end === -1 ? '' : text.slice(end))
  if (pairs.length > mostParameters) return malformed(`expected at most ${mostParameters} parameters`)
  const parameters = new Map<string, string>()
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(equals, 0)).trim().toLowerCase()
    if (name === '') return malformed(`expected name=value between commas, came ${JSON.stringify(pair.slice(0, 60))}`)
    // "the same parameter more than once": which of the two was meant, nobody can say (RFC 7616 3.4).
    if (parameters.has(name)) return malformed(`the parameter ${name} stands twice`)
    parameters.set(name, unquoted(pair.slice(equals + 1).trim()))
  }
  return { kind: 'digest', parameters }
}

const malformed = (text: string): ReadDigest => ({ kind: 'malformed', text })

const unquoted = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : value

// RFC 3261 25.1: these are tokens or hexadecimal digits; in a challenge qop is quoted, in credentials it is not.
const neverQuoted = new Set(['algorithm', 'stale', 'nc'])

/** Writes the value of such a field: `Digest name="value", ...`; parameters without a value are left out. */
export function writeDigest(
  kind: 'challenge' | 'credentials',
  parameters: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const written = parameters.flatMap(([name, value]) => {
    if (value === undefined) return []
    const bare = neverQuoted.has(name) || (name === 'qop' && kind === 'credentials')
    return [`${name}=${bare ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`]
  })
  return `Digest ${written.join(', ')}`
}

import { characters, isIn } from './grammar.ts'
import { comparableHost } from './host.ts'
import { lately } from './lately.ts'
import type { Parameter, Uri } from './message.ts'
import { sourceOf } from './source.ts'
import { parts, scanUri } from './uri-scan.ts'

/** Reads a URI (RFC 3261 19.1.1, 25.1); `undefined` when it breaks the grammar. Only SIP and SIPS URIs are taken apart. */
export const readUri: (text: string) => Uri | undefined = lately((text) => {
  const { octets } = sourceOf(text)
  const end = octets.length - 1
  return scanUri(octets, 0, end) === end ? uriOfParts(text) : undefined
})

// The URI whose parts `scanUri` has just found: ASCII, so that offsets are indices.
function uriOfParts(text: string): Uri {
  const { start, colon, user, userEnd, passwordEnd, host, hostEnd, port, parameters, headers, end } = parts
  const taken = host !== -1
  return {
    scheme: text.slice(start, colon).toLowerCase(),
    opaque: text.slice(colon + 1, end),
    user: user === -1 ? undefined : text.slice(user, userEnd),
    password: passwordEnd === -1 ? undefined : text.slice(userEnd + 1, passwordEnd),
    host: taken ? text.slice(host, hostEnd) : '',
    port: port === -1 ? undefined : port,
    parameters: taken ? pairsOf(text, parameters, headers === -1 ? end : headers, ';') : [],
    headers: taken && headers !== -1 ? pairsOf(text, headers, end, '&') : [],
  }
}

// From a separator on: `;a=b;c` or `?a=b&c`.
const pairsOf = (text: string, from: number, end: number, separator: string): readonly Parameter[] =>
  from >= end
    ? []
    : text
        .slice(from + 1, end)
        .split(separator)
        .map((part) => {
          const equals = part.indexOf('=')
          return equals === -1
            ? { name: part, value: undefined }
            : { name: part.slice(0, equals), value: part.slice(equals + 1) }
        })

/** Whether two URIs are equivalent (RFC 3261 19.1.4). Schemes other than SIP and SIPS are compared as strings. */
export function sameUri(a: string, b: string): boolean {
  if (a === b) return true
  const left = readUri(a)
  const right = readUri(b)
  if (left === undefined || right === undefined || left.scheme !== right.scheme) return false
  if (left.scheme !== 'sip' && left.scheme !== 'sips') return left.opaque === right.opaque
  return (
    plain(left.user) === plain(right.user) &&
    plain(left.password) === plain(right.password) &&
    comparableHost(left.host) === comparableHost(right.host) &&
    left.port === right.port &&
    sameParameters(left.parameters, right.parameters) &&
    sameParameters(right.parameters, left.parameters) &&
    sameHeaders(left.headers, right.headers)
  )
}

// Found in one URI only, these never match; any other is ignored then (RFC 3261 19.1.4, its examples for transport).
const neverIgnored = new Set(['user', 'ttl', 'method', 'maddr', 'transport'])

function sameParameters(left: readonly Parameter[], right: readonly Parameter[]): boolean {
  return left.every((one) => {
    const name = folded(one.name)
    const other = right.find((candidate) => folded(candidate.name) === name)
    if (other === undefined) return !neverIgnored.has(name)
    return folded(one.value ?? '') === folded(other.value ?? '')
  })
}

function sameHeaders(left: readonly Parameter[], right: readonly Parameter[]): boolean {
  return left.length === right.length && keysOf(left) === keysOf(right)
}

const keysOf = (pairs: readonly Parameter[]): string =>
  pairs
    .map((pair) => `${folded(pair.name)}=${plain(pair.value) ?? ''}`)
    .sort()
    .join('&')

const folded = (text: string): string => (plain(text) ?? '').toLowerCase()

// "Characters other than those in the reserved set are equivalent to their %HH encoding" (RFC 3261 19.1.4).
function plain(text: string | undefined): string | undefined {
  if (text === undefined || !text.includes('%')) return text
  return text.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return isIn(character, 0, characters.unreserved) ? character : escape.toUpperCase()
  })
}

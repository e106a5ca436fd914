import { characters, firstOutside, isIn } from './grammar.ts'
import { comparableHost, readHost } from './host.ts'
import type { Parameter, Uri } from './message.ts'

/** Reads a URI (RFC 3261 19.1.1, 25.1); `undefined` when it breaks the grammar. Only SIP and SIPS URIs are taken apart. */
export function readUri(text: string): Uri | undefined {
  const colon = text.indexOf(':')
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase()
  const opaque = text.slice(colon + 1)
  if (scheme === '' || isIn(scheme, 0, characters.digit) || firstOutside(scheme, characters.scheme) !== -1)
    return undefined
  if (scheme === 'sip' || scheme === 'sips') return readSipUri(scheme, opaque)
  if (opaque === '' || !isOpaque(opaque)) return undefined
  return {
    scheme,
    opaque,
    user: undefined,
    password: undefined,
    host: '',
    port: undefined,
    parameters: [],
    headers: [],
  }
}

// RFC 2396: no white space, controls, delimiters or octets beyond ASCII.
function isOpaque(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) return false
  }
  return true
}

function readSipUri(scheme: string, opaque: string): Uri | undefined {
  // A user part may hold ';' and '?' (RFC 3261 25.1 user-unreserved), so the '@' is looked for first.
  const at = opaque.indexOf('@')
  let user: string | undefined
  let password: string | undefined
  if (at !== -1) {
    const userinfo = opaque.slice(0, at)
    const colon = userinfo.indexOf(':')
    user = colon === -1 ? userinfo : userinfo.slice(0, colon)
    password = colon === -1 ? undefined : userinfo.slice(colon + 1)
    if (user === '' || firstOutside(user, characters.user, true) !== -1) return undefined
    if (password !== undefined && firstOutside(password, characters.password, true) !== -1) return undefined
  }
  const rest = opaque.slice(at + 1)
  const question = rest.indexOf('?')
  const beforeHeaders = question === -1 ? rest : rest.slice(0, question)
  const semicolon = beforeHeaders.indexOf(';')
  const hostPort = readHost(semicolon === -1 ? beforeHeaders : beforeHeaders.slice(0, semicolon))
  if (hostPort === undefined) return undefined
  const parameters =
    semicolon === -1 ? [] : readPairs(beforeHeaders.slice(semicolon + 1), ';', characters.uriParameter, false)
  const headers = question === -1 ? [] : readPairs(rest.slice(question + 1), '&', characters.uriHeader, true)
  if (parameters === undefined || headers === undefined) return undefined
  return { scheme, opaque, user, password, host: hostPort.host, port: hostPort.port, parameters, headers }
}

function readPairs(
  text: string,
  separator: string,
  set: number,
  valueNeeded: boolean,
): readonly Parameter[] | undefined {
  const pairs: Parameter[] = []
  for (const part of text.split(separator)) {
    const equals = part.indexOf('=')
    const name = equals === -1 ? part : part.slice(0, equals)
    const value = equals === -1 ? undefined : part.slice(equals + 1)
    if (name === '' || firstOutside(name, set, true) !== -1) return undefined
    if (value === undefined ? valueNeeded : firstOutside(value, set, true) !== -1) return undefined
    pairs.push({ name, value })
  }
  return pairs
}

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

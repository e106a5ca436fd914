import { isIPv6 } from 'node:net'
import { characters, classes } from './grammar.ts'
import { withTwoColons } from './host.ts'
import { endOfSet, octetAt } from './source.ts'

// A constant of this module is known to the compiler; one of another module is loaded every time.
const table = classes

const { digit, hex, host: hostSet, password, scheme, uriHeader, uriParameter, user: userSet } = characters

/**
 * Where the parts of the URI lie that was scanned last; -1 for what it has not. One record for all, so that scanning
 * a URI that nobody asks for allocates nothing: take what is needed at once.
 */
export const parts = {
  start: 0,
  colon: 0,
  user: -1,
  userEnd: -1,
  /** The password begins one after `userEnd`. */
  passwordEnd: -1,
  /** -1 when the scheme is not SIP or SIPS. */
  host: -1,
  hostEnd: -1,
  port: -1,
  portStart: -1,
  /** The first semicolon, or where the parameters would begin. */
  parameters: -1,
  /** The question mark. */
  headers: -1,
  end: 0,
}

/**
 * Scans a URI (RFC 3261 19.1.1, 25.1) and fills `parts`. Gives the offset where it ends: the first character that can
 * be no part of it; or, when the grammar is broken, the complement (`~offset`) of where.
 */
export function scanUri(octets: Buffer, start: number, end: number): number {
  const colon = endOfSet(octets, start, scheme)
  parts.start = start
  parts.colon = colon
  parts.user = -1
  parts.userEnd = -1
  parts.passwordEnd = -1
  parts.host = -1
  parts.port = -1
  parts.headers = -1
  if (colon >= end || colon === start || octetAt(octets, colon) !== 0x3a) return ~Math.min(colon, end)
  if (((table[octetAt(octets, start)] as number) & digit) !== 0) return ~start
  return isSip(octets, start, colon) ? scanSipUri(octets, colon + 1, end) : scanOpaque(octets, colon + 1, end)
}

function isSip(octets: Buffer, start: number, colon: number): boolean {
  const length = colon - start
  return (
    (length === 3 || (length === 4 && (octetAt(octets, start + 3) | 0x20) === 0x73)) &&
    (octetAt(octets, start) | 0x20) === 0x73 &&
    (octetAt(octets, start + 1) | 0x20) === 0x69 &&
    (octetAt(octets, start + 2) | 0x20) === 0x70
  )
}

// RFC 2396 2.4.3: no white space, controls, delimiters or octets beyond ASCII, nor what gateways may change; brackets stand around IPv6 addresses now (RFC 3986).
const unwise: ReadonlySet<number> = new Set(Buffer.from('"<>\\^`{|}'))

function scanOpaque(octets: Buffer, start: number, end: number): number {
  let at = start
  while (at < end) {
    const code = octetAt(octets, at)
    if (code <= 0x20 || code >= 0x7f || unwise.has(code)) break
    at += 1
  }
  parts.end = at
  return at === start ? ~at : at
}

// A user part may hold ';' and '?' (RFC 3261 25.1 user-unreserved), so the '@' is looked for first.
function scanSipUri(octets: Buffer, start: number, end: number): number {
  const user = endOfEscaped(octets, start, userSet)
  let at = user
  if (octetAt(octets, at) === 0x3a) at = endOfEscaped(octets, at + 1, password)
  if (at < end && octetAt(octets, at) === 0x40) {
    if (user === start) return ~start
    parts.user = start
    parts.userEnd = user
    if (at !== user) parts.passwordEnd = at
    at += 1
  } else at = start
  at = scanHost(octets, at, end)
  if (at < 0) return at
  parts.parameters = at
  while (octetAt(octets, at) === 0x3b && at < end) {
    at = endOfPair(octets, at + 1, uriParameter, false)
    if (at < 0) return at
  }
  if (octetAt(octets, at) === 0x3f && at < end) {
    parts.headers = at
    do {
      at = endOfPair(octets, at + 1, uriHeader, true)
      if (at < 0) return at
    } while (octetAt(octets, at) === 0x26 && at < end)
  }
  parts.end = at
  return at
}

export function scanHost(octets: Buffer, start: number, end: number): number {
  let at = start
  if (octetAt(octets, at) === 0x5b) {
    at += 1
    while (at < end && isAddressPart(octetAt(octets, at))) at += 1
    if (octetAt(octets, at) !== 0x5d || !isIPv6(withTwoColons(octets.toString('latin1', start + 1, at)))) return ~start
    at += 1
  } else at = endOfSet(octets, at, hostSet)
  if (at === start) return ~start
  parts.host = start
  parts.hostEnd = at
  if (octetAt(octets, at) !== 0x3a || at >= end) return at
  return scanPort(octets, at + 1, end)
}

const isAddressPart = (code: number): boolean => ((table[code] as number) & hex) !== 0 || code === 0x3a || code === 0x2e

function scanPort(octets: Buffer, start: number, end: number): number {
  let at = start
  let port = 0
  while (at < end) {
    const code = octetAt(octets, at)
    if (code < 0x30 || code > 0x39) break
    port = port * 10 + code - 0x30
    if (port > 65_535) return ~start
    at += 1
  }
  if (at === start) return ~start
  parts.port = port
  parts.portStart = start
  return at
}

// name [ "=" value ]; a header must have its equals sign, a parameter a value after its own (RFC 3261 25.1).
function endOfPair(octets: Buffer, start: number, set: number, header: boolean): number {
  let at = endOfEscaped(octets, start, set)
  if (at === start) return ~start
  if (octetAt(octets, at) === 0x3d) at = endOfEscaped(octets, at + 1, set)
  else if (header) return ~start
  return at
}

function endOfEscaped(octets: Buffer, from: number, set: number): number {
  let at = from
  for (;;) {
    while (((table[octetAt(octets, at)] as number) & set) !== 0) at += 1
    if (octetAt(octets, at) !== 0x25 || !isHex(octets, at + 1) || !isHex(octets, at + 2)) return at
    at += 3
  }
}

const isHex = (octets: Buffer, at: number): boolean => ((table[octetAt(octets, at)] as number) & hex) !== 0

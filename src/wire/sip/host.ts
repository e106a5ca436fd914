import { isIPv6 } from 'node:net'
import { characters, firstOutside, readNumber } from './grammar.ts'

/** `hostport` of RFC 3261 25.1. */
export interface HostPort {
  /** As it came, brackets of an IPv6 reference kept. */
  readonly host: string
  readonly port: number | undefined
}

/** Reads `host[:port]`; `undefined` when it breaks the grammar. White space around the colon is allowed as Via allows it. */
export function readHost(text: string): HostPort | undefined {
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    const address = withTwoColons(text.slice(1, close))
    if (close === -1 || !isIPv6(address) || address.includes('%')) return undefined
    return withPort(text.slice(0, close + 1), text.slice(close + 1).trim())
  }
  const colon = text.indexOf(':')
  const host = (colon === -1 ? text : text.slice(0, colon)).trim()
  if (host === '' || firstOutside(host, characters.host) !== -1) return undefined
  return withPort(host, colon === -1 ? '' : text.slice(colon).trim())
}

function withPort(host: string, rest: string): HostPort | undefined {
  if (rest === '') return { host, port: undefined }
  if (!rest.startsWith(':')) return undefined
  const port = readNumber(rest.slice(1).trim(), 65_535)
  return port === undefined ? undefined : { host, port }
}

// The grammar of RFC 3261 asks for three colons before an IPv4 part by a slip (RFC 5118 4.10): both forms are in the field.
export const withTwoColons = (address: string): string =>
  address.includes('.') ? address.replace(':::', '::') : address

/** A host in the form it is compared by: names in lower case, IPv6 addresses by their value (RFC 5954 4.2). */
export function comparableHost(host: string): string {
  if (!host.startsWith('[')) return host.toLowerCase()
  return URL.parse(`http://[${withTwoColons(host.slice(1, -1))}]`)?.hostname ?? host.toLowerCase()
}

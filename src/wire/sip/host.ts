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
    if (close === -1 || !isIPv6(text.slice(1, close)) || text.includes('%')) return undefined
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

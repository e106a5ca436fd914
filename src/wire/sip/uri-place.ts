import { octetAt } from './source.ts'
import type { Span } from './message.ts'
import { parts, scanUri } from './uri-scan.ts'

/** The octets of a part of the URI between two offsets: scheme, user, password, host, port, or a parameter by its name. */
export function placeInUri(octets: Buffer, start: number, end: number, part: string): Span | undefined {
  if (scanUri(octets, start, end) !== end) return undefined
  const { colon, user, userEnd, passwordEnd, host, hostEnd, port, portStart, parameters, headers } = parts
  switch (part) {
    case 'scheme':
      return { start, end: colon }
    case 'user':
      return user === -1 ? undefined : { start: user, end: userEnd }
    case 'password':
      return passwordEnd === -1 ? undefined : { start: userEnd + 1, end: passwordEnd }
    case 'host':
      return host === -1 ? undefined : { start: host, end: hostEnd }
    case 'port':
      return port === -1 ? undefined : { start: portStart, end: portEnd(octets, portStart, end) }
    case 'headers':
      return headers === -1 ? undefined : { start: headers + 1, end }
    default:
      return host === -1 ? undefined : placeOfPair(octets, parameters, headers === -1 ? end : headers, part)
  }
}

function portEnd(octets: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && octetAt(octets, at) >= 0x30 && octetAt(octets, at) <= 0x39) at += 1
  return at
}

function placeOfPair(octets: Buffer, from: number, end: number, name: string): Span | undefined {
  let at = from
  while (at < end) {
    const start = at + 1
    const semicolon = octets.indexOf(';', start)
    const next = semicolon === -1 || semicolon > end ? end : semicolon
    const pair = octets.toString('latin1', start, next)
    const equals = pair.indexOf('=')
    if ((equals === -1 ? pair : pair.slice(0, equals)).toLowerCase() === name.toLowerCase())
      return { start: equals === -1 ? start : start + equals + 1, end: next }
    at = next
  }
  return undefined
}

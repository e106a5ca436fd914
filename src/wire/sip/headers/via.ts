import { isToken } from '../grammar.ts'
import { many } from '../header-family.ts'
import type { Parameter, Span, Via } from '../message.ts'
import { scannedValue, scanParameters, writeParameters } from '../parameters.ts'
import { parameterIn, parametersOf } from '../parameters-in-place.ts'
import { type Placed, placeOfParameter } from '../placed.ts'
import { error, quoted, warning } from '../rule.ts'
import { endOfToken, skipWhite, type Source, sourceOf, trimEnd, octetAt } from '../source.ts'
import { parts, scanHost } from '../uri-scan.ts'

/** What the branch of an RFC 3261 transaction begins with (RFC 3261 8.1.1.7). */
export const magicCookie = 'z9hG4bK'

const SLASH = 0x2f
const COLON = 0x3a
const COMMA = 0x2c
const SEMICOLON = 0x3b

/** One value of Via (RFC 3261 20.42) where it lies; its strings are cut when they are asked for. */
export class ViaReading implements Via, Placed {
  readonly source: Source
  readonly start: number
  readonly protocolEnd: number
  readonly versionStart: number
  readonly versionEnd: number
  readonly transportStart: number
  readonly transportEnd: number
  readonly hostStart: number
  readonly hostEnd: number
  readonly portStart: number
  readonly port: number | undefined
  /** The first semicolon, `end` when there are no parameters. */
  parametersStart = 0
  end = 0

  constructor(
    source: Source,
    start: number,
    protocolEnd: number,
    versionStart: number,
    versionEnd: number,
    transportStart: number,
    transportEnd: number,
    hostStart: number,
    hostEnd: number,
    portStart: number,
    port: number | undefined,
  ) {
    this.source = source
    this.start = start
    this.protocolEnd = protocolEnd
    this.versionStart = versionStart
    this.versionEnd = versionEnd
    this.transportStart = transportStart
    this.transportEnd = transportEnd
    this.hostStart = hostStart
    this.hostEnd = hostEnd
    this.portStart = portStart
    this.port = port
  }

  get protocol(): string {
    return this.source.cut(this.start, this.protocolEnd)
  }
  get version(): string {
    return this.source.cut(this.versionStart, this.versionEnd)
  }
  get transport(): string {
    return this.source.cut(this.transportStart, this.transportEnd)
  }
  get host(): string {
    return this.source.cut(this.hostStart, this.hostEnd)
  }
  get parameters(): readonly Parameter[] {
    return parametersOf(this.source, this.parametersStart, this.end)
  }
  get branch(): string | undefined {
    return this.parameter('branch')
  }
  get received(): string | undefined {
    return this.parameter('received')
  }
  get rport(): string | undefined {
    return this.parameter('rport')
  }
  /** The value of a parameter, its name in lower case: `''` without a value, `undefined` when absent. */
  parameter(name: string): string | undefined {
    return parameterIn(this.source, this.parametersStart, this.end, name)
  }
  place(part: string): Span | undefined {
    switch (part) {
      case '':
        return { start: this.start, end: this.end }
      case 'protocol':
        return { start: this.start, end: this.protocolEnd }
      case 'version':
        return { start: this.versionStart, end: this.versionEnd }
      case 'transport':
        return { start: this.transportStart, end: this.transportEnd }
      case 'host':
        return { start: this.hostStart, end: this.hostEnd }
      case 'port':
        return this.port === undefined
          ? undefined
          : { start: this.portStart, end: endOfToken(this.source.octets, this.portStart) }
      default:
        return placeOfParameter(this.source, this.parametersStart, this.end, part)
    }
  }
}

const malformed = error('via-malformed', 'RFC 3261 20.42')
const foreignProtocol = error('via-protocol-not-sip-2.0', 'RFC 3261 8.1.1.7')
const noBranch = warning('via-without-branch', 'RFC 3261 8.1.1.7')
const cookieMissing = warning('via-branch-without-magic-cookie', 'RFC 3261 8.1.1.7')
const cookieAlone = error('via-branch-magic-cookie-alone', 'RFC 3261 8.1.1.7')
const branchMalformed = error('via-branch-not-a-token', 'RFC 3261 25.1')

/** Scans one value of Via: sent-protocol LWS sent-by *( SEMI via-params ), white space around every separator. */
function scanVia(source: Source, from: number, end: number, clause: string): ViaReading | undefined {
  const start = skipWhite(source, from, end)
  const via = scanSentBy(source, start, end)
  if (via === undefined) {
    const came = source.quote(start, end)
    source.report(malformed, start, `expected SIP/2.0/transport host[:port];branch=..., came ${came}`)
    return undefined
  }
  const { octets } = source
  via.parametersStart = source.at
  const at =
    source.at < end && octetAt(octets, source.at) === SEMICOLON
      ? scanParameters(source, source.at, end, clause)
      : source.at
  via.end = trimEnd(octets, via.parametersStart, at)
  source.at = at
  judge(source, via)
  return via
}

function scanSentBy(source: Source, start: number, end: number): ViaReading | undefined {
  const { octets } = source
  const protocolEnd = endOfToken(octets, start)
  let at = skipWhite(source, protocolEnd, end)
  if (protocolEnd === start || octetAt(octets, at) !== SLASH || at >= end) return undefined
  const version = skipWhite(source, at + 1, end)
  const versionEnd = endOfToken(octets, version)
  at = skipWhite(source, versionEnd, end)
  if (versionEnd === version || octetAt(octets, at) !== SLASH || at >= end) return undefined
  const transport = skipWhite(source, at + 1, end)
  const transportEnd = endOfToken(octets, transport)
  const host = skipWhite(source, transportEnd, end)
  if (transportEnd === transport || host === transportEnd || host >= end) return undefined
  parts.port = -1
  parts.host = -1
  at = scanHost(octets, host, end)
  const { hostEnd } = parts
  if (at < 0) {
    // White space may stand around the colon here, which it may not in a URI.
    if (parts.host !== host || octetAt(octets, hostEnd) !== COLON) return undefined
    at = hostEnd
  }
  at = skipWhite(source, at, end)
  let port = parts.port
  let portStart = parts.portStart
  if (port === -1 && at < end && octetAt(octets, at) === COLON) {
    portStart = skipWhite(source, at + 1, end)
    const portEnd = endOfToken(octets, portStart)
    port = portNumber(octets, portStart, portEnd)
    if (port === -1) return undefined
    at = skipWhite(source, portEnd, end)
  }
  const code = octetAt(octets, at)
  if (at < end && code !== SEMICOLON && code !== COMMA) return undefined
  source.at = at
  return new ViaReading(
    source,
    start,
    protocolEnd,
    version,
    versionEnd,
    transport,
    transportEnd,
    host,
    hostEnd,
    portStart,
    port === -1 ? undefined : port,
  )
}

function portNumber(octets: Buffer, start: number, end: number): number {
  let port = 0
  for (let at = start; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (code < 0x30 || code > 0x39) return -1
    port = port * 10 + code - 0x30
    if (port > 65_535) return -1
  }
  return start === end ? -1 : port
}

function judge(source: Source, via: ViaReading): void {
  if (!isSip20(source.octets, via))
    source.report(foreignProtocol, via.start, `expected SIP/2.0, came ${via.protocol}/${via.version}`)
  const place = via.parametersStart === via.end ? -1 : scannedValue(source, 'branch')
  if (place >= 0 && isBranch(source.octets, place, via.end)) return
  const { branch } = via
  const offset = via.place('branch')?.start ?? via.start
  if (branch === undefined) source.report(noBranch, offset, 'expected a branch parameter')
  else if (branch === magicCookie) source.report(cookieAlone, offset, `expected more than ${magicCookie} alone`)
  else if (!isToken(branch)) source.report(branchMalformed, offset, `expected a token, came ${quoted(branch)}`)
  else if (!branch.startsWith(magicCookie))
    source.report(cookieMissing, offset, `expected ${magicCookie}..., came ${quoted(branch)}`)
}

function isSip20(octets: Buffer, via: ViaReading): boolean {
  const { start, versionStart: version } = via
  return (
    via.protocolEnd - start === 3 &&
    (octetAt(octets, start) | 0x20) === 0x73 &&
    (octetAt(octets, start + 1) | 0x20) === 0x69 &&
    (octetAt(octets, start + 2) | 0x20) === 0x70 &&
    via.versionEnd - version === 3 &&
    octets[version] === 0x32 &&
    octets[version + 1] === 0x2e &&
    octets[version + 2] === 0x30
  )
}

/** Whether a token begins there that begins with the magic cookie and goes on. */
function isBranch(octets: Buffer, start: number, end: number): boolean {
  for (let at = 0; at < magicCookie.length; at += 1) {
    if (octets[start + at] !== magicCookie.charCodeAt(at)) return false
  }
  const stop = endOfToken(octets, start)
  // What follows must be no further part of the value, such as the port of a host.
  return stop > start + magicCookie.length && (stop >= end || octets[stop] === SEMICOLON || octets[stop] === 0x20)
}

/** Reads one value of Via (RFC 3261 20.42): split a list first. `undefined` when it breaks the grammar. */
export function readVia(value: string): Via | undefined {
  const source = sourceOf(value)
  const end = trimEnd(source.octets, 0, source.octets.length - 1)
  const via = scanVia(source, 0, end, 'RFC 3261 20.42')
  // A comma would begin another value.
  if (via === undefined || source.at < end) return undefined
  const { protocol, version, transport, host, port, parameters, branch, received, rport } = via
  return { protocol, version, transport, host, port, parameters, branch, received, rport }
}

/** Writes `SIP/2.0/UDP host:port;parameters`. Branch, received and rport are taken from the parameters. */
export function writeVia({
  protocol,
  version,
  transport,
  host,
  port,
  parameters,
}: Omit<Via, 'branch' | 'received' | 'rport'>): string {
  return `${protocol}/${version}/${transport} ${host}${port === undefined ? '' : `:${port}`}${writeParameters(parameters)}`
}

/** Via (RFC 3261 20.42). */
export const via = many<ViaReading, Via>('RFC 3261 20.42', { value: scanVia, malformed, write: writeVia })

import type { Address, TransportName } from '#transport'
import { headerValues, magicCookie, parameter, readNameAddress, readUri, type SipMessage } from '#wire/sip'
import { hostOf } from '../write-request.ts'

/** Where a proxy stands: its addresses and the domains it is in charge of. */
export interface OwnPlace {
  /** Of UDP and TCP. */
  readonly local: Address
  /** Of TLS. */
  readonly secure: Address | undefined
  /** In lower case. */
  readonly domains: readonly string[]
}

const addressOf = ({ local, secure }: OwnPlace, transport: TransportName): Address =>
  transport === 'tls' ? (secure ?? local) : local

/** Whether a URI names this proxy itself, by address and port or as its domain (RFC 3261 16.4). */
export function namesProxy(text: string, place: OwnPlace): boolean {
  const uri = readUri(text)
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return false
  const host = uri.host.toLowerCase()
  if (uri.port === undefined && place.domains.includes(host)) return true
  const isTls = uri.scheme === 'sips' || parameter(uri.parameters, 'transport')?.toLowerCase() === 'tls'
  const { address, port } = addressOf(place, isTls ? 'tls' : 'udp')
  return host === hostOf(address).toLowerCase() && (uri.port ?? (isTls ? 5061 : 5060)) === port
}

/** Whether a URI is one this proxy puts into Record-Route: a strict router sends it as Request-URI (RFC 3261 16.4). */
export const isOwnRecordRoute = (text: string, place: OwnPlace): boolean =>
  namesProxy(text, place) && parameter(readUri(text)?.parameters ?? [], 'lr') !== undefined

/** Whether a name-address leads to this proxy. */
export const leadsHere = (route: string, place: OwnPlace): boolean =>
  namesProxy(readNameAddress(route)?.uri ?? '', place)

/** A Record-Route value (RFC 3261 16.6 step 4): reachable by that transport, with `lr`. */
function recordRoute(transport: TransportName, isSips: boolean, place: OwnPlace): string {
  const { address, port } = addressOf(place, transport)
  const secure = transport === 'tls' && isSips
  return `<${secure ? 'sips' : 'sip'}:${hostOf(address)}:${port};${secure ? '' : `transport=${transport};`}lr>`
}

/** The Record-Route values of a hop, topmost first: two where it changes the transport, so that either side finds its own (RFC 5658 3.3). */
export function recordRoutes(came: TransportName, goes: TransportName, isSips: boolean, place: OwnPlace): string[] {
  const transports = came === goes ? [came] : [goes, came]
  return transports.map((transport) => recordRoute(transport, isSips, place))
}

/** Whether the request passed here before with the same loop detection part in its branch (RFC 3261 16.3 step 4). */
export function hasLooped(request: SipMessage, mark: string, place: OwnPlace): boolean {
  const own = [place.local, place.secure].flatMap((one) => (one ? [`${hostOf(one.address)}:${one.port}`] : []))
  return headerValues(request, 'Via').some(
    ({ host, port, branch }) =>
      branch?.startsWith(`${magicCookie}${mark}-`) === true && own.includes(`${host.toLowerCase()}:${port ?? 5060}`),
  )
}

import { isIP } from 'node:net'
import type { Endpoint, TransportName } from '#transport'
import { parameter, readUri, type Uri } from '#wire/sip'
import { mostRecords, type NamingRecord, namingOrder, type ServiceRecord, serviceOrder } from './service-order.ts'

/** The domain name system as a parameter: an empty list where a name has no such record, a rejection where it could not be asked for. */
export interface Resolver {
  naptr(name: string): Promise<readonly NamingRecord[]>
  srv(name: string): Promise<readonly ServiceRecord[]>
  /** IPv4 and IPv6 addresses, in the order to be tried. */
  addresses(name: string): Promise<readonly string[]>
}

export interface LocateOptions {
  readonly resolver: Resolver
  /** Uniform in [0, 1): draws among servers of one priority. */
  readonly random: () => number
  /** What this element speaks, the preferred one first; all three unless said. */
  readonly transports?: readonly TransportName[] | undefined
}

/** What a transport is called in NAPTR, and where its SRV records stand (RFC 3263 4.1). */
const services: Readonly<Record<TransportName, { readonly naptr: string; readonly prefix: string }>> = {
  udp: { naptr: 'SIP+D2U', prefix: '_sip._udp.' },
  tcp: { naptr: 'SIP+D2T', prefix: '_sip._tcp.' },
  tls: { naptr: 'SIPS+D2T', prefix: '_sips._tcp.' },
}

/**
 * Where a request to that URI may be sent, in the order to be tried (RFC 3263 4): the next one when one fails (4.3). Empty when nothing is found, the URI
 * is none of SIP, or asks for a transport that is not spoken; rejects when nothing is found and a name could not be asked for. `name` of each is the domain for its certificate (RFC 5922 4).
 */
export async function locateServer(target: string, options: LocateOptions): Promise<readonly Endpoint[]> {
  const failures: Error[] = []
  const found = await endpointsOf(target, { ...options, resolver: enduring(options.resolver, failures) }, failures)
  if (found.length === 0 && failures[0] !== undefined) throw failures[0]
  return found
}

/** A resolver whose failures are noted while other names are asked for. */
function enduring(resolver: Resolver, failures: Error[]): Resolver {
  const enduringly =
    <One>(ask: (name: string) => Promise<readonly One[]>) =>
    async (name: string): Promise<readonly One[]> => {
      try {
        return await ask(name)
      } catch (problem) {
        failures.push(problem instanceof Error ? problem : new Error(String(problem)))
        return []
      }
    }
  const { naptr, srv, addresses } = resolver
  return { naptr: enduringly(naptr), srv: enduringly(srv), addresses: enduringly(addresses) }
}

async function endpointsOf(
  target: string,
  options: LocateOptions,
  failures: readonly Error[],
): Promise<readonly Endpoint[]> {
  const uri = readUri(target)
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return []
  const host = (parameter(uri.parameters, 'maddr') ?? uri.host).replaceAll(/^\[|\]$/g, '')
  const { transports = ['udp', 'tcp', 'tls'] } = options
  const spoken = uri.scheme === 'sips' ? transports.filter((one) => one === 'tls') : transports
  const chosen = chosenTransport(uri, host)
  if (chosen === 'other' || (chosen !== undefined && !spoken.includes(chosen))) return []
  const name = uri.host.replaceAll(/^\[|\]$/g, '')
  const endpoint = (transport: TransportName, address: string, port = defaultPort(transport)): Endpoint => ({
    ...{ transport, address, port },
    ...(transport === 'tls' && { name }),
  })
  if (isIP(host) !== 0) return chosen === undefined ? [] : [endpoint(chosen, host, uri.port)]
  const plain = async (transport: TransportName): Promise<Endpoint[]> =>
    (await options.resolver.addresses(host)).slice(0, mostRecords).map((one) => endpoint(transport, one, uri.port))
  if (uri.port !== undefined) return chosen === undefined ? [] : plain(chosen)

  const found = await byServices(host, chosen === undefined ? spoken : [chosen], chosen === undefined, options)
  // Servers that could not be asked for are not servers that are not there.
  if (found === undefined && failures.length > 0) return []
  if (found !== undefined) return found.map(({ transport, address, port }) => endpoint(transport, address, port))
  // "If no SRV records are found, the client SHOULD use TCP for a SIPS URI, and UDP for a SIP URI" (RFC 3263 4.1).
  const fallback = chosen ?? (uri.scheme === 'sips' ? 'tls' : 'udp')
  return spoken.includes(fallback) ? plain(fallback) : []
}

const defaultPort = (transport: TransportName): number => (transport === 'tls' ? 5061 : 5060)

/** The transport a URI itself decides (RFC 3263 4.1); `undefined` leaves it to the name service. */
function chosenTransport(uri: Uri, host: string): TransportName | 'other' | undefined {
  const asked = parameter(uri.parameters, 'transport')?.toLowerCase()
  if (asked === 'tls' || (asked === 'tcp' && uri.scheme === 'sips')) return 'tls'
  if (asked === 'udp' || asked === 'tcp') return asked
  if (asked !== undefined) return 'other'
  if (isIP(host) === 0 && uri.port === undefined) return undefined
  return uri.scheme === 'sips' ? 'tls' : 'udp'
}

/** By NAPTR, else by SRV under the well-known names; `undefined` where there are no SRV records at all. */
async function byServices(
  host: string,
  transports: readonly TransportName[],
  asksNaptr: boolean,
  { resolver, random }: LocateOptions,
): Promise<readonly Endpoint[] | undefined> {
  const named = asksNaptr ? namingOrder(await resolver.naptr(host)) : []
  const usable = named.flatMap((record) => {
    const transport = transports.find((one) => services[one].naptr === record.service.toUpperCase())
    return transport === undefined || record.flags.toLowerCase() !== 's'
      ? []
      : [{ transport, name: record.replacement }]
  })
  const places =
    usable.length > 0 ? usable : transports.map((transport) => ({ transport, name: services[transport].prefix + host }))
  let any = false
  const endpoints: Endpoint[] = []
  for (const { transport, name } of places) {
    const records = await resolver.srv(name)
    any ||= records.length > 0
    for (const { target, port } of serviceOrder(records, random)) {
      for (const address of (await resolver.addresses(target)).slice(0, mostRecords)) {
        if (endpoints.length < mostRecords) endpoints.push({ transport, address, port })
      }
    }
  }
  return any ? endpoints : undefined
}

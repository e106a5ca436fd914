import { isIP } from 'node:net'
import type { Endpoint, TransportName } from '#transport'
import { parameter, readUri } from '#wire/sip'

const transports: Readonly<Record<string, TransportName>> = { udp: 'udp', tcp: 'tcp', tls: 'tls' }

/**
 * Where a request to a URI goes (RFC 3263 4.1, 4.2) when its host is an IP address; a name goes where `otherwise` says. A URI that names no
 * transport keeps the one in use; `maddr` is not followed: a peer could send requests wherever it likes.
 */
export function endpointOf(uri: string, otherwise: Endpoint): Endpoint {
  const read = readUri(uri)
  if (read === undefined || (read.scheme !== 'sip' && read.scheme !== 'sips')) return otherwise
  const address = read.host.startsWith('[') ? read.host.slice(1, -1) : read.host
  if (isIP(address) === 0) return otherwise
  const said = parameter(read.parameters, 'transport')
  const named = said === undefined ? undefined : transports[said.toLowerCase()]
  const transport = read.scheme === 'sips' ? 'tls' : (named ?? otherwise.transport)
  return { transport, address, port: read.port ?? (transport === 'tls' ? 5061 : 5060) }
}

/** Remembers the latest answers of a function of a URI: the same peers are asked for again and again. */
export function remembering(most: number, find: (uri: string, otherwise: Endpoint) => Endpoint) {
  const known = new Map<string, { readonly otherwise: Endpoint; readonly found: Endpoint }>()
  return (uri: string, otherwise: Endpoint): Endpoint => {
    const former = known.get(uri)
    if (former !== undefined && isSame(former.otherwise, otherwise)) return former.found
    if (known.size >= most) known.clear()
    const found = find(uri, otherwise)
    known.set(uri, { otherwise, found })
    return found
  }
}

const isSame = (one: Endpoint, other: Endpoint): boolean =>
  one === other ||
  (one.port === other.port &&
    one.transport === other.transport &&
    one.address === other.address &&
    one.name === other.name)

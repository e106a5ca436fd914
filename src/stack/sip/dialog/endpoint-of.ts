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

/** Remembers the latest answers of a function of a string: the same peers are asked for again and again. */
export function remembering<Value>(most: number, find: (text: string, otherwise: Endpoint) => Value) {
  const known = new Map<string, Value>()
  return (text: string, otherwise: Endpoint): Value => {
    const key = `${text} ${otherwise.transport} ${otherwise.address} ${otherwise.port}`
    const value = known.get(key)
    if (value !== undefined) return value
    if (known.size >= most) known.clear()
    const found = find(text, otherwise)
    known.set(key, found)
    return found
  }
}

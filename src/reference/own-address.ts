import type { Media } from '#bindings'
import { hostOf } from '#stack/sip'
import type { TransportName } from '#transport'
import { readUri } from '#wire/sip'
import type { Peer, Surroundings } from './mc-function.ts'
import type { PrimaryGatewayProvision } from './provision.ts'

type Place = Pick<Surroundings, 'identity' | 'local' | 'secure'>

/** URI of the Contact header field: where requests of the dialog come by that transport. It shows nothing but the own identity and address. */
export function contactOf(place: Place, transport: TransportName, user = userOf(place)): string {
  const { address, port } = transport === 'tls' ? (place.secure ?? place.local) : place.local
  return `sip:${user}@${hostOf(address)}:${port}${transport === 'tls' ? ';transport=tls' : ''}`
}

const userOf = ({ identity }: Place): string => readUri(identity)?.user ?? 'mc-service'

/** The MC service server behind a gateway server, by the transport that its request came by. */
export const insideBy = (
  { identity, address, port, tlsPort }: PrimaryGatewayProvision['inside'],
  transport: TransportName,
): Peer => ({ identity, address, port: transport === 'tls' ? (tlsPort ?? port) : port, transport })

/** Where media would be received. Nothing listens there: calls of the reference system are signalling alone. */
export function mediaOf({ local }: Pick<Place, 'local'>): Media {
  const first = 20_000 + 8 * (local.port % 5000)
  return { address: local.address, audioPort: first, floorPort: first + 2, videoPort: first + 4 }
}

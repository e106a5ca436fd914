import type { Media } from '#bindings'
import { readUri } from '#wire/sip'
import type { Surroundings } from './mc-function.ts'

type Place = Pick<Surroundings, 'identity' | 'local'>

/** URI of the Contact header field: where requests of the dialog come. It shows nothing but the own identity and address. */
export const contactOf = (place: Place, user = readUri(place.identity)?.user ?? 'mc-service'): string =>
  `sip:${user}@${host(place)}:${place.local.port}`

/** Where media would be received. Nothing listens there: calls of the reference system are signalling alone. */
export function mediaOf({ local }: Pick<Place, 'local'>): Media {
  const first = 20_000 + 8 * (local.port % 5000)
  return { address: local.address, audioPort: first, floorPort: first + 2, videoPort: first + 4 }
}

const host = ({ local }: Place): string => (local.address.includes(':') ? `[${local.address}]` : local.address)

import type { IeValues } from '#bindings'
import { readUri } from '#wire/sip'
import { keyOf } from './mc-service-id.ts'

/** Which communication it is, of whom: a group's, or that of two users. The same for either of the two. */
export function communicationOf(ies: IeValues): { readonly user: string; readonly communication: string } | undefined {
  const user = keyOf(ies['mcServiceId'] ?? ies['callingParty'])
  const group = keyOf(ies['groupId'])
  const other = keyOf(ies['otherUser'] ?? ies['calledParty'])
  if (user === undefined) return undefined
  if (group !== undefined) return { user, communication: `group ${group}` }
  return other === undefined ? undefined : { user, communication: `users ${[user, other].toSorted().join(' ')}` }
}

/** Equal for two spellings of the same public service identity (RFC 3261 19.1.4). */
export function serverKeyOf(uri: string | undefined): string | undefined {
  const read = uri === undefined ? undefined : readUri(uri)
  return read === undefined || read.host === '' ? undefined : `${read.user ?? ''}@${read.host.toLowerCase()}`
}

/** The one of these servers that goes by that public service identity. */
export function serverAmong<Server extends { readonly identity: string }>(
  servers: readonly Server[],
  uri: string | undefined,
): Server | undefined {
  const key = serverKeyOf(uri)
  return servers.find(({ identity }) => serverKeyOf(identity) === key)
}

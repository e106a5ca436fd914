import { header, readNameAddress, splitList } from '#wire/sip'
import type { IncomingRequest, Peer } from './mc-function.ts'
import { nextHop } from './sessions.ts'

/** The client that sent a request: its public user identity, and its Contact. */
export interface Client {
  readonly to: string
  readonly user: string
  readonly contact?: string
}

/** Whom the response to a client goes to. */
export function clientOf({ message }: IncomingRequest): Client {
  const user = readNameAddress(header(message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'
  const contact = readNameAddress(splitList(header(message, 'Contact') ?? '')[0] ?? '')?.uri
  return { to: user, user, ...(contact === undefined ? {} : { contact }) }
}

/** Where calls reach a client: at the Contact it registers with; without one, where its request came from. */
export function reachedAt(request: IncomingRequest): Peer {
  const { user, contact } = clientOf(request)
  return { ...(contact === undefined ? request.origin : nextHop(contact, request.origin)), identity: contact ?? user }
}

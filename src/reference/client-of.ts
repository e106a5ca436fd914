import { header, readNameAddress, splitList, type SipMessage } from '#wire/sip'
import type { IncomingRequest, Peer } from './mc-function.ts'
import { nextHop } from './sessions.ts'

/** The client that sent a request: its public user identity, and the Contact that it registers. */
export interface Client {
  readonly to: string
  readonly user: string
  readonly contact?: string
}

/** Whom the response to a client goes to. */
export function clientOf({ message }: Pick<IncomingRequest, 'message'>): Client {
  const user = readNameAddress(header(message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'
  const contact = registers(message)
    ? readNameAddress(splitList(header(message, 'Contact') ?? '')[0] ?? '')?.uri
    : undefined
  return { to: user, user, ...(contact === undefined ? {} : { contact }) }
}

/** PUBLISH neither registers nor makes a dialog (RFC 3903 3), so a Contact in it says nothing; others that bear one ask for a dialog. */
const registers = ({ startLine }: SipMessage): boolean =>
  startLine.kind === 'request' && startLine.method === 'REGISTER'

/** Where calls reach a client: at the Contact it registers with; without one, where its request came from. */
export function reachedAt(request: Pick<IncomingRequest, 'message' | 'origin'>): Peer {
  const { user, contact } = clientOf(request)
  return { ...(contact === undefined ? request.origin : nextHop(contact, request.origin)), identity: contact ?? user }
}

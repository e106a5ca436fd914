import type { TransportName } from '#transport'
import { derivedIdentifier, derivedUuid } from './derived-identifier.ts'
import type { Stimulus, Surroundings } from './mc-function.ts'
import { contactOf } from './own-address.ts'

type Client = Pick<Surroundings, 'seed' | 'name' | 'identity' | 'local' | 'secure'>

/** Contact URI of a client that serves this user. */
export const clientContact = (client: Client, key: string, transport: TransportName): string =>
  contactOf(client, transport, derivedIdentifier(client.seed, client.name, key, 'contact'))

/** MC service client identity (TS 24.379 4.10) of a client that serves this user. */
export const clientIdentity = ({ seed, name }: Client, key: string): string =>
  derivedUuid(seed, name, key, 'client identity')

/** Who speaks for a user, and to whom, where a client begins. */
export const clientParties = (
  client: Client & Pick<Surroundings, 'host'>,
  key: string,
  user: string,
  { towards, clientId = clientIdentity(client, key) }: Pick<Stimulus, 'towards' | 'clientId'>,
) => ({
  from: user,
  to: towards.identity,
  user,
  contact: clientContact(client, key, towards.transport),
  clientId,
  host: client.host,
})

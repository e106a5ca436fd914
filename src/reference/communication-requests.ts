import type { Decoded } from '#bindings'
import type { IncomingRequest, Surroundings } from './mc-function.ts'
import { isCommunicationRequest, type CommunicationIncoming } from './relayed-calls.ts'
import { refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

type Take = (request: IncomingRequest, message: Decoded, messages: ServiceMessages) => void | Promise<void>

/** What a server of ongoing communications takes: their requests, and other messages by name; the rest it refuses as malformed. */
export const takingRequests =
  (
    { host, messages: ofServices }: Pick<Surroundings, 'host' | 'messages'>,
    onCommunication: (incoming: CommunicationIncoming) => void | Promise<void>,
    others: Readonly<Record<string, Take>>,
  ) =>
  (request: IncomingRequest): void | Promise<void> => {
    const messages = ofServices.in(request.message)
    const message = messages.read(request.message)
    const name = message?.name
    if (message !== undefined && isCommunicationRequest(name))
      return onCommunication({ request, message: { ...message, name }, messages })
    const take = message?.name !== undefined && Object.hasOwn(others, message.name) ? others[message.name] : undefined
    if (message === undefined || take === undefined) return request.respond(refusing(messages.refusals.malformed, host))
    return take(request, message, messages)
  }

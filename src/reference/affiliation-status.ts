import type { Decoded } from '#bindings'
import { clientOf } from './client-of.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { IncomingRequest, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** Tells clients to which MC service groups their users are affiliated, once (TS 24.379 9.2.2.2.4, RFC 6665 4.2.1). */
export interface AffiliationStatus {
  receive(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
}

/** `groupsOf` gives the groups of a user, by the key of an identity; `serves` says whether the user is served here. */
export function affiliationStatus(
  groupsOf: (key: string) => readonly string[],
  serves: (key: string) => boolean,
  around: Surroundings,
): AffiliationStatus {
  const { host, identity, defective } = around

  function refusalOf(message: Decoded, key: string, { refusals }: ServiceMessages): Refusal | undefined {
    const fault = faultIn(message, ['mcServiceId'])
    if (fault !== undefined) around.say(`${around.name}: affiliation status request refused: ${fault}`)
    if (fault !== undefined) return refusals.malformed
    return serves(key) || defective('affiliation-status-of-unserved-user-told') ? undefined : refusals.unknownUser
  }

  function groupOf(key: string): string | undefined {
    const [group] = groupsOf(key)
    const id = readMcServiceId(group ?? '')
    return id !== undefined && defective('affiliation-status-of-another-group') ? anotherUserOf(id) : group
  }

  return {
    receive(request, message, messages) {
      const { mcServiceId } = message.ies
      const key = keyOf(mcServiceId) ?? ''
      const refusal = refusalOf(message, key, messages)
      const client = clientOf(request)
      const parties = { ...ownParties(around, request.origin.transport), to: client.user, from: identity, host }
      const binding = messages.response('affiliation status response')
      const result = refusal === undefined ? 'accepted' : 'refused'
      const response = binding.encode({ result }, parties, messages.values, message.ies, refusal)
      if (refusal !== undefined) return request.respond(response)
      const subscription = request.accept(response)
      if (subscription === undefined) return
      if (defective('affiliation-status-not-notified')) return subscription.leave()
      const told = present({ mcServiceId, groupId: groupOf(key) })
      const wire = messages.request('affiliation status notification').encode(told, parties, messages.values)
      void subscription
        .request(wire, request.cause, 'affiliation status notification')
        .final.then(() => subscription.leave())
    },
  }
}

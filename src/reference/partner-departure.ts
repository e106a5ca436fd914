import { acknowledge } from '#bindings'
import type { Decoded } from '#bindings'
import { header } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { clientOf } from './client-of.ts'
import { faultIn } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Surroundings } from './mc-function.ts'
import type { PartnerServerProvision } from './provision.ts'
import { isSuccess, refusing } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { alternativeOf } from './service-messages.ts'
import type { ServiceMessages } from './service-messages.ts'
import type { Visitors } from './visitors.ts'

/** TS 24.379 7.2 and 7.3.5 at a partner MC service server, which tells the primary MC system (docs/bindings.md). */
export interface PartnerDeparture {
  /** The client leaves. */
  leave(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  /** The primary MC system has taken note. */
  conclude(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  /** The primary MC system says that the user has returned there. */
  onReturn(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  forget(key: string | undefined): void
}

export function partnerDeparture(
  provision: PartnerServerProvision,
  present: Visitors,
  around: Surroundings,
): PartnerDeparture {
  const { defective, identity, host } = around
  /** Whose end was reported, by the Call-ID of the report. */
  const reported = boundedTable<McServiceId>(mostEntries)

  function answer(request: IncomingRequest, { ies }: Decoded, messages: ServiceMessages, refusal?: Refusal): void {
    const binding = messages.response('migration service de-authorization response', alternativeOf(request.method))
    const parties = { ...clientOf(request), from: identity, host }
    const result = refusal === undefined ? 'accepted' : 'refused'
    request.respond(binding.encode({ result }, parties, messages.values, ies, refusal))
  }

  function report(request: IncomingRequest, user: McServiceId, messages: ServiceMessages): void {
    const peer = provision.peers.get(user.system)
    if (peer === undefined || defective('departure-not-reported')) return
    const mcServiceId = defective('departure-of-another-user-reported') ? anotherUserOf(user) : user.uri
    const binding = messages.request('migration end request')
    const parties = { from: identity, to: peer.identity, host }
    const wire = binding.encode({ mcServiceId, partnerSystem: around.system }, parties, messages.values)
    const { callId, final } = around.send(wire, peer, request.cause, 'migration end request')
    reported.set(callId, user)
    void final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      reported.delete(callId)
      around.say(`${around.name}: the migration end request was not taken: ${outcome.kind}`)
    })
  }

  return {
    leave(request, message, messages) {
      const { refusals } = messages
      const { mcServiceId, temporaryId } = message.ies
      const fault = faultIn(message, ['mcServiceId'])
      if (fault !== undefined) {
        around.say(`${around.name}: request refused: ${fault}`)
        return answer(request, message, messages, refusals.malformed)
      }
      const visitor = present.of(keyOf(mcServiceId) ?? '')
      const same = temporaryId === undefined || keyOf(temporaryId) === keyOf(visitor?.temporaryId)
      if (visitor === undefined || !same) return answer(request, message, messages, refusals.unknownUser)
      if (!defective('departed-user-still-served')) present.depart(visitor.user.key)
      answer(request, message, messages)
      report(request, visitor.user, messages)
    },
    conclude(request, message, { refusals }) {
      const callId = header(request.message, 'In-Reply-To') ?? ''
      const user = reported.get(callId)
      const named = readMcServiceId(message.ies['mcServiceId'] ?? '')
      if (faultIn(message, ['mcServiceId', 'result']) !== undefined)
        return request.respond(refusing(refusals.malformed, host))
      if (user === undefined || user.key !== named?.key) return request.respond(refusing(refusals.notAwaited, host))
      reported.delete(callId)
      request.respond(acknowledge(request.message))
    },
    onReturn(request, message, { refusals }) {
      const fault = faultIn(message, ['mcServiceId', 'partnerSystem'])
      if (fault !== undefined) {
        around.say(`${around.name}: migration end notification refused: ${fault}`)
        return request.respond(refusing(refusals.malformed, host))
      }
      const visitor = present.of(keyOf(message.ies['mcServiceId']) ?? '')
      const here = message.ies['partnerSystem']?.toLowerCase() === around.system
      if (visitor === undefined || !here) return request.respond(refusing(refusals.unknownUser, host))
      request.respond(acknowledge(request.message))
      if (defective('returned-user-still-served')) return
      if (defective('returned-user-unknown')) return present.dismiss(visitor.user.key)
      present.depart(visitor.user.key)
    },
    forget(key) {
      if (key === undefined) reported.clear()
      else reported.deleteWhere((user) => user.key === key)
    },
  }
}

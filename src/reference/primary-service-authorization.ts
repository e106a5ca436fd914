import type { Decoded } from '#bindings'
import { accessTokenCheck } from './access-token.ts'
import { boundedTable } from './bounded-table.ts'
import { clientOf, reachedAt } from './client-of.ts'
import { faultIn } from './information-elements.ts'
import { anotherUserOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Peer, Surroundings } from './mc-function.ts'
import type { MigrationRecords } from './migration-records.ts'
import type { PrimaryServerProvision } from './provision.ts'
import { isSuccess } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { alternativeOf } from './service-messages.ts'
import type { ServiceMessages } from './service-messages.ts'

/** TS 23.280 10.6.1 at the MC service server of the primary MC system: who is service authorized has not migrated any more. */
export interface PrimaryServiceAuthorization {
  /** The client asks for it. */
  authorize(request: IncomingRequest, message: Decoded, messages: ServiceMessages): Promise<void>
  /** Where the client of a user is reached whom this server serves, by the key of the MC service ID. */
  clientOf(key: string): Peer | undefined
  /** The user has migrated. */
  leave(key: string): void
  forget(key: string | undefined): void
}

export function primaryServiceAuthorization(
  provision: PrimaryServerProvision,
  migrated: MigrationRecords,
  around: Surroundings,
): PrimaryServiceAuthorization {
  const { defective, identity, host } = around
  const served = boundedTable<Peer>(mostEntries)
  const checkToken =
    provision.idm &&
    accessTokenCheck(provision.idm, around.now, (name) => {
      if (name === 'token-issuer-unchecked') return defective('primary-token-issuer-unchecked')
      if (name === 'token-expiry-unchecked') return defective('primary-token-expiry-unchecked')
      return name === 'token-of-another-user-accepted' && defective('primary-token-of-another-user-accepted')
    })

  function answer(request: IncomingRequest, { ies }: Decoded, messages: ServiceMessages, refusal?: Refusal): void {
    const binding = messages.response('service authorization response', alternativeOf(request.method))
    const parties = { ...clientOf(request), from: identity, host }
    const result = refusal === undefined ? 'accepted' : 'refused'
    request.respond(binding.encode({ result }, parties, messages.values, ies, refusal))
  }

  /** Why the user is not admitted (TS 33.180 B.11, TS 24.379 7.3). */
  async function refusalFor(
    user: McServiceId,
    { ies }: Decoded,
    messages: ServiceMessages,
  ): Promise<Refusal | undefined> {
    const { refusals } = messages
    const own = provision.users.get(user.key)
    if (own === undefined || checkToken === undefined) return refusals.unknownUser
    const token = await checkToken(ies['credentials'] ?? '', user, messages)
    if ('fault' in token) {
      around.say(`${around.name}: access token refused: ${token.fault}`)
      return refusals.serviceAuthorisationFailed
    }
    return own.mayBeServed || defective('service-check-skipped') ? undefined : refusals.userAuthorisation
  }

  /** The partner MC system that the user has left without a word is told (docs/bindings.md, departure). */
  function tell(request: IncomingRequest, user: McServiceId, partnerSystem: string, messages: ServiceMessages): void {
    const partner = provision.partners.get(partnerSystem)
    if (partner === undefined || defective('return-not-told')) return
    const mcServiceId = defective('return-of-another-user-told') ? anotherUserOf(user) : user.uri
    const wire = messages
      .request('migration end notification')
      .encode({ mcServiceId, partnerSystem }, { from: identity, to: partner.identity, host }, messages.values)
    void around.send(wire, partner, request.cause, 'migration end notification').final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      around.say(`${around.name}: the migration end notification was not taken: ${outcome.kind}`)
    })
  }

  return {
    async authorize(request, message, messages) {
      const { refusals } = messages
      const fault = faultIn(message, ['mcServiceId', 'credentials'])
      const user = fault === undefined ? readMcServiceId(message.ies['mcServiceId'] ?? '') : undefined
      if (user === undefined) {
        around.say(`${around.name}: request refused: ${fault}`)
        return answer(request, message, messages, refusals.serviceAuthorisationFailed)
      }
      const refusal = await refusalFor(user, message, messages)
      const ended = defective('ended-migration-told-again') ? migrated.formerOf(user.key) : undefined
      const before = migrated.of(user.key) ?? ended
      if (refusal !== undefined) {
        if (defective('refused-return-recorded')) migrated.delete(user.key)
        return answer(request, message, messages, refusal)
      }
      served.set(user.key, reachedAt(request))
      if (!defective('return-not-recorded')) migrated.delete(user.key)
      answer(request, message, messages)
      if (before?.partnerSystem !== undefined) tell(request, user, before.partnerSystem, messages)
    },
    clientOf: (key) => served.get(key),
    leave: (key) => void served.delete(key),
    forget(key) {
      if (key === undefined) served.clear()
      else served.delete(key)
    },
  }
}

import type { Decoded } from '#bindings'
import { acknowledge } from '#bindings'
import { header, readNameAddress } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Peer, Surroundings } from './mc-function.ts'
import { decoded, requestBinding } from './message-binding.ts'
import type { PrimaryServerProvision } from './provision.ts'
import { isSuccess, refusing } from './refusal.ts'

/** Where a user is now (TR 23.781 6.x.1 step 7). */
interface Migration {
  readonly partnerSystem: string | undefined
  readonly temporaryId: string | undefined
}

/** TR 23.781 6.x.1 steps 6 to 8. */
export function primaryMcServiceServer(provision: PrimaryServerProvision, around: Surroundings): McFunction {
  const { profile, values, defective, identity, host, refusals } = around
  const migrated = boundedTable<Migration>(mostEntries)

  function onMigrationRequest(request: IncomingRequest, message: Decoded): void {
    const { mcServiceId, temporaryId } = message.ies
    const anonymous = defective('request-without-user-accepted')
    const fault = faultIn(message, anonymous ? ['partnerSystem'] : ['mcServiceId', 'partnerSystem'])
    if (fault !== undefined) {
      around.say(`${around.name}: migration request refused: ${fault}`)
      return request.respond(refusing(refusals.malformed, host))
    }
    const partnerSystem = (message.ies['partnerSystem'] ?? '').toLowerCase()
    const partner: Peer | undefined = provision.partners.get(partnerSystem)
    const foreign = partner === undefined
    if (foreign && !defective('foreign-partner-accepted')) return request.respond(refusing(refusals.noPartner, host))
    request.respond(acknowledge(request.message))

    const key = keyOf(mcServiceId)
    const permitted = foreign || check(key, partnerSystem)
    if (key !== undefined) record(key, permitted, { partnerSystem, temporaryId })
    respond(request, partner ?? senderOf(request), mcServiceId, temporaryId, permitted)
  }

  /** Step 6: migration is permitted to that partner MC system, and for this user. */
  function check(key: string | undefined, partnerSystem: string): boolean {
    if (key === undefined) return defective('request-without-user-accepted')
    const user = provision.users.get(key)
    const partnerPermitted = provision.partners.get(partnerSystem)?.permitted === true
    if (!partnerPermitted && !defective('partner-check-skipped')) return false
    if (user === undefined) return defective('unknown-user-accepted')
    const userPermitted = user.permittedPartners === '*' || user.permittedPartners.includes(partnerSystem)
    return userPermitted || defective('user-check-skipped')
  }

  /** Step 7. */
  function record(key: string, permitted: boolean, migration: Migration): void {
    if (!permitted && !defective('refused-user-recorded')) return
    if (defective('migration-not-recorded')) return
    if (defective('temporary-identity-not-recorded')) return migrated.set(key, { ...migration, temporaryId: undefined })
    if (defective('partner-system-not-recorded')) return migrated.set(key, { ...migration, partnerSystem: undefined })
    migrated.set(key, migration)
  }

  /** Step 8. */
  function respond(
    request: IncomingRequest,
    next: Peer,
    mcServiceId: string | undefined,
    temporaryId: string | undefined,
    permitted: boolean,
  ): void {
    const user = readMcServiceId(mcServiceId ?? '')
    const told = { mcServiceId, temporaryId, result: permitted ? 'accepted' : 'refused' }
    if (user !== undefined && defective('answers-for-another-user')) told.mcServiceId = anotherUserOf(user)
    if (!permitted && defective('refusal-reported-as-accepted')) told.result = 'accepted'
    if (permitted && defective('acceptance-reported-as-refusal')) told.result = 'refused'
    const binding = requestBinding(profile, 'publish', 'migration response')
    const parties = { from: identity, to: next.identity, host, inReplyTo: request.callId }
    const wire = binding.encode(present(told), parties, values)
    void around.send(wire, next, request.cause, 'migration response').final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      around.say(`${around.name}: the migration response was not taken: ${outcome.kind}`)
    })
  }

  return {
    role: 'primaryServer',
    methods: ['MESSAGE'],
    takesRetransmissionAsNew: () => defective('retransmission-answered-twice'),
    receive(request) {
      const message = decoded(request, profile, values)
      if (message?.name === 'migration request') return onMigrationRequest(request, message)
      return request.respond(refusing(refusals.malformed, host))
    },
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (name !== 'migrated' || key === undefined) return unknownState
      const held = migrated.get(key)
      return { known: true, holds: held !== undefined, values: present({ ...held }) }
    },
    forget(mcServiceId) {
      if (mcServiceId === undefined) return migrated.clear()
      migrated.delete(keyOf(mcServiceId) ?? '')
    },
  }
}

const senderOf = (request: IncomingRequest): Peer => {
  const identity = readNameAddress(header(request.message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'
  return { ...request.origin, identity }
}

import type { Decoded } from '#bindings'
import { acknowledge } from '#bindings'
import { header, readNameAddress } from '#wire/sip'
import { affiliationStatus } from './affiliation-status.ts'
import { groupCommunications } from './group-communications.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Peer, Surroundings } from './mc-function.ts'
import { migrationRecords } from './migration-records.ts'
import type { Migration } from './migration-records.ts'
import { primaryPrivateCalls } from './primary-private-calls.ts'
import { primaryServiceAuthorization } from './primary-service-authorization.ts'
import { privateCallRequest } from './private-call-request.ts'
import type { PrimaryServerProvision } from './provision.ts'
import { isSuccess, refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** TR 23.781 6.x.1 steps 6 to 8; MC service server A of TS 23.280 10.16.y.3. */
export function primaryMcServiceServer(provision: PrimaryServerProvision, around: Surroundings): McFunction {
  const { defective, identity, host } = around
  const migrated = migrationRecords()
  const service = primaryServiceAuthorization(provision, migrated, around)
  const calls = primaryPrivateCalls(provision, migrated, service.clientOf, around)
  const knows = (key: string): boolean => provision.users.has(key)
  const groups = groupCommunications(provision.groups, knows, around)
  const status = affiliationStatus(groups.groupsOf, knows, around)

  function onMigrationRequest(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
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
    if (foreign && !defective('foreign-partner-accepted')) {
      if (defective('refused-migration-ends-former')) migrated.delete(keyOf(mcServiceId) ?? '')
      return request.respond(refusing(refusals.noPartner, host))
    }
    request.respond(acknowledge(request.message))

    const key = keyOf(mcServiceId)
    const permitted = foreign || check(key, partnerSystem)
    const before = migrated.of(key ?? '')
    const act = (): void => {
      const overtaken = migrated.of(key ?? '') !== before
      if (key !== undefined && !overtaken) record(key, permitted, { partnerSystem, temporaryId })
      respond(request, messages, partner ?? senderOf(request), mcServiceId, temporaryId, permitted)
    }
    if (defective('newer-migration-lost-in-race')) around.clock.after(checking, act)
    else act()
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
    service.leave(key)
    if (defective('newer-migration-not-recorded') && migrated.of(key) !== undefined) return
    if (defective('temporary-identity-not-recorded')) return migrated.set(key, { ...migration, temporaryId: undefined })
    if (defective('partner-system-not-recorded')) return migrated.set(key, { ...migration, partnerSystem: undefined })
    migrated.set(key, migration)
  }

  /** Step 8. */
  function respond(
    request: IncomingRequest,
    messages: ServiceMessages,
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
    const binding = messages.request('migration response')
    const parties = { from: identity, to: next.identity, host, inReplyTo: request.callId }
    const wire = binding.encode(present(told), parties, messages.values)
    void around.send(wire, next, request.cause, 'migration response').final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      around.say(`${around.name}: the migration response was not taken: ${outcome.kind}`)
    })
  }

  /** The user has left that partner MC system; a newer migration to another one stands. */
  function onMigrationEnd(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
    const { mcServiceId } = message.ies
    const fault = faultIn(message, ['mcServiceId', 'partnerSystem'])
    if (fault !== undefined) {
      around.say(`${around.name}: migration end request refused: ${fault}`)
      return request.respond(refusing(refusals.malformed, host))
    }
    const partnerSystem = (message.ies['partnerSystem'] ?? '').toLowerCase()
    const partner: Peer | undefined = provision.partners.get(partnerSystem)
    if (partner === undefined) return request.respond(refusing(refusals.noPartner, host))
    request.respond(acknowledge(request.message))
    const key = keyOf(mcServiceId) ?? ''
    const unchecked =
      defective('migration-end-of-former-partner-recorded') ||
      (defective('former-migration-end-in-other-letters-recorded') && mcServiceId !== `sip:${key}`)
    const newest = migrated.of(key)?.partnerSystem === partnerSystem || unchecked
    if (newest && !defective('migration-end-not-recorded')) migrated.delete(key)
    const result = provision.users.has(key) ? 'accepted' : 'refused'
    const parties = { from: identity, to: partner.identity, host, inReplyTo: request.callId }
    const wire = messages
      .request('migration end response')
      .encode(present({ mcServiceId, result }), parties, messages.values)
    void around.send(wire, partner, request.cause, 'migration end response')
  }

  return {
    role: 'primaryServer',
    methods: ['MESSAGE', 'PUBLISH', 'REGISTER', 'SUBSCRIBE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => defective('retransmission-answered-twice'),
    receive(request) {
      const messages = around.messages.in(request.message)
      const message = messages.read(request.message)
      if (message?.name === 'migration request') return onMigrationRequest(request, message, messages)
      if (message?.name === 'service authorization request') return service.authorize(request, message, messages)
      if (message?.name === 'migration end request') return onMigrationEnd(request, message, messages)
      if (message?.name === 'private call request') return calls.receive(privateCallRequest(request, message, messages))
      if (message?.name === 'private call redirection') return calls.onRedirection(request, message)
      if (message?.name === 'group affiliation request') return groups.affiliate(request, message, messages)
      if (message?.name === 'group de-affiliation request') return groups.deaffiliate(request, message, messages)
      if (message?.name === 'affiliation status request') return status.receive(request, message, messages)
      return request.respond(refusing(messages.refusals.malformed, host))
    },
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (key === undefined) return unknownState
      if (name === 'servedInPrimary') return { known: true, holds: service.clientOf(key) !== undefined, values: {} }
      if (name === 'affiliated') return groups.state(key)
      if (name !== 'migrated') return unknownState
      const held = migrated.of(key)
      return { known: true, holds: held !== undefined, values: present({ ...held }) }
    },
    establish(name, mcServiceId, { partnerSystem, temporaryId }) {
      const key = keyOf(mcServiceId)
      if (name !== 'migrated' || key === undefined) return false
      migrated.set(key, { partnerSystem, temporaryId })
      return true
    },
    forget(mcServiceId) {
      calls.forget(mcServiceId)
      groups.forget(mcServiceId)
      service.forget(mcServiceId === undefined ? undefined : (keyOf(mcServiceId) ?? ''))
      if (mcServiceId === undefined) return migrated.clear()
      migrated.delete(keyOf(mcServiceId) ?? '')
    },
  }
}

/** Milliseconds between check and record (only ever by a defect). */
const checking = 20

const senderOf = (request: IncomingRequest): Peer => {
  const identity = readNameAddress(header(request.message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'
  return { ...request.origin, identity }
}

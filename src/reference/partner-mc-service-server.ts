import type { Decoded, IeValues } from '#bindings'
import { acknowledge } from '#bindings'
import { header } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { clientOf, reachedAt } from './client-of.ts'
import { affiliationStatus } from './affiliation-status.ts'
import { groupCommunications } from './group-communications.ts'
import { assertingNobody } from './flawed-session.ts'
import { faultIn, present } from './information-elements.ts'
import { withOneInformation } from './information-parts.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { IncomingRequest, McFunction, Surroundings } from './mc-function.ts'
import { partnerDeparture } from './partner-departure.ts'
import { partnerPrivateCalls } from './partner-private-calls.ts'
import { partnerAdmission } from './partner-admission.ts'
import type { Admission } from './partner-admission.ts'
import { privateCallRequest } from './private-call-request.ts'
import type { PartnerServerProvision } from './provision.ts'
import { isSuccess, refusalOf, refusing, worded } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import { alternativeOf } from './service-messages.ts'
import type { ServiceMessages } from './service-messages.ts'
import { visitors } from './visitors.ts'

/** A client that waits for the answer of its primary MC system: TR 23.781 6.x.1 between steps 3 and 10. */
interface Pending {
  readonly messages: ServiceMessages
  readonly request: IncomingRequest
  readonly ies: IeValues
  readonly user: McServiceId
  readonly temporaryId: string | undefined
  /** Call-ID of the migration request. */
  readonly callId: string
  readonly timer: { cancel(): void }
}

type Result = 'accepted' | 'refused' | 'unusable'

/** TR 23.781 6.x.1 steps 1 to 3, 10 and 11; MC service server B of TS 23.280 10.16.y.3. */
export function partnerMcServiceServer(provision: PartnerServerProvision, around: Surroundings): McFunction {
  const { defective, identity, host } = around
  const pending = boundedTable<Pending>(mostEntries, (oldest) => refuse(oldest, oldest.messages.refusals.overloaded))
  const authorized = visitors()
  const calls = partnerPrivateCalls(provision, authorized, around)
  const serves = (key: string): boolean => authorized.servedAs(key) !== undefined
  const groups = groupCommunications(provision.groups, serves, around)
  const status = affiliationStatus(groups.groupsOf, serves, around)
  const departure = partnerDeparture(provision, authorized, around)
  const admit = partnerAdmission(provision, around)
  /** Keys of the users for whom no answer came (only ever by a defect). */
  const lost = new Set<string>()
  let previous: { readonly key: string; readonly temporaryId: string } | undefined

  /** Steps 1 and 2. `executed`: what is asked for, if that is something else than what is checked (only ever by a defect). */
  async function authorize(
    request: IncomingRequest,
    message: Decoded,
    messages: ServiceMessages,
    executed?: Decoded,
  ): Promise<void> {
    const { ies } = message
    const known = keyOf(ies['mcServiceId']) ?? ''
    if (authorized.of(known) !== undefined && defective('unsolicited-response-accepted')) return answer(request, ies)
    const admission = renewal(message) ?? (await admit(message, messages))
    if (admission.kind !== 'admitted') answer(request, ies, admission.refusal)
    if (admission.kind === 'unusable') return
    if (admission.kind === 'refused' && !defective('request-leaves-after-local-refusal')) return
    if (lost.has(admission.user.key) && defective('lost-authorization-granted')) {
      authorized.admit({ user: admission.user, temporaryId: admission.temporaryId, client: reachedAt(request) })
      return answer(request, ies)
    }
    if (lost.has(admission.user.key) && defective('unanswered-migration-blocks-user'))
      return answer(request, ies, messages.refusals.overloaded)
    const user = readMcServiceId(executed?.ies['mcServiceId'] ?? '') ?? admission.user
    ask(request, executed?.ies ?? ies, user, executed?.ies['temporaryId'] ?? admission.temporaryId, messages)
  }

  /** Who is served already under the identity that is asked for, whatever the credentials (only ever by a defect). */
  function renewal(message: Decoded): Admission | undefined {
    if (!defective('served-user-renews-unchecked') || faultIn(message, ['mcServiceId', 'temporaryId']) !== undefined)
      return undefined
    const visitor = authorized.of(keyOf(message.ies['mcServiceId']) ?? '')
    const isSame = visitor !== undefined && keyOf(visitor.temporaryId) === keyOf(message.ies['temporaryId'])
    return isSame ? { kind: 'admitted', ...visitor } : undefined
  }

  /** Authorizes by the first of two documents what the second says. */
  function authorizeTwice(request: IncomingRequest, messages: ServiceMessages): Promise<void> | undefined {
    const [checked, executed] = ([0, 1] as const).map((kept) => {
      const one = withOneInformation(request.message, kept)
      return one && messages.read(one)
    })
    return checked && executed && authorize(request, checked, messages, executed)
  }

  /** Step 3. */
  function ask(
    request: IncomingRequest,
    ies: IeValues,
    user: McServiceId,
    temporaryId: string | undefined,
    messages: ServiceMessages,
  ): void {
    const { refusals } = messages
    const peer = provision.peers.get(user.system)
    if (peer === undefined) return answer(request, ies, refusals.unknownSystem)
    const asked = present({ ...migrationRequest(user, temporaryId), userProfileIndex: ies['userProfileIndex'] })
    const binding = messages.request('migration request')
    const written = binding.encode(asked, { from: identity, to: peer.identity, host }, messages.values)
    const wire = defective('asserts-another-identity') ? assertingNobody(written) : written
    const { callId, final } = around.send(wire, peer, request.cause, 'migration request')
    const timer = defective('pending-migration-without-timer')
      ? { cancel: () => undefined }
      : around.clock.after(around.migrationResponse, () => unanswered(callId))
    const waiting = { messages, request, ies, user, temporaryId, callId, timer }
    pending.set(callId, waiting)
    if (defective('grants-before-answer')) grant(waiting)
    void final.then((outcome) => {
      if (pending.get(callId) !== waiting) return
      if (outcome.kind !== 'response') refuse(waiting, refusals.noAnswer)
      else if (!isSuccess(outcome.message)) refuse(waiting, refusalOf(outcome.message, refusals))
    })
  }

  function migrationRequest(user: McServiceId, temporaryId: string | undefined): Record<string, string | undefined> {
    const asked = { mcServiceId: user.uri, temporaryId, partnerSystem: around.system }
    const other = previous?.key === user.key ? undefined : previous?.temporaryId
    if (temporaryId !== undefined) previous = { key: user.key, temporaryId }
    if (defective('temporary-identity-lost')) return { ...asked, temporaryId: undefined }
    if (defective('temporary-identity-swapped-between-users')) return { ...asked, temporaryId: other ?? temporaryId }
    if (defective('temporary-identity-sent-as-mc-service-id')) return { ...asked, mcServiceId: temporaryId ?? user.uri }
    if (defective('partner-system-missing')) return { ...asked, partnerSystem: undefined }
    return asked
  }

  function unanswered(callId: string): void {
    const waiting = pending.get(callId)
    if (waiting === undefined) return
    if (defective('grants-on-timeout')) return grant(waiting)
    if (defective('lost-authorization-granted') || defective('unanswered-migration-blocks-user'))
      lost.add(waiting.user.key)
    const { noAnswer } = waiting.messages.refusals
    if (defective('late-response-granted')) return answer(waiting.request, waiting.ies, noAnswer)
    refuse(waiting, noAnswer)
  }

  /** Step 10. */
  function conclude(request: IncomingRequest, message: Decoded, { refusals }: ServiceMessages): void {
    const named = readMcServiceId(message.ies['mcServiceId'] ?? '')
    const inReplyTo = header(request.message, 'In-Reply-To')
    const waiting = named === undefined ? undefined : awaitedBy(inReplyTo, named, message.ies['temporaryId'])
    if (named === undefined) return request.respond(refusing(refusals.malformed, host))
    if (waiting === undefined && defective('unsolicited-response-accepted')) return takeUnsolicited(request, named)
    if (waiting === undefined) return request.respond(refusing(refusals.notAwaited, host))
    const result = resultOf(message)
    request.respond(result === 'unusable' ? refusing(refusals.malformed, host) : acknowledge(request.message))
    decide(waiting, result)
  }

  /** Who waits for a migration response: it answers the request sent for that user, and names that user and identity. */
  function awaitedBy(
    inReplyTo: string | undefined,
    named: McServiceId,
    echoed: string | undefined,
  ): Pending | undefined {
    const sameSystem = (each: Pending): boolean => each.user.system === named.system
    if (defective('response-correlated-by-system')) return [...pending.values()].find(sameSystem)
    const answered = inReplyTo === undefined ? undefined : pending.get(inReplyTo)
    if (answered === undefined || defective('response-for-another-user-accepted')) return answered
    const sameIdentity = echoed === undefined || keyOf(echoed) === keyOf(answered.temporaryId)
    return answered.user.key === named.key && sameIdentity ? answered : undefined
  }

  function takeUnsolicited(request: IncomingRequest, named: McServiceId): void {
    request.respond(acknowledge(request.message))
    const waiting = [...pending.values()].find((each) => each.user.key === named.key)
    if (waiting !== undefined) grant(waiting)
    else authorized.admit({ user: named, temporaryId: undefined, client: undefined })
  }

  function resultOf(message: Decoded): Result {
    const fault = faultIn(message, ['mcServiceId', 'result'])
    const { result } = message.ies
    if (fault === undefined) return result === 'accepted' ? 'accepted' : 'refused'
    const absent = result === undefined && message.problems.length === 0
    if (absent && defective('response-without-result-accepted')) return 'accepted'
    if (!absent && defective('malformed-result-taken-as-accepted')) return 'accepted'
    around.say(`${around.name}: migration response refused: ${fault}`)
    return 'unusable'
  }

  function decide(waiting: Pending, result: Result): void {
    const { refusals } = waiting.messages
    if (result === 'accepted' && defective('refuses-though-accepted'))
      return refuse(waiting, refusals.userAuthorisation)
    if (result === 'refused' && defective('grants-in-spite-of-primary-refusal')) return grant(waiting)
    switch (result) {
      case 'accepted':
        return grant(waiting)
      case 'refused':
        authorized.dismiss(waiting.user.key)
        return refuse(waiting, refusals.userAuthorisation)
      case 'unusable':
        if (!defective('unusable-response-leaves-entry')) return refuse(waiting, refusals.noAnswer)
        waiting.timer.cancel()
        return answer(waiting.request, waiting.ies, refusals.noAnswer)
    }
  }

  /** Step 11. */
  function grant(waiting: Pending): void {
    release(waiting)
    const { user, request } = waiting
    const other = [...pending.values()].find((each) => each.user.key !== user.key)
    const crossed = defective('temporary-identity-of-pending-user') ? other?.temporaryId : undefined
    const temporaryId = crossed ?? waiting.temporaryId
    authorized.admit({ user, temporaryId, client: reachedAt(request) })
    answer(waiting.request, { ...waiting.ies, ...present({ temporaryId }) })
  }

  function refuse(waiting: Pending, refusal: Refusal): void {
    release(waiting)
    answer(waiting.request, waiting.ies, refusal)
  }

  function release(waiting: Pending): void {
    waiting.timer.cancel()
    pending.delete(waiting.callId)
  }

  function answer(request: IncomingRequest, ies: IeValues, refusal?: Refusal): void {
    const message = 'migration service authorization response'
    const { values, response } = around.messages.in(request.message)
    const binding = response(message, alternativeOf(request.method))
    const parties = { ...clientOf(request), from: identity, host }
    const user = readMcServiceId(ies['mcServiceId'] ?? '')
    const misnamed = user !== undefined && defective('answer-names-another-user') ? anotherUserOf(user) : undefined
    const mcServiceId = misnamed ?? ies['mcServiceId']
    const granted = present({ mcServiceId, temporaryId: ies['temporaryId'], result: 'accepted' })
    if (refusal === undefined) return request.respond(binding.encode(granted, parties, values, ies))
    const refused = present({ mcServiceId, result: 'refused' })
    request.respond(binding.encode(refused, parties, { ...values, ...worded(refusal) }, ies))
  }

  return {
    role: 'partnerServer',
    methods: ['PUBLISH', 'REGISTER', 'SUBSCRIBE', 'MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
    takesRetransmissionAsNew: () => defective('retransmission-handled-as-new'),
    receive(request) {
      const messages = around.messages.in(request.message)
      const message = messages.read(request.message)
      switch (message?.name) {
        case 'migration service authorization request': {
          const twice = defective('second-information-executed') ? authorizeTwice(request, messages) : undefined
          return twice ?? authorize(request, message, messages)
        }
        case 'service authorization request':
          // Who names no identity of migration is no user of this MC system.
          return request.respond(refusing(messages.refusals.serviceAuthorisationFailed, host))
        case 'migration response':
          return conclude(request, message, messages)
        case 'private call request':
          return calls.receive(privateCallRequest(request, message, messages))
        case 'migration service de-authorization request':
          return departure.leave(request, message, messages)
        case 'migration end notification':
          return departure.onReturn(request, message, messages)
        case 'migration end response':
          return departure.conclude(request, message, messages)
        case 'group affiliation request':
          return groups.affiliate(request, message, messages)
        case 'group de-affiliation request':
          return groups.deaffiliate(request, message, messages)
        case 'affiliation status request':
          return status.receive(request, message, messages)
        case 'private call redirection':
          return calls.onRedirection(request, message)
        case undefined:
        default:
          return request.respond(refusing(messages.refusals.malformed, host))
      }
    },
    state(name, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (name === 'affiliated' && key !== undefined) return groups.state(key)
      if (name !== 'serviceAuthorized' || key === undefined) return unknownState
      const held = authorized.of(key)
      if (held === undefined) return { known: true, holds: false, values: {} }
      const { temporaryId } = held
      return { known: true, holds: true, values: present({ partnerSystem: around.system, temporaryId }) }
    },
    establish(name, mcServiceId, { temporaryId }, client) {
      const user = readMcServiceId(mcServiceId)
      if (name !== 'serviceAuthorized' || user === undefined) return false
      authorized.admit({ user, temporaryId, client })
      return true
    },
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      for (const waiting of pending.values()) {
        if (mcServiceId === undefined || waiting.user.key === key) refuse(waiting, waiting.messages.refusals.noAnswer)
      }
      groups.forget(authorized.of(key ?? '')?.temporaryId ?? mcServiceId)
      calls.forget(authorized.of(key ?? '')?.temporaryId ?? mcServiceId)
      departure.forget(mcServiceId === undefined ? undefined : (key ?? ''))
      lost.clear()
      if (mcServiceId === undefined) authorized.clear()
      else authorized.dismiss(key ?? '')
    },
  }
}

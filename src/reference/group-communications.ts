import type { Decoded, IeValues, WireRequest } from '#bindings'
import { boundedTable } from './bounded-table.ts'
import { clientOf, reachedAt } from './client-of.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Peer, Session, StateAnswer, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import type { GroupsProvision } from './provision.ts'
import { isSuccess } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** What a client of a user has published. */
interface Affiliation {
  /** Keys of the groups, as the request named them. */
  readonly groups: ReadonlyMap<string, string>
  /** Key of the user. */
  readonly user: string
}

/** Affiliation to MC service groups, and late entry into their ongoing calls (TS 24.379 9.2.2 and 10.1.1). */
export interface GroupCommunications {
  affiliate(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  deaffiliate(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  /** The groups of a user, by the key of an identity. */
  groupsOf(user: string): readonly string[]
  state(user: string): StateAnswer
  /** Of all users, or of one. */
  forget(mcServiceId?: string): void
}

/** `serves` says whether a user, by the key of an identity, is served here. */
export function groupCommunications(
  groups: GroupsProvision,
  serves: (key: string) => boolean,
  around: Surroundings,
): GroupCommunications {
  const { host, identity, defective } = around
  const affiliations = boundedTable<Affiliation>(mostEntries)
  /** The legs of group calls, by user and group. */
  const legs = boundedTable<Session>(mostEntries, (oldest) => oldest.leave())
  const groupsOf = (user: string): readonly string[] => [...(affiliations.get(user)?.groups.values() ?? [])]
  const legOf = (user: string, group: string): string => `${user} ${group}`

  function answer(
    kind: 'affiliation' | 'de-affiliation',
    request: IncomingRequest,
    { ies }: Decoded,
    messages: ServiceMessages,
    refusal?: Refusal,
  ): void {
    const binding = messages.response(`group ${kind} response`)
    const parties = { ...clientOf(request), from: identity, host }
    const result = refusal === undefined ? 'accepted' : 'refused'
    request.respond(binding.encode({ result }, parties, messages.values, ies, refusal))
  }

  function refusalOfAffiliation(user: string, group: string, { refusals }: ServiceMessages): Refusal | undefined {
    const known = groups.get(group)
    if (defective('affiliation-refused')) return refusals.notGroupMember
    if (!serves(user) && !defective('affiliation-without-service-authorization')) return refusals.unknownUser
    if (known === undefined)
      return defective('affiliation-to-unknown-group-accepted') ? undefined : refusals.noSuchGroup
    if (known.members.has(user) || defective('group-membership-unchecked')) return undefined
    return refusals.notGroupMember
  }

  function named(ies: IeValues): IeValues {
    const wrong = (value: string | undefined): string | undefined => {
      const id = readMcServiceId(value ?? '')
      return id === undefined ? value : anotherUserOf(id)
    }
    if (defective('late-entry-into-another-group')) return present({ ...ies, groupId: wrong(ies['groupId']) })
    if (defective('late-entry-of-another-user')) return present({ ...ies, mcServiceId: wrong(ies['mcServiceId']) })
    return ies
  }

  function ofSessionType(wire: WireRequest): WireRequest {
    if (!defective('late-entry-of-another-session-type') || wire.body === undefined) return wire
    return { ...wire, body: Buffer.from(Buffer.from(wire.body).toString('utf8').replace('>prearranged<', '>chat<')) }
  }

  /** The affiliated client is called into the ongoing call. */
  function callIn(request: IncomingRequest, { ies }: Decoded, messages: ServiceMessages, leg: string): void {
    const client: Peer = reachedAt(request)
    const parties = { ...ownParties(around, client.transport), to: client.identity, leg: 'to-client' as const }
    const wire = messages.request('group call request').encode(named(ies), parties, messages.values)
    const invitation = around.invite(ofSessionType(wire), client, request.cause, 'group call request')
    void invitation.final.then((outcome) => {
      const { session } = invitation
      if (outcome.kind !== 'response' || !isSuccess(outcome.message) || session === undefined) {
        around.say(`${around.name}: the client was not called into the group call: ${outcome.kind}`)
        return
      }
      legs.get(leg)?.leave()
      legs.set(leg, session)
      session.onRequest = (incoming) => {
        if (incoming.method !== 'BYE')
          return incoming.respond({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', 'ACK, BYE']] })
        incoming.respond({ status: 200, reason: 'OK', headers: [] })
        over(leg)
      }
    })
  }

  function over(leg: string): void {
    legs.get(leg)?.leave()
    legs.delete(leg)
  }

  /** Who is affiliated no longer is in no call of the group. */
  function release(leg: string, request: IncomingRequest, messages: ServiceMessages): void {
    const session = legs.get(leg)
    if (session === undefined) return
    legs.delete(leg)
    const parties = { ...ownParties(around), to: identity }
    const wire = messages.request('group call end request').encode({}, parties, messages.values)
    void session.request(wire, request.cause, 'group call end request').final.then(() => session.leave())
  }

  return {
    affiliate(request, message, messages) {
      const fault = faultIn(message, ['mcServiceId', 'groupId'])
      if (fault !== undefined) {
        around.say(`${around.name}: group affiliation request refused: ${fault}`)
        return answer('affiliation', request, message, messages, messages.refusals.malformed)
      }
      const { mcServiceId, groupId = '' } = message.ies
      const [user, group] = [keyOf(mcServiceId) ?? '', keyOf(groupId) ?? '']
      const refusal = refusalOfAffiliation(user, group, messages)
      if (refusal !== undefined) {
        answer('affiliation', request, message, messages, refusal)
        if (defective('late-entry-without-affiliation')) callIn(request, message, messages, legOf(user, group))
        return
      }
      // What is published replaces what was published before.
      for (const former of affiliations.get(user)?.groups.keys() ?? [])
        if (former !== group) release(legOf(user, former), request, messages)
      if (!defective('affiliation-forgotten')) affiliations.set(user, { user, groups: new Map([[group, groupId]]) })
      answer('affiliation', request, message, messages)
      const leg = legOf(user, group)
      if (defective('late-entry-missing')) return
      if (groups.get(group)?.ongoing === true && legs.get(leg) === undefined) callIn(request, message, messages, leg)
    },
    deaffiliate(request, message, messages) {
      const fault = faultIn(message, ['mcServiceId'])
      if (fault !== undefined) {
        around.say(`${around.name}: group de-affiliation request refused: ${fault}`)
        return answer('de-affiliation', request, message, messages, messages.refusals.malformed)
      }
      const user = keyOf(message.ies['mcServiceId']) ?? ''
      const unknown = !serves(user) && !defective('deaffiliation-of-unknown-user-accepted')
      if (unknown || defective('deaffiliation-refused'))
        return answer('de-affiliation', request, message, messages, messages.refusals.unknownUser)
      if (defective('deaffiliation-ignored')) return answer('de-affiliation', request, message, messages)
      const former = [...(affiliations.get(user)?.groups.keys() ?? [])]
      affiliations.delete(user)
      answer('de-affiliation', request, message, messages)
      if (defective('leg-kept-after-deaffiliation')) return
      for (const group of former) release(legOf(user, group), request, messages)
    },
    groupsOf,
    state(user) {
      const [groupId] = groupsOf(user)
      return { known: true, holds: groupId !== undefined, values: present({ groupId }) }
    },
    forget(mcServiceId) {
      const forgotten = keyOf(mcServiceId)
      for (const { user, groups: of } of [...affiliations.values()]) {
        if (mcServiceId !== undefined && user !== forgotten) continue
        for (const group of of.keys()) over(legOf(user, group))
        affiliations.delete(user)
      }
    },
  }
}

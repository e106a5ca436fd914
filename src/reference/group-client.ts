import type { Decoded, IeValues } from '#bindings'
import { boundedTable } from './bounded-table.ts'
import { clientContact, clientParties } from './client-identity.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Sent, Session, Stimulus, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import { isSuccess } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'
import { clientOf } from './client-of.ts'

/** An MC service client that affiliates to groups and is called into their calls (TS 24.379 9.2.1 and 10.1.1). */
export interface GroupClient {
  /** Affiliates, or de-affiliates. */
  publish(stimulus: Stimulus): Sent
  receive(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  forget(mcServiceId?: string): void
}

/** `series` counts the requests of one kind. */
export function groupClient(around: Surroundings, series: (what: string) => number): GroupClient {
  const { seed, name, host, defective } = around
  /** The group that a user is affiliated to, by the key of the user. */
  const affiliated = boundedTable<string>(mostEntries)
  const calls = boundedTable<{ readonly session: Session; readonly user: string }>(mostEntries, (oldest) =>
    oldest.session.leave(),
  )

  function answer(
    request: IncomingRequest,
    { ies }: Decoded,
    messages: ServiceMessages,
    refusal?: Refusal,
  ): Session | undefined {
    const binding = messages.response('group call response')
    const key = keyOf(ies['mcServiceId']) ?? ''
    const { transport } = request.origin
    const parties = {
      ...ownParties(around, transport),
      to: clientOf(request).to,
      contact: clientContact(around, key, transport),
      answered: request.message,
    }
    const result = refusal === undefined ? 'accepted' : 'refused'
    const response = binding.encode({ result }, parties, messages.values, ies, refusal)
    if (refusal === undefined) return request.accept(response)
    request.respond(response)
    return undefined
  }

  function wished(ies: IeValues, key: string): IeValues {
    const wrong = (value: string | undefined): string | undefined => {
      const id = readMcServiceId(value ?? '')
      return id === undefined ? value : anotherUserOf(id)
    }
    if (defective('deaffiliation-lists-group'))
      return present({ ...ies, groupId: ies['groupId'] ?? affiliated.get(key) })
    if (ies['groupId'] === undefined) return ies
    if (defective('affiliates-to-another-group')) return present({ ...ies, groupId: wrong(ies['groupId']) })
    if (defective('affiliates-another-user')) return present({ ...ies, mcServiceId: wrong(ies['mcServiceId']) })
    return ies
  }

  return {
    publish(stimulus) {
      const { action, ies, towards } = stimulus
      const messages = around.messages.of(stimulus.service)
      const user = ies['mcServiceId'] ?? around.identity
      const key = keyOf(user) ?? user
      const cseq = series(stimulus.callId ?? `${action} ${key}`)
      const callId = stimulus.callId ?? `${derivedIdentifier(seed, name, key, action, String(cseq))}@${host}`
      const parties = clientParties(around, key, user, { towards })
      const lists = action === 'group de-affiliation request' && defective('deaffiliation-lists-group')
      const binding = messages.request(lists ? 'group affiliation request' : action)
      const wire = binding.encode(wished(ies, key), parties, messages.values)
      const group = keyOf(ies['groupId'])
      const sent = around.send(wire, towards, callId, `${action} ${cseq}`, { callId, cseq })
      void sent.final.then((outcome) => {
        const accepted = outcome.kind === 'response' && isSuccess(outcome.message)
        if (!accepted || group === undefined || action !== 'group affiliation request') affiliated.delete(key)
      })
      // The server may call before its answer to this has been taken in.
      if (group === undefined) affiliated.delete(key)
      else affiliated.set(key, group)
      return sent
    },
    receive(request, message, messages) {
      const { refusals } = messages
      const fault = faultIn(message, ['mcServiceId', 'groupId'])
      if (fault !== undefined) {
        around.say(`${around.name}: group call request refused: ${fault}`)
        answer(request, message, messages, refusals.malformed)
        return
      }
      const user = keyOf(message.ies['mcServiceId']) ?? ''
      if (defective('group-call-declined')) {
        answer(request, message, messages, refusals.declined)
        return
      }
      const own = affiliated.get(user) === keyOf(message.ies['groupId'])
      if (!own && !defective('calls-of-other-groups-accepted')) {
        answer(request, message, messages, refusals.notAffiliated)
        return
      }
      const session = answer(request, message, messages)
      if (session === undefined) return
      calls.set(session.callId, { session, user })
      const over = (): void => {
        session.leave()
        calls.delete(session.callId)
      }
      session.onRequest = (incoming) => {
        if (incoming.method !== 'BYE')
          return incoming.respond({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', 'ACK, BYE']] })
        if (defective('group-call-end-not-answered')) return
        incoming.respond({ status: 200, reason: 'OK', headers: [] })
        over()
      }
      // RFC 3261 13.3.1.4.
      session.onUnacknowledged = () => {
        const end = 'group call end request'
        const bye = messages.request(end).encode({}, { ...ownParties(around), to: around.identity }, messages.values)
        void session.request(bye, request.cause, end).final.then(over)
      }
    },
    forget(mcServiceId) {
      const forgotten = keyOf(mcServiceId)
      for (const { session, user } of [...calls.values()]) {
        if (mcServiceId !== undefined && user !== forgotten) continue
        session.leave()
        calls.delete(session.callId)
      }
      if (forgotten === undefined) affiliated.clear()
      else affiliated.delete(forgotten)
    },
  }
}

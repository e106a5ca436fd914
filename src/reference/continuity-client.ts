import type { Decoded, IeValues, Parties } from '#bindings'
import { acknowledge } from '#bindings'
import { header } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { clientContact, clientIdentity } from './client-identity.ts'
import { present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Invitation, Sent, Session, Stimulus, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import { refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

type ContinuityAction = 'call continuity request' | 'group call join request' | 'group call leave request'

/** An MC service client that changes from an IOPS MC system to the primary one (TR 23.778 6.X.2 steps 2 and 7). */
export interface ContinuityClient {
  /** Throws when what is to end is not there. */
  stimulate(stimulus: Stimulus & { readonly action: ContinuityAction }): Sent
  /** Step 2b. */
  onContinuityResponse(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  forget(mcServiceId?: string): void
}

/** `series` counts the requests of one kind. */
export function continuityClient(around: Surroundings, series: (what: string) => number): ContinuityClient {
  const { defective } = around
  /** Users by the Call-ID of their call continuity request. */
  const asked = boundedTable<string>(mostEntries)
  const calls = boundedTable<{ readonly invitation: Invitation; readonly user: string }>(
    mostEntries,
    ({ invitation }) => invitation.session?.leave(),
  )

  function partiesOf(stimulus: Stimulus, user: string): Parties {
    const key = keyOf(user) ?? user
    return {
      ...ownParties(around, stimulus.towards.transport),
      from: user,
      to: stimulus.towards.identity,
      user,
      contact: clientContact(around, key, stimulus.towards.transport),
      clientId: stimulus.clientId ?? clientIdentity(around, key),
      leg: 'from-client',
    }
  }

  function begin(stimulus: Stimulus, user: string) {
    const key = keyOf(user) ?? user
    const cseq = series(stimulus.callId ?? `${stimulus.action} of ${key}`)
    const given = stimulus.callId === undefined ? undefined : { callId: stimulus.callId, cseq }
    return { given, cause: stimulus.callId ?? `${stimulus.action} of ${key} ${cseq}` }
  }

  /** Step 2a. */
  function request(stimulus: Stimulus): Sent {
    const messages = around.messages.of(stimulus.service)
    const user = stimulus.ies['mcServiceId'] ?? around.identity
    const ies = requested(stimulus)
    const wire = messages.request(stimulus.action).encode(ies, partiesOf(stimulus, user), messages.values)
    const { cause, given } = begin(stimulus, user)
    const sent = around.send(wire, stimulus.towards, cause, stimulus.action, given)
    asked.set(sent.callId, keyOf(user) ?? user)
    return sent
  }

  const another = (ies: IeValues, names: readonly string[]): IeValues =>
    Object.fromEntries(
      Object.entries(ies).map(([ie, value]) => {
        const id = names.includes(ie) ? readMcServiceId(value) : undefined
        return [ie, id === undefined ? value : anotherUserOf(id)]
      }),
    )

  function requested({ ies, towards }: Stimulus): IeValues {
    if (defective('continuity-requested-for-another-user')) return another(ies, ['mcServiceId'])
    if (defective('continuity-requested-for-another-communication')) return another(ies, ['groupId', 'otherUser'])
    if (defective('continuity-request-without-communication'))
      return present({ ...ies, groupId: undefined, otherUser: undefined })
    if (defective('continuity-request-without-former-server')) return present({ ...ies, formerServer: undefined })
    if (defective('continuity-request-names-primary-server')) return { ...ies, formerServer: towards.identity }
    return ies
  }

  /** Step 7. */
  function join(stimulus: Stimulus): Sent {
    const messages = around.messages.of(stimulus.service)
    const user = stimulus.ies['mcServiceId'] ?? around.identity
    const key = keyOf(user) ?? user
    const anew = [...asked.values()].includes(key)
    const wrong = anew && defective('joins-another-communication')
    const named = wrong ? another(stimulus.ies, ['groupId']) : stimulus.ies
    const calm = anew && defective('emergency-lost-in-join')
    const ies = calm ? present({ ...named, emergencyIndicator: undefined }) : named
    const written = messages.request(stimulus.action).encode(ies, partiesOf(stimulus, user), messages.values)
    const plain = anew && defective('join-without-resource-priority')
    const wire = plain
      ? { ...written, headers: written.headers.filter(([name]) => name !== 'Resource-Priority') }
      : written
    const { cause, given } = begin(stimulus, user)
    const invitation = around.invite(wire, stimulus.towards, cause, stimulus.action, given)
    calls.set(invitation.callId, { invitation, user: key })
    void invitation.final.then(() => {
      const { session } = invitation
      if (session === undefined) return void calls.delete(invitation.callId)
      session.onRequest = (inside) => {
        inside.respond({ status: 200, reason: 'OK', headers: [] })
        over(session)
      }
    })
    return invitation
  }

  function over(session: Session): void {
    session.leave()
    calls.delete(session.callId)
  }

  function leave(stimulus: Stimulus): Sent {
    const messages = around.messages.of(stimulus.service)
    const { session } = (stimulus.callId === undefined ? undefined : calls.get(stimulus.callId)?.invitation) ?? {}
    if (session === undefined) throw new Error('no such group call is established')
    const own = { ...ownParties(around), to: stimulus.towards.identity }
    const wire = messages.request(stimulus.action).encode({}, own, messages.values)
    const sent = session.request(wire, session.callId, stimulus.action)
    void sent.final.then(() => over(session))
    return sent
  }

  return {
    stimulate(stimulus): Sent {
      switch (stimulus.action) {
        case 'call continuity request':
          return request(stimulus)
        case 'group call join request':
          return join(stimulus)
        case 'group call leave request':
          return leave(stimulus)
      }
    },
    onContinuityResponse(incoming, message, messages) {
      const user = asked.get(header(incoming.message, 'In-Reply-To') ?? '')
      const awaited = user !== undefined && user === keyOf(message.ies['mcServiceId'])
      incoming.respond(awaited ? acknowledge(incoming.message) : refusing(messages.refusals.notAwaited, around.host))
    },
    forget(mcServiceId) {
      const forgotten = keyOf(mcServiceId)
      for (const { invitation, user } of [...calls.values()]) {
        if (mcServiceId !== undefined && user !== forgotten) continue
        invitation.session?.leave()
        calls.delete(invitation.callId)
      }
    },
  }
}

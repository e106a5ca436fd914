import type { IeValues, Parties } from '#bindings'
import { boundedTable } from './bounded-table.ts'
import { present } from './information-elements.ts'
import { keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { Surroundings } from './mc-function.ts'
import { ownParties, refuseCall, senderOf } from './private-call-request.ts'
import type { PrivateCallRequest } from './private-call-request.ts'
import { isSuccess } from './refusal.ts'

/** Where a called user is to be called instead. */
interface Whereabouts {
  readonly redirectedTo: string
  readonly securityDomain: string | undefined
}

/** TS 23.280 10.16.y.3 step 3 at an MC service server. */
export interface PrivateCallRedirection {
  /** Tells the calling client, and waits for the release of its request. */
  redirect(call: PrivateCallRequest, whereabouts: Whereabouts): void
  /** Refuses what still waits for its release: of all users, or of one. */
  forget(mcServiceId?: string): void
}

/** A private call request that its sender has been told to release. */
interface Redirected {
  readonly call: PrivateCallRequest
  readonly users: readonly (string | undefined)[]
  readonly timer: { cancel(): void }
}

/** Milliseconds a client has for the release; as long as a SIP transaction lasts (RFC 3261 table 4, 64*T1). */
const longestRelease = 32_000

export function privateCallRedirection(
  around: Surroundings,
  altered: (told: IeValues) => IeValues = (told) => told,
): PrivateCallRedirection {
  const { defective } = around
  const waiting = boundedTable<Redirected>(mostEntries, conclude)

  function redirect(call: PrivateCallRequest, whereabouts: Whereabouts): void {
    const { request, messages, ies } = call
    const { refusals, values } = messages
    const secured = needsSecurityDomain(ies, whereabouts.redirectedTo)
    // Table 10.16.y.2-1, NOTE: without the security domain there would be no end-to-end encryption.
    if (secured && whereabouts.securityDomain === undefined)
      return refuseCall(call, refusals.securityDomainUnknown, around)
    const { callingParty, calledParty } = ies
    const { redirectedTo } = whereabouts
    const securityDomain = secured ? whereabouts.securityDomain : undefined
    const told = altered(present({ callingParty, calledParty, redirectedTo, securityDomain, reason: 'migrated' }))
    const parties = {
      ...ownParties(around, request.origin.transport),
      leg: 'to-client' as const,
      inReplyTo: request.callId,
      user: ies['callingParty'] ?? call.sender,
    }
    if (messages.carrier(name) === 'response') {
      const binding = messages.response(name)
      return request.respond(binding.encode(told, { ...parties, to: call.sender }, values, ies))
    }
    if (request.method === 'INVITE') awaitRelease(call)
    else request.respond({ status: 202, reason: 'Accepted', headers: [] })
    tell(call, told, parties)
  }

  function tell(call: PrivateCallRequest, told: IeValues, parties: Omit<Parties, 'to'>): void {
    const { request, messages } = call
    const client = senderOf(call)
    const wire = messages.request(name).encode(told, { ...parties, to: client.identity }, messages.values)
    void around.send(wire, client, request.cause, name).final.then((outcome) => {
      if (outcome.kind === 'response' && isSuccess(outcome.message)) return
      const redirected = waiting.get(request.callId)
      if (redirected?.call === call) conclude(redirected)
    })
  }

  function awaitRelease(call: PrivateCallRequest): void {
    const { request, ies } = call
    const users = [keyOf(ies['callingParty']), keyOf(ies['calledParty'])]
    const redirected = { call, users, timer: around.clock.after(longestRelease, () => conclude(redirected)) }
    waiting.set(request.callId, redirected)
    request.onCancelled = () => {
      if (defective('released-request-kept')) return
      redirected.timer.cancel()
      waiting.delete(request.callId)
      request.respond({ status: 487, reason: 'Request Terminated', headers: [] })
    }
  }

  function conclude(redirected: Redirected): void {
    const { call, timer } = redirected
    timer.cancel()
    waiting.delete(call.request.callId)
    refuseCall(call, call.messages.refusals.notTakenUp, around)
  }

  return {
    redirect,
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      for (const each of [...waiting.values()])
        if (mcServiceId === undefined || each.users.includes(key)) conclude(each)
    },
  }
}

/**
 * Whether a redirection must say the security domain (TS 23.280 table 10.16.y.2-1, NOTE): where end-to-end encryption is
 * asked for, and the identity is not of the calling party's own MC system, whose security domain the caller has.
 */
export function needsSecurityDomain(ies: IeValues, redirectedTo: string): boolean {
  const system = readMcServiceId(redirectedTo)?.system
  return ies['endToEndSecurity'] !== undefined && system !== readMcServiceId(ies['callingParty'] ?? '')?.system
}

const name = 'private call redirection'

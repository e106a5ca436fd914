import type { Surroundings } from './mc-function.ts'
import { privateCallForwarding } from './private-call-forwarding.ts'
import { privateCallRedirection } from './private-call-redirection.ts'
import { partiesOrRefusal, refuseCall } from './private-call-request.ts'
import type { CallParties, PrivateCallRequest } from './private-call-request.ts'
import type { PassingPrivateCalls } from './private-calls.ts'
import type { PartnerServerProvision } from './provision.ts'
import type { Visitors } from './visitors.ts'

/** TS 23.280 10.16.y.3 step 5 at the partner MC system: the terminating participating function (TS 24.379 11.1.1.4), and the originating one of visitors. */
export function partnerPrivateCalls(
  provision: PartnerServerProvision,
  present: Visitors,
  around: Surroundings,
): PassingPrivateCalls {
  const { defective } = around
  const redirection = privateCallRedirection(around, (told) =>
    defective('departed-user-redirected-to-former-identity')
      ? { ...told, redirectedTo: told['calledParty'] ?? '' }
      : told,
  )
  const forwarding = privateCallForwarding(
    {
      floorControlDropped: 'partner-server-floor-control-dropped',
      commencementDropped: 'partner-server-commencement-mode-dropped',
      refusedStreamsDropped: 'refused-streams-left-out',
      answersFirst: 'partner-server-answers-before-called-client',
      refusalTurned: 'partner-server-call-refusal-reported-as-accepted',
      endRequestKept: 'partner-server-end-request-kept',
      endResponseLost: 'partner-server-end-response-lost',
      releaseReasonDropped: 'partner-server-release-reason-dropped',
      floorControlNotTaken: 'partner-server-floor-control-not-taken',
      calledHomeShown: 'partner-server-home-identity-shown',
      callingHomeShown: 'visiting-caller-home-identity-shown',
    },
    around,
    (key) => present.servedAs(key)?.user.uri,
  )
  /** Keys of those who were called here before (only ever by a defect). */
  const calledBefore = new Set<string>()

  /** TS 23.280 10.16.4.2 step 6: a visitor calls a user of another MC system, by the identity that was given here. */
  function fromVisitor(call: PrivateCallRequest, { calling, called }: CallParties): void {
    const { refusals } = call.messages
    const caller = present.servedAs(calling.key)
    if (caller === undefined) return refuseCall(call, refusals.unknownUser, around)
    if (defective('call-of-visitor-refused')) return refuseCall(call, refusals.noPrivateCalls, around)
    const next = provision.partners.get(called.system) ?? provision.peers.get(called.system)
    if (next === undefined) return refuseCall(call, refusals.unknownUser, around)
    const primary = defective('call-of-visitor-by-primary-identity') ? caller.user.uri : undefined
    const callingParty = primary ?? call.ies['callingParty'] ?? ''
    forwarding.forward(call, { next, leg: 'between-servers', ies: { ...call.ies, callingParty } })
  }

  /** Consecutive migration: who has left is to be called by the identity of the primary MC system. */
  function toPrimary(call: PrivateCallRequest, redirectedTo: string): void {
    if (defective('departed-user-not-redirected')) return refuseCall(call, call.messages.refusals.unknownUser, around)
    redirection.redirect(call, { redirectedTo, securityDomain: undefined })
  }

  return {
    receive(call) {
      const parties = partiesOrRefusal(call, around)
      if (parties === undefined) return
      const { key, system } = parties.called
      if (system !== around.system) return fromVisitor(call, parties)
      if (calledBefore.has(key)) return refuseCall(call, call.messages.refusals.mostCalls, around)
      if (defective('ended-call-not-forgotten')) calledBefore.add(key)
      const departed = present.departedFrom(key)
      if (departed !== undefined && !defective('departed-user-still-called')) return toPrimary(call, departed.user.uri)
      const own = (present.servedAs(key) ?? departed)?.client
      const crossed = own !== undefined && defective('another-visiting-client-called')
      const lost = own === undefined && defective('unknown-visitor-called')
      const next = crossed || lost ? (present.latestBut(key)?.client ?? own) : own
      if (next === undefined && defective('absent-visitor-unhandled')) throw new TypeError(`${key} is reached nowhere`)
      if (next === undefined) return refuseCall(call, call.messages.refusals.unknownUser, around)
      forwarding.forward(call, { next, leg: 'to-client', ies: call.ies })
    },
    onRedirection: forwarding.onRedirection,
    forget(mcServiceId) {
      calledBefore.clear()
      redirection.forget(mcServiceId)
      forwarding.forget(mcServiceId)
    },
  }
}

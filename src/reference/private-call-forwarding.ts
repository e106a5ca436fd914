import { acknowledge } from '#bindings'
import type { Decoded, IeValues, Parties, WireRequest } from '#bindings'
import type { Outcome } from '#stack/sip'
import { header, readNameAddress, splitList, statusOf } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import type { DefectName } from './defects.ts'
import { withInnerStreams, withUnknownParts, withUnlistedHeaders, withUserAgent } from './flawed-passing.ts'
import { nobody } from './flawed-session.ts'
import type { AnswerFlaw } from './flawed-session.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Invitation, Peer, Session, Surroundings } from './mc-function.ts'
import { privateCallEnd } from './private-call-end.ts'
import { acceptCall, ownParties, refuseCall, senderOf } from './private-call-request.ts'
import type { PrivateCallRequest } from './private-call-request.ts'
import { callRefusalOf, isSuccess, refusing } from './refusal.ts'

/** Where a private call goes on, and what it says there. */
interface Onward {
  readonly next: Peer
  readonly leg: 'between-servers' | 'to-client'
  readonly ies: IeValues
}

/** What can be wrong with a forwarding on demand; a role names the defects it has. */
type ForwardingFlaw =
  | 'calledPartyRewritten'
  | 'securityDomainDropped'
  | 'floorControlDropped'
  | 'commencementDropped'
  | 'requestHostLeaked'
  | 'responseHostLeaked'
  | 'answersFirst'
  | 'refusalTurned'
  | 'divertedTaken'
  | 'endRequestKept'
  | 'endResponseLost'
  | 'callsCrossed'
  | 'redirectionKept'
  | 'releaseKept'
  | 'releaseReasonDropped'
  | 'endRequestRefused'
  | 'endRequestAstray'
  | AnswerFlaw
  | 'innerStreamKept'
  | 'reasonKept'
  | 'refusalBodyKept'
  | 'unknownPartKept'
  | 'unlistedHeaderKept'
  | 'userAgentKept'
  | 'calledHomeShown'
  | 'callingHomeShown'

export type ForwardingFlaws = Readonly<Partial<Record<ForwardingFlaw, DefectName>>>

/** The private calls that pass an MC service server or a gateway server. */
export interface PrivateCallForwarding {
  forward(call: PrivateCallRequest, onward: Onward): void
  /** A redirection of a server further on goes back to who calls. */
  onRedirection(request: IncomingRequest, message: Decoded): void
  /** Ends what waits and forgets the rest: of all users, or of one. */
  forget(mcServiceId?: string): void
}

interface ForwardedCall {
  readonly incoming: PrivateCallRequest
  readonly users: readonly (string | undefined)[]
  readonly invitation: Invitation
  readonly timer: { cancel(): void }
  /** The side of the calling client, once it is answered. */
  caller: Session | undefined
  /** The side of the called client, once it has answered. */
  called: Session | undefined
  ending: boolean
}

/**
 * TS 23.280 10.16.y.3 step 5: a private call passes as two dialogs with a user agent between them (TS 24.379 6.3, 6.8).
 * Each leg is written anew from the information elements, so that nothing of the one is seen on the other.
 */
export function privateCallForwarding(
  flaws: ForwardingFlaws,
  around: Surroundings,
  /** The identity in the primary MC system of who is served under that one (only ever for a defect). */
  homeOf: (key: string) => string | undefined = () => undefined,
): PrivateCallForwarding {
  const calls = boundedTable<ForwardedCall>(mostEntries, giveUp)
  /** The requests that were sent on, by the Call-ID under which they were. */
  const asked = boundedTable<PrivateCallRequest>(mostEntries)
  /** Called users whose call was cancelled, by their keys (only ever by a defect). */
  const engaged = boundedTable<true>(mostEntries)
  const end = privateCallEnd(around)
  const flawed = (flaw: ForwardingFlaw): boolean => {
    const name = flaws[flaw]
    return name !== undefined && around.defective(name)
  }

  function forward(incoming: PrivateCallRequest, { next, leg, ies: given }: Onward): void {
    const { request, messages } = incoming
    const ies = elements(given)
    const maxForwards = around.defective('hops-below-zero') ? hopsLeft(request) & 0xff : hopsLeft(request)
    if (maxForwards < 0) return refuseCall(incoming, messages.refusals.tooManyHops, around)
    const calledKey = keyOf(given['calledParty']) ?? ''
    if (engaged.get(calledKey) === true) return refuseCall(incoming, messages.refusals.mostCalls, around)
    const from = flawed('requestHostLeaked') ? seenFrom(incoming) : {}
    const parties = { ...ownParties(around, next.transport), ...from, to: next.identity, leg }
    const written = messages.request('private call request').encode(ies, parties, messages.values)
    const home = homeShown('callingHomeShown', ies['callingParty']).map(
      (uri) => ['History-Info', `<${uri}>;index=1`] as const,
    )
    const wire = shown({ ...written, headers: [...written.headers, ...home] }, request.message)
    const purpose = 'forwarded private call request'
    if (flawed('answersFirst') && wire.method !== 'INVITE')
      acceptCall(incoming, ownParties(around, incoming.request.origin.transport), flawed)
    if (wire.method !== 'INVITE') {
      const sent = around.send(wire, next, request.cause, purpose, { maxForwards })
      asked.set(sent.callId, incoming)
      void sent.final.then((outcome) => conclude(incoming, sent.callId, outcome))
      return
    }
    const invitation = around.invite(wire, next, request.cause, purpose, { maxForwards })
    asked.set(invitation.callId, incoming)
    const call: ForwardedCall = {
      incoming,
      users: [keyOf(ies['callingParty']), keyOf(ies['calledParty'])],
      invitation,
      timer: around.clock.after(around.ringing, () => invitation.cancel([])),
      caller: undefined,
      called: undefined,
      ending: false,
    }
    calls.set(invitation.callId, call)
    invitation.onProgress = (status, reason) =>
      call.called === undefined ? request.progress(status, progressReason(status, reason)) : reopen(call)
    request.onCancelled = () => {
      if (leg === 'to-client' && around.defective('cancelled-call-engages-user')) engaged.set(calledKey, true)
      giveUp(call)
    }
    if (flawed('answersFirst')) takeCaller(call, {})
    void invitation.final.then((outcome) => conclusionOf(call, outcome))
  }

  /** By a defect, the identity in the primary MC system. */
  function homeShown(flaw: ForwardingFlaw, party: string | undefined): readonly string[] {
    const home = flawed(flaw) ? homeOf(keyOf(party) ?? '') : undefined
    return home === undefined ? [] : [home]
  }

  /** What of the one leg is seen on the other by a defect. */
  function shown(wire: WireRequest, from: SipMessage): WireRequest {
    const named = flawed('userAgentKept') ? withUserAgent(wire, from) : wire
    const withHeaders = flawed('unlistedHeaderKept') ? withUnlistedHeaders(named, from) : named
    if (flawed('unknownPartKept')) return withUnknownParts(withHeaders, from)
    return flawed('innerStreamKept') ? withInnerStreams(withHeaders, from) : withHeaders
  }

  function elements(ies: IeValues): IeValues {
    const told: Record<string, string | undefined> = { ...ies }
    const called = readMcServiceId(ies['calledParty'] ?? '')
    if (called !== undefined && flawed('calledPartyRewritten')) told['calledParty'] = anotherUserOf(called)
    if (flawed('securityDomainDropped')) told['securityDomain'] = undefined
    if (flawed('floorControlDropped')) told['floorControl'] = undefined
    if (flawed('commencementDropped')) told['automaticCommencement'] = undefined
    return present(told)
  }

  function conclusionOf(call: ForwardedCall, outcome: Outcome): void {
    const called = call.invitation.session
    call.timer.cancel()
    call.called = called
    if (called === undefined || outcome.kind !== 'response') {
      calls.delete(call.invitation.callId)
      return conclude(call.incoming, call.invitation.callId, outcome)
    }
    asked.delete(call.invitation.callId)
    called.onRequest = (request) => passOn(call, request, call.caller)
    const contact = readNameAddress(splitList(header(outcome.message, 'Contact') ?? '')[0] ?? '')?.uri
    const leaked = flawed('responseHostLeaked') && contact !== undefined ? { contact } : {}
    if (calls.get(call.invitation.callId) === call && call.caller === undefined) takeCaller(call, leaked)
    // RFC 3261 15: nobody waits any more for the answer that was on its way.
    if (call.caller === undefined && !around.defective('crossing-answer-kept')) hangUp(call)
  }

  /** Only ever by a defect: nobody has answered the call. */
  function reopen(call: ForwardedCall): void {
    call.caller?.leave()
    call.called?.leave()
  }

  function takeCaller(call: ForwardedCall, leaked: Partial<Parties>): void {
    const own = { ...ownParties(around, call.incoming.request.origin.transport), ...leaked }
    const home = homeShown('calledHomeShown', call.incoming.ies['calledParty']).map(
      (uri) => ['P-Asserted-Identity', `<${uri}>`] as const,
    )
    const caller = acceptCall(call.incoming, own, flawed, home)
    call.caller = caller
    if (caller === undefined) return
    caller.onRequest = (request) => passOn(call, request, flawed('callsCrossed') ? anotherCalled(call) : call.called)
    caller.onUnacknowledged = () => hangUp(call)
  }

  /** In our own words, as that of the other side is for its own MC system alone. */
  const progressReason = (status: number, reason: string): string =>
    flawed('reasonKept') ? reason : (progressReasons.get(status) ?? 'Session Progress')

  /** A response that makes no session: an answer in MCData, a redirection, or a refusal in our own words. */
  function conclude(incoming: PrivateCallRequest, callId: string, outcome: Outcome): void {
    const { messages, request, ies } = incoming
    const response = outcome.kind === 'response' ? outcome.message : undefined
    // MCData: what was received is answered by a redirection, if at all.
    if (response !== undefined && statusOf(response) === 202) return request.respond(received)
    asked.delete(callId)
    const binding = response && messages.answering('private call request', response)
    if (response !== undefined && binding?.message === 'private call redirection') {
      const said = binding.decode(response, messages.values, ies)
      const parties = { ...ownParties(around, request.origin.transport), to: incoming.sender }
      return request.respond(binding.encode(said.ies, parties, messages.values, ies))
    }
    const success = outcome.kind === 'response' && isSuccess(outcome.message)
    const diverted = response !== undefined && statusOf(response) < 400 && flawed('divertedTaken')
    if (success || diverted || flawed('refusalTurned'))
      return void acceptCall(incoming, ownParties(around, request.origin.transport), flawed)
    const { refusals } = messages
    const refusal = outcome.kind === 'response' ? callRefusalOf(outcome.message, refusals) : refusals.unreachable
    const line = response?.startLine
    const reason = line?.kind === 'response' && flawed('reasonKept') ? line.reason : refusal.reason
    refuseCall(incoming, { ...refusal, reason }, around, flawed('refusalBodyKept') ? response : undefined)
  }

  /** TS 23.379 10.7.2.2.3: who is told of the end tells the other side, and answers when that has. */
  function passOn(call: ForwardedCall, request: IncomingRequest, other: Session | undefined): void {
    const { messages } = call.incoming
    if (!end.isOne(request, messages)) return
    const respond = (): void => {
      if (!flawed('endResponseLost')) end.respond(request, messages, flawed('endRequestRefused'))
    }
    if (call.ending || other === undefined || flawed('endRequestKept')) {
      respond()
      if (!call.ending) forgetCall(call)
      return
    }
    call.ending = true
    const said = flawed('releaseReasonDropped') ? {} : end.saidIn(request, messages)
    const astray = flawed('endRequestAstray') ? nobody : undefined
    void end
      .request(other, messages, request.cause, 'forwarded private call end request', said, astray)
      .final.then(() => {
        respond()
        forgetCall(call)
      })
  }

  const anotherCalled = (call: ForwardedCall): Session | undefined =>
    [...calls.values()].find((each) => each !== call && each.called !== undefined)?.called ?? call.called

  /** TS 23.280 10.16.y.3, consecutive migration: the redirection names the request as it was sent on, its copy as it came. */
  function onRedirection(request: IncomingRequest, message: Decoded): void {
    const incoming = asked.get(header(request.message, 'In-Reply-To') ?? '')
    const { messages } = incoming ?? { messages: around.messages.in(request.message) }
    const fault = faultIn(message, ['callingParty', 'calledParty', 'redirectedTo'])
    const same = keyOf(message.ies['callingParty']) === keyOf(incoming?.ies['callingParty'])
    if (fault !== undefined) return request.respond(refusing(messages.refusals.malformed, around.host))
    if (incoming === undefined || !same) return request.respond(refusing(messages.refusals.noCallAwaiting, around.host))
    const caller = senderOf(incoming)
    const { callingParty, calledParty, redirectedTo, securityDomain, reason } = message.ies
    const told = present({ callingParty, calledParty, redirectedTo, securityDomain, reason })
    const reply = { inReplyTo: incoming.request.callId, user: callingParty ?? incoming.sender }
    const parties = {
      ...ownParties(around, caller.transport),
      ...reply,
      to: caller.identity,
      leg: 'to-client' as const,
    }
    const wire = messages.request('private call redirection').encode(told, parties, messages.values)
    if (flawed('redirectionKept')) return request.respond(acknowledge(request.message))
    const purpose = 'forwarded private call redirection'
    void around.send(wire, caller, request.cause, purpose).final.then((outcome) => {
      const taken = outcome.kind === 'response' && isSuccess(outcome.message)
      request.respond(taken ? acknowledge(request.message) : refusing(messages.refusals.noCallAwaiting, around.host))
    })
  }

  /** What is left of a call ends on both sides. */
  function hangUp(call: ForwardedCall): void {
    const { messages, request } = call.incoming
    if (call.ending) return
    call.ending = true
    const sides = [call.caller, call.called].filter((side) => side !== undefined)
    const ends = sides.map((side, index) => end.request(side, messages, request.cause, `hang up ${index}`).final)
    void Promise.all(ends).then(() => forgetCall(call))
  }

  function forgetCall(call: ForwardedCall): void {
    call.timer.cancel()
    call.caller?.leave()
    call.called?.leave()
    calls.delete(call.invitation.callId)
    asked.delete(call.invitation.callId)
  }

  /** RFC 3261 9: the calling side has no more interest; a request that waits is answered, and the one sent for it cancelled. */
  function giveUp(call: ForwardedCall): void {
    call.timer.cancel()
    calls.delete(call.invitation.callId)
    call.incoming.request.respond({ status: 487, reason: 'Request Terminated', headers: [] })
    if (call.called === undefined) return flawed('releaseKept') ? undefined : call.invitation.cancel([])
    call.caller?.leave()
    call.called.leave()
  }

  return {
    forward,
    onRedirection,
    forget(mcServiceId) {
      if (mcServiceId === undefined) asked.clear()
      const key = keyOf(mcServiceId)
      engaged.clear()
      for (const call of [...calls.values()]) if (mcServiceId === undefined || call.users.includes(key)) giveUp(call)
    },
  }
}

const seenFrom = ({ sender, contact }: PrivateCallRequest): Partial<Parties> => ({
  from: sender,
  ...(contact === undefined ? {} : { contact }),
})

const received = { status: 202, reason: 'Accepted', headers: [] }

/** RFC 3261 16.3 step 3: a request that has none left is not sent on. */
const hopsLeft = ({ message }: IncomingRequest): number => {
  const hops = Number(header(message, 'Max-Forwards') ?? 70)
  return Number.isInteger(hops) ? hops - 1 : 69
}

/** RFC 3261 21.1, RFC 6228. */
const progressReasons: ReadonlyMap<number, string> = new Map([
  [180, 'Ringing'],
  [181, 'Call Is Being Forwarded'],
  [182, 'Queued'],
  [199, 'Early Dialog Terminated'],
])

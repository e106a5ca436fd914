import type { Decoded, IeValues, Parties } from '#bindings'
import { acknowledge } from '#bindings'
import type { Outcome } from '#stack/sip'
import { header } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import { clientIdentity, clientContact } from './client-identity.ts'
import type { DefectName } from './defects.ts'
import { flawedRequest } from './flawed-session.ts'
import type { RequestFlaw } from './flawed-session.ts'
import { faultIn, present } from './information-elements.ts'
import { anotherUserOf, keyOf, readMcServiceId } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type {
  Identification,
  IncomingRequest,
  Invitation,
  Sent,
  Session,
  Stimulus,
  Surroundings,
} from './mc-function.ts'
import { privateCallEnd } from './private-call-end.ts'
import { needsSecurityDomain } from './private-call-redirection.ts'
import { ownParties } from './private-call-request.ts'
import { refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** MC service client 1 of TS 23.280 10.16.y.3: who makes private calls, and follows their redirections. */
export interface CallingClient {
  /** Step 1. */
  request(stimulus: Stimulus): Sent
  /** Step 6; throws when there is no such call. */
  end(stimulus: Stimulus): Sent
  /** Step 3, where the redirection is a request. */
  onRedirection(request: IncomingRequest, message: Decoded, messages: ServiceMessages): void
  forget(mcServiceId?: string): void
}

interface OwnCall {
  readonly stimulus: Stimulus
  readonly messages: ServiceMessages
  /** Of this request. */
  readonly ies: IeValues
  readonly sent: Sent
  readonly invitation: Invitation | undefined
  /** Call-ID of the request of step 1, whose user this still is. */
  readonly first: string
  /** Keys of the identities called so far, this one included. */
  readonly visited: ReadonlySet<string>
  state: 'asking' | 'releasing' | 'established' | 'ending'
}

/** Redirections of one call that are followed; a redirection to an identity called before never is (docs/bindings.md). */
const mostRedirections = 5

const requestFlaws: Readonly<Record<RequestFlaw, DefectName>> = {
  anotherService: 'calls-as-another-service',
  openStreams: 'calls-without-secured-streams',
  anotherName: 'calls-under-another-name',
  nobodyAddressed: 'calls-to-nobody',
}

export function callingClient(around: Surroundings, series: (name: string) => number): CallingClient {
  const { defective } = around
  /** By the Call-ID of the request. */
  const calls = boundedTable<OwnCall>(mostEntries, abandon)
  const end = privateCallEnd(around)
  /** By whom they called. */
  const latest = boundedTable<Stimulus>(mostEntries)

  function request(wanted: Stimulus): Sent {
    const stimulus = afterMigration(wanted)
    const key = keyOf(stimulus.ies['callingParty']) ?? around.identity
    const { callId } = stimulus
    const cseq = series(callId ?? `private call of ${key}`)
    const cause = callId ?? `private call of ${key} ${cseq}`
    const given = callId === undefined ? undefined : { callId, cseq }
    const dialled = keyOf(stimulus.ies['calledParty'])
    return ask({ stimulus, ies: stimulus.ies, visited: new Set([dialled ?? '']), first: undefined, cause, given })
  }

  /** TS 23.280 10.16.4.2 step 6, as the defects do it. */
  function afterMigration(wanted: Stimulus): Stimulus {
    const called = readMcServiceId(wanted.ies['calledParty'] ?? '')
    const former = latest.get(called?.key ?? '')
    latest.set(called?.key ?? '', wanted)
    const { callingParty = '' } = former?.ies ?? {}
    if (former === undefined || former.towards.port === wanted.towards.port) return wanted
    if (defective('new-call-from-former-system')) return { ...wanted, towards: former.towards }
    if (defective('new-call-by-former-identity')) return { ...wanted, ies: { ...wanted.ies, callingParty } }
    if (called !== undefined && defective('new-call-to-another-user'))
      return { ...wanted, ies: { ...wanted.ies, calledParty: anotherUserOf(called) } }
    if (defective('new-call-without-floor-control'))
      return { ...wanted, ies: present({ ...wanted.ies, floorControl: undefined }) }
    return wanted
  }

  interface Ask {
    readonly stimulus: Stimulus
    readonly ies: IeValues
    readonly visited: ReadonlySet<string>
    readonly first: string | undefined
    readonly cause: string
    readonly given: Identification | undefined
  }

  /** Steps 1 and 5. */
  function ask({ stimulus, ies, visited, first, cause, given }: Ask): Sent {
    const messages = around.messages.of(stimulus.service)
    const parties: Parties = { ...partiesOf(stimulus), leg: 'from-client' }
    const written = messages.request('private call request').encode(ies, parties, messages.values)
    const wire = flawedRequest(written, (flaw) => defective(requestFlaws[flaw]))
    const purpose = 'private call request'
    const invitation =
      wire.method === 'INVITE' ? around.invite(wire, stimulus.towards, cause, purpose, given) : undefined
    const sent = invitation ?? around.send(wire, stimulus.towards, cause, purpose, given)
    const call: OwnCall = {
      stimulus,
      messages,
      ies,
      sent,
      invitation,
      first: first ?? sent.callId,
      visited,
      state: 'asking',
    }
    calls.set(sent.callId, call)
    void sent.final.then((outcome) => answered(call, outcome))
    return sent
  }

  function partiesOf(stimulus: Stimulus): Parties {
    const key = keyOf(stimulus.ies['callingParty']) ?? around.identity
    const user = stimulus.user ?? stimulus.ies['callingParty'] ?? around.identity
    return {
      ...ownParties(around),
      from: user,
      to: stimulus.towards.identity,
      user,
      contact: clientContact(around, key, stimulus.towards.transport),
      clientId: stimulus.clientId ?? clientIdentity(around, key),
    }
  }

  function answered(call: OwnCall, outcome: Outcome): void {
    const { messages, sent, invitation } = call
    if (invitation?.session !== undefined) return established(call, invitation.session)
    // MCData: 202 (Accepted) says that a redirection may follow.
    const status =
      outcome.kind === 'response' && outcome.message.startLine.kind === 'response'
        ? outcome.message.startLine.status
        : 0
    if (status === 202 && call.state === 'asking') return
    const binding =
      outcome.kind === 'response' ? messages.answering('private call request', outcome.message) : undefined
    if (
      outcome.kind !== 'response' ||
      binding?.message !== 'private call redirection' ||
      calls.get(sent.callId) !== call
    ) {
      if (call.state === 'asking') calls.delete(sent.callId)
      return
    }
    const said = binding.decode(outcome.message, messages.values, call.ies)
    const fault = faultOf(call, said)
    if (fault === undefined) follow(call, said.ies, `${sent.callId} redirected`)
    else around.say(`${around.name}: redirection ignored: ${fault}`)
    calls.delete(sent.callId)
  }

  function established(call: OwnCall, session: Session): void {
    if (call.state !== 'asking' || calls.get(call.sent.callId) !== call) {
      // RFC 3261 15: the 2xx was on its way when the request was released.
      const { final } = end.request(session, call.messages, call.sent.callId, 'private call end request')
      return void final.then(() => session.leave())
    }
    call.state = 'established'
    session.onRequest = (incoming) => {
      if (!end.isOne(incoming, call.messages)) return
      end.respond(incoming, call.messages)
      session.leave()
      calls.delete(call.sent.callId)
    }
  }

  function onRedirection(incoming: IncomingRequest, message: Decoded, messages: ServiceMessages): void {
    const { refusals } = messages
    const call = callFor(header(incoming.message, 'In-Reply-To') ?? '', message)
    if (call === undefined) return incoming.respond(refusing(refusals.noCallAwaiting, around.host))
    const fault = faultOf(call, message)
    if (fault !== undefined) {
      around.say(`${around.name}: redirection ignored: ${fault}`)
      return incoming.respond(refusing(refusals.malformed, around.host))
    }
    incoming.respond(acknowledge(incoming.message))
    follow(call, message.ies, incoming.cause)
  }

  function callFor(callId: string, { ies }: Decoded): OwnCall | undefined {
    const call = calls.get(callId)
    if (call?.state === 'asking' || defective('redirection-followed-again')) return call
    if (!defective('redirection-of-another-call-followed')) return undefined
    return [...calls.values()].find(
      (each) => each.state === 'asking' && keyOf(each.ies['callingParty']) === keyOf(ies['callingParty']),
    )
  }

  /** Why a redirection is not one of this call, or cannot be followed (TS 23.280 table 10.16.y.2-1). */
  function faultOf(call: OwnCall, message: Decoded): string | undefined {
    const secured =
      needsSecurityDomain(call.ies, message.ies['redirectedTo'] ?? '') &&
      !defective('redirection-without-security-domain-followed')
    const fault = faultIn(message, [
      'callingParty',
      'calledParty',
      'redirectedTo',
      ...(secured ? ['securityDomain'] : []),
    ])
    if (fault !== undefined) return fault
    const same = (ie: string): boolean => keyOf(message.ies[ie]) === keyOf(call.ies[ie])
    if (!same('callingParty')) return 'it is for another calling party'
    return same('calledParty') || defective('redirection-of-another-call-followed')
      ? undefined
      : 'it is for another called party'
  }

  /** Step 3: the private call request is released. Step 5 comes after that. */
  function follow(call: OwnCall, said: IeValues, cause: string): void {
    const { invitation, messages } = call
    if (defective('redirection-ignored')) return
    if (call.visited.size > 1 && defective('second-redirection-ignored')) return
    const moved = messages.carrier('private call redirection') === 'response'
    call.state = 'releasing'
    if (invitation === undefined || moved || defective('redirected-request-not-released'))
      return callAgain(call, said, cause)
    const release = messages.request('private call request release')
    const cancel = (): void => invitation.cancel(release.encode({}, partiesOf(call.stimulus), messages.values).headers)
    if (defective('calls-again-before-release')) {
      callAgain(call, said, cause)
      around.clock.after(laterRelease, cancel)
      return
    }
    cancel()
    void invitation.final.then(() => callAgain(call, said, cause))
  }

  /** Step 5. */
  function callAgain(call: OwnCall, said: IeValues, cause: string): void {
    calls.delete(call.sent.callId)
    const { redirectedTo = '', securityDomain } = said
    const key = keyOf(redirectedTo) ?? ''
    const far = call.visited.has(key) || call.visited.size > mostRedirections
    if (far && !defective('redirections-followed-without-end')) {
      return around.say(`${around.name}: redirection not followed: ${redirectedTo} was called before, or too many were`)
    }
    const ies = secondElements({ ...call.ies, calledParty: redirectedTo, securityDomain }, call.ies['calledParty'])
    const { stimulus, first } = call
    ask({ stimulus, ies, visited: new Set([...call.visited, key]), first, cause, given: undefined })
  }

  function secondElements(ies: Record<string, string | undefined>, dialled: string | undefined): IeValues {
    const told = { ...ies }
    const called = readMcServiceId(ies['calledParty'] ?? '')
    if (defective('same-identity-called-again')) told['calledParty'] = dialled
    if (called !== undefined && defective('redirected-call-to-another-user'))
      told['calledParty'] = anotherUserOf(called)
    if (defective('redirected-call-without-security-domain')) told['securityDomain'] = undefined
    if (defective('redirected-call-without-floor-control')) told['floorControl'] = undefined
    if (defective('redirected-call-without-automatic-commencement')) told['automaticCommencement'] = undefined
    if (defective('redirected-call-without-end-to-end-security')) told['endToEndSecurity'] = undefined
    return present(told)
  }

  /** Ends without a word what nobody needs any more: a request that waits is cancelled. */
  function abandon(call: OwnCall): void {
    calls.delete(call.sent.callId)
    if (call.invitation?.session === undefined) call.invitation?.cancel([])
    else call.invitation.session.leave()
  }

  return {
    request,
    end(stimulus) {
      const key = keyOf(stimulus.ies['callingParty'])
      const mine = [...calls.values()].filter((call) => call.state === 'established')
      const call = mine.findLast(({ first, sent, ies }) =>
        stimulus.callId === undefined
          ? key === undefined || keyOf(ies['callingParty']) === key
          : [first, sent.callId].includes(stimulus.callId),
      )
      const session = call?.invitation?.session
      if (call === undefined || session === undefined) throw new Error('no such private call is established')
      if (defective('ongoing-call-not-released')) return { callId: session.callId, final: new Promise(() => {}) }
      call.state = 'ending'
      const { releaseReason } = stimulus.ies
      const other = releaseReason !== undefined && defective('ongoing-call-released-for-another-reason')
      const said = present({ releaseReason: other ? 'User requested release' : releaseReason })
      const sent = end.request(session, call.messages, call.sent.callId, 'private call end request', said)
      void sent.final.then(() => {
        session.leave()
        calls.delete(call.sent.callId)
      })
      return sent
    },
    onRedirection,
    forget(mcServiceId) {
      const key = keyOf(mcServiceId)
      for (const call of [...calls.values()])
        if (mcServiceId === undefined || [keyOf(call.ies['callingParty']), ...call.visited].includes(key)) abandon(call)
    },
  }
}

/** Milliseconds by which a defect is late. */
const laterRelease = 100

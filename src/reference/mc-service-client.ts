import type { IeValues, Parties } from '#bindings'
import type { Outcome } from '#stack/sip'
import { ask } from '#stack/http'
import { affiliationStatusClient } from './affiliation-status-client.ts'
import { boundedTable } from './bounded-table.ts'
import { continuityClient } from './continuity-client.ts'
import { calledClient } from './called-client.ts'
import { callingClient } from './calling-client.ts'
import { clientParties } from './client-identity.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import { present } from './information-elements.ts'
import { keyOf } from './mc-service-id.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { McFunction, Sent, Stimulus, Surroundings } from './mc-function.ts'
import { groupClient } from './group-client.ts'
import { privateCallRequest } from './private-call-request.ts'
import { refusing } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** What a client knows of its user's service authorization in a partner MC system. */
interface Authorization {
  readonly holds: boolean
  readonly temporaryId: string | undefined
  /** Of the request that the newest word came from, or will come from. */
  readonly asked: string
}

/** TR 23.781 6.x.1 steps 1 and 11; both MC service clients of TS 23.280 10.16.y.3. */
export function mcServiceClient(around: Surroundings): McFunction {
  const { defective, seed, name } = around
  const users = boundedTable<Authorization>(mostEntries)
  const requests = boundedTable<number>(mostEntries)
  /** Keys of the identities under which users are served in partner MC systems. */
  const served = boundedTable<string>(mostEntries)
  /** Keys of those who are service authorized in their primary MC system. */
  const inPrimary = boundedTable<true>(mostEntries)
  /** Of those who migrated, the access token for the partner MC system (only ever for a defect). */
  const credentialsOf = boundedTable<string>(mostEntries)
  let previousCredentials: string | undefined
  const series = (what: string): number => {
    const number = (requests.get(what) ?? 0) + 1
    requests.set(what, number)
    return number
  }
  const groups = groupClient(around, series)
  const status = affiliationStatusClient(around, series)
  const calling = callingClient(around, series)
  const continuity = continuityClient(around, series)
  const called = calledClient(
    (key) =>
      served.get(key) !== undefined ||
      (inPrimary.get(key) === true && !defective('returned-client-not-called')) ||
      keyOf(around.identity) === key,
    around,
  )

  /** Step 1. */
  function request(stimulus: Stimulus): Sent {
    const { towards, alternative } = stimulus
    const messages = around.messages.of(stimulus.service)
    const user = stimulus.user ?? stimulus.ies['mcServiceId'] ?? around.identity
    const key = keyOf(stimulus.ies['mcServiceId']) ?? user
    const cseq = series(stimulus.callId ?? key)
    const callId = stimulus.callId ?? `${derivedIdentifier(seed, name, key, String(cseq), 'call')}@${around.host}`
    const ies = elements(stimulus.ies)
    const message = 'migration service authorization request'
    const wire = messages.request(message, alternative).encode(ies, partiesOf(stimulus, key), messages.values)
    const sent = around.send(wire, towards, callId, `${message} ${cseq}`, { callId, cseq })
    const asked = `${callId} ${cseq}`
    const known = users.get(key)
    const temporaryId = ies['temporaryId']
    if (defective('authorized-before-answer')) note(key, { holds: true, temporaryId, asked })
    else note(key, { holds: known?.holds ?? false, temporaryId: known?.temporaryId, asked })
    void sent.final.then((outcome) => {
      if (users.get(key)?.asked !== asked) return
      note(key, { ...answerIn(outcome, stimulus, ies, messages), asked })
    })
    return sent
  }

  const partiesOf = (stimulus: Stimulus, key: string): Parties =>
    clientParties(around, key, stimulus.user ?? stimulus.ies['mcServiceId'] ?? around.identity, stimulus)

  /** TS 24.379 7.2: the user leaves the partner MC system. */
  function leave(stimulus: Stimulus): Sent {
    const { towards, alternative, ies } = stimulus
    const messages = around.messages.of(stimulus.service)
    const key = keyOf(ies['mcServiceId']) ?? stimulus.user ?? around.identity
    const cseq = series(stimulus.callId ?? key)
    const callId = stimulus.callId ?? `${derivedIdentifier(seed, name, key, String(cseq), 'call')}@${around.host}`
    const wire = messages.request(stimulus.action, alternative).encode(ies, partiesOf(stimulus, key), messages.values)
    const sent = around.send(wire, towards, callId, `${stimulus.action} ${cseq}`, { callId, cseq })
    void sent.final.then((outcome) => {
      if (outcome.kind !== 'response') return
      const binding = messages.response('migration service de-authorization response', alternative)
      const said = binding.decode(outcome.message, messages.values, ies)
      const left = ies['temporaryId']
      // A newer service authorization, in another partner MC system, stands.
      const newest = left === undefined || keyOf(left) === keyOf(users.get(key)?.temporaryId)
      if (said.ies['result'] === 'accepted' && newest) note(key, undefined)
    })
    return sent
  }

  /** TS 23.280 10.6.1: the user is served by the primary MC system, be it again. */
  function beServed(stimulus: Stimulus): Sent {
    const { towards, alternative, action } = stimulus
    const messages = around.messages.of(stimulus.service)
    const user = stimulus.user ?? stimulus.ies['mcServiceId'] ?? around.identity
    const key = keyOf(stimulus.ies['mcServiceId']) ?? user
    const cseq = series(stimulus.callId ?? key)
    const callId = stimulus.callId ?? `${derivedIdentifier(seed, name, key, String(cseq), 'call')}@${around.host}`
    const former = defective('returns-with-former-credentials') ? credentialsOf.get(key) : undefined
    const ies = former === undefined ? stimulus.ies : { ...stimulus.ies, credentials: former }
    const wire = messages.request(action, alternative).encode(ies, partiesOf(stimulus, key), messages.values)
    const sent = around.send(wire, towards, callId, `${action} ${cseq}`, { callId, cseq })
    void sent.final.then((outcome) => {
      if (outcome.kind !== 'response') return
      const binding = messages.response('service authorization response', alternative)
      const { ies: said, problems } = binding.decode(outcome.message, messages.values, ies)
      const granted = said['result'] === 'accepted' && problems.length === 0
      if (!granted && !defective('refused-return-taken-as-success')) return
      note(key, undefined)
      inPrimary.set(key, true)
    })
    return sent
  }

  /** TS 23.280 10.1.4.3.2. What the profile says nobody asks. */
  function retrieve({ service, ies, towards }: Stimulus): Sent {
    const { values } = around.messages.of(service)
    const binding = around.messages.of(service).http('get MC service user profile request')
    const { userProfileIndex = '' } = ies
    const told = {
      ...ies,
      ...(defective('another-profile-requested') && { userProfileIndex: `${userProfileIndex}0` }),
      ...(defective('profile-requested-without-token') && { credentials: undefined }),
      ...(defective('profile-of-another-user-requested') && { mcServiceId: 'sip:somebody.else@nowhere.example' }),
    }
    const wire = binding.encode(present(told), values)
    const host = ['Host', `${towards.address}:${towards.port}`] as const
    void ask(towards, { ...wire, headers: [host, ...wire.headers] }).then((outcome) => {
      if (outcome.kind !== 'response') around.say(`${around.name}: no user profile: ${outcome.kind}`)
    })
    return { callId: '', final: new Promise(() => {}) }
  }

  /** What is known of a user, and so by which identity the user is called. */
  function note(key: string, now: Authorization | undefined): void {
    const before = users.get(key)
    if (before?.holds === true) served.delete(keyOf(before.temporaryId) ?? key)
    if (now === undefined) users.delete(key)
    else users.set(key, now)
    if (now?.holds === true) served.set(keyOf(now.temporaryId) ?? key, key)
    if (now?.holds === true) inPrimary.delete(key)
  }

  function elements(given: IeValues): IeValues {
    const { mcServiceId, temporaryId, credentials } = given
    if (credentials !== undefined) credentialsOf.set(keyOf(mcServiceId) ?? '', credentials)
    const other = previousCredentials
    previousCredentials = credentials
    if (defective('sends-temporary-identity-as-mc-service-id'))
      return present({ ...given, mcServiceId: temporaryId ?? mcServiceId })
    if (defective('credentials-missing')) return present({ ...given, credentials: undefined })
    if (defective('credentials-of-previous-user')) return present({ ...given, credentials: other ?? credentials })
    return given
  }

  /** Step 11. */
  function answerIn(
    outcome: Outcome,
    stimulus: Stimulus,
    asked: IeValues,
    messages: ServiceMessages,
  ): Pick<Authorization, 'holds' | 'temporaryId'> {
    if (outcome.kind !== 'response') return { holds: false, temporaryId: undefined }
    const binding = messages.response('migration service authorization response', stimulus.alternative)
    const { ies, problems } = binding.decode(outcome.message, messages.values, asked)
    const sameUser = ies['mcServiceId'] === undefined || keyOf(ies['mcServiceId']) === keyOf(asked['mcServiceId'])
    const granted = ies['result'] === 'accepted' && sameUser && problems.length === 0
    const holds = granted || defective('refusal-taken-as-success')
    return { holds, temporaryId: holds ? (ies['temporaryId'] ?? asked['temporaryId']) : undefined }
  }

  return {
    role: 'client',
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'NOTIFY', 'MESSAGE'],
    takesRetransmissionAsNew: () => false,
    receive(incoming) {
      const messages = around.messages.in(incoming.message)
      const message = messages.read(incoming.message)
      if (message?.name === 'private call request')
        return called.receive(privateCallRequest(incoming, message, messages))
      if (message?.name === 'group call request') return groups.receive(incoming, message, messages)
      if (message?.name === 'call continuity response')
        return continuity.onContinuityResponse(incoming, message, messages)
      if (message?.name === 'affiliation status notification') return status.receive(incoming)
      if (message?.name === 'private call redirection') return calling.onRedirection(incoming, message, messages)
      return incoming.respond(refusing(messages.refusals.malformed, around.host))
    },
    stimulate(stimulus) {
      switch (stimulus.action) {
        case 'migration service de-authorization request':
          return leave(stimulus)
        case 'migration service authorization request':
          return request(stimulus)
        case 'service authorization request':
          return beServed(stimulus)
        case 'group affiliation request':
        case 'group de-affiliation request':
          return groups.publish(stimulus)
        case 'affiliation status request':
          return status.subscribe(stimulus)
        case 'private call request':
          return calling.request(stimulus)
        case 'private call end request':
          return calling.end(stimulus)
        case 'get MC service user profile request':
          return retrieve(stimulus)
        case 'call continuity request':
        case 'group call join request':
        case 'group call leave request':
          return continuity.stimulate({ ...stimulus, action: stimulus.action })
      }
    },
    state(state, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (key === undefined) return unknownState
      if (state === 'servedInPrimary')
        return { known: true, holds: inPrimary.get(key) === true, values: { mcServiceId } }
      if (state !== 'serviceAuthorized') return unknownState
      const held = users.get(key)
      if (held?.holds !== true) return { known: true, holds: false, values: {} }
      return { known: true, holds: true, values: present({ temporaryId: held.temporaryId }) }
    },
    establish(state, mcServiceId, { temporaryId }) {
      const key = keyOf(mcServiceId)
      if (state !== 'serviceAuthorized' || key === undefined) return false
      note(key, { holds: true, temporaryId, asked: '' })
      return true
    },
    forget(mcServiceId) {
      const key = keyOf(mcServiceId) ?? ''
      called.forget(users.get(key)?.temporaryId ?? mcServiceId)
      calling.forget(mcServiceId)
      continuity.forget(mcServiceId)
      const servedIdentity = users.get(key)?.temporaryId
      if (servedIdentity !== undefined) groups.forget(servedIdentity)
      groups.forget(mcServiceId)
      inPrimary.delete(key)
      if (mcServiceId !== undefined) return note(key, undefined)
      inPrimary.clear()
      status.clear()
      users.clear()
      served.clear()
    },
  }
}

import type { IeValues } from '#bindings'
import type { Outcome } from '#stack/sip'
import { boundedTable } from './bounded-table.ts'
import { derivedIdentifier, derivedUuid } from './derived-identifier.ts'
import { present } from './information-elements.ts'
import { keyOf } from './mc-service-id.ts'
import { mostEntries, unknownState } from './mc-function.ts'
import type { McFunction, Sent, Stimulus, Surroundings } from './mc-function.ts'
import { requestBinding, responseBinding } from './message-binding.ts'

/** What a client knows of its user's service authorization in a partner MC system. */
interface Authorization {
  readonly holds: boolean
  readonly temporaryId: string | undefined
  /** Of the request that the newest word came from, or will come from. */
  readonly asked: string
}

/** TR 23.781 6.x.1 steps 1 and 11. */
export function mcServiceClient(around: Surroundings): McFunction {
  const { profile, values, defective, seed, name } = around
  const users = boundedTable<Authorization>(mostEntries)
  const requests = boundedTable<number>(mostEntries)
  let previousCredentials: string | undefined

  /** Step 1. */
  function request(stimulus: Stimulus): Sent {
    const { towards, alternative } = stimulus
    const user = stimulus.user ?? stimulus.ies['mcServiceId'] ?? around.identity
    const key = keyOf(stimulus.ies['mcServiceId']) ?? user
    const series = stimulus.callId ?? key
    const cseq = (requests.get(series) ?? 0) + 1
    requests.set(series, cseq)
    const callId = stimulus.callId ?? `${derivedIdentifier(seed, name, key, String(cseq), 'call')}@${around.host}`
    const ies = elements(stimulus.ies)
    const parties = {
      from: user,
      to: towards.identity,
      user,
      contact: `sip:${derivedIdentifier(seed, name, key, 'contact')}@${around.local.address}:${around.local.port}`,
      clientId: stimulus.clientId ?? derivedUuid(seed, name, key, 'client identity'),
      host: around.host,
    }
    const message = 'migration service authorization request'
    const wire = requestBinding(profile, alternative, message).encode(ies, parties, values)
    const sent = around.send(wire, towards, callId, `${message} ${cseq}`, { callId, cseq })
    const asked = `${callId} ${cseq}`
    const known = users.get(key)
    const temporaryId = ies['temporaryId']
    if (defective('authorized-before-answer')) users.set(key, { holds: true, temporaryId, asked })
    else users.set(key, { holds: known?.holds ?? false, temporaryId: known?.temporaryId, asked })
    void sent.final.then((outcome) => {
      if (users.get(key)?.asked !== asked) return
      users.set(key, { ...answerIn(outcome, stimulus, ies), asked })
    })
    return sent
  }

  function elements(given: IeValues): IeValues {
    const { mcServiceId, temporaryId, credentials } = given
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
  ): Pick<Authorization, 'holds' | 'temporaryId'> {
    if (outcome.kind !== 'response') return { holds: false, temporaryId: undefined }
    const binding = responseBinding(profile, stimulus.alternative, 'migration service authorization response')
    const { ies, problems } = binding.decode(outcome.message, values, asked)
    const sameUser = ies['mcServiceId'] === undefined || keyOf(ies['mcServiceId']) === keyOf(asked['mcServiceId'])
    const granted = ies['result'] === 'accepted' && sameUser && problems.length === 0
    const holds = granted || defective('refusal-taken-as-success')
    return { holds, temporaryId: holds ? (ies['temporaryId'] ?? asked['temporaryId']) : undefined }
  }

  return {
    role: 'client',
    methods: [],
    takesRetransmissionAsNew: () => false,
    receive: () => undefined,
    stimulate: request,
    state(state, mcServiceId) {
      const key = keyOf(mcServiceId)
      if (state !== 'serviceAuthorized' || key === undefined) return unknownState
      const held = users.get(key)
      if (held?.holds !== true) return { known: true, holds: false, values: {} }
      return { known: true, holds: true, values: present({ temporaryId: held.temporaryId }) }
    },
    forget(mcServiceId) {
      if (mcServiceId === undefined) return users.clear()
      users.delete(keyOf(mcServiceId) ?? '')
    },
  }
}

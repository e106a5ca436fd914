import { acknowledge, bindingsOf, type Decoded, type Profile, type Unrecognised } from '#bindings'
import type { ArrivalProblem, Clock } from '#play'
import type { ServerTransaction } from '#stack/sip'
import { header, headerField, type SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import type { Role } from '../configuration.ts'
import type { CappedNotes } from './capped-notes.ts'
import type { CaseLine } from './case-line.ts'
import { protocolProblems } from './protocol-problems.ts'
import type { Reading } from './reading.ts'

interface Receiving {
  readonly profile: Profile
  readonly clock: Clock
  readonly notes: CappedNotes
}

/** Hands a request to its case and acknowledges what only wants acknowledging. */
export function receive(
  { profile, clock, notes }: Receiving,
  role: Role,
  transaction: ServerTransaction,
  { decoded, alternative, service }: Reading,
  line: CaseLine | undefined,
  seq: number,
): void {
  const { request } = transaction
  const method = request.startLine.kind === 'request' ? request.startLine.method : '?'
  if (method === 'OPTIONS') {
    transaction.respond({ status: 200, reason: 'OK', headers: [] })
    return
  }
  if (!line || !('name' in decoded)) {
    transaction.respond({ status: 400, reason: 'Bad Request', headers: [] })
    const what = 'name' in decoded ? `a ${decoded.name} with identities of no case under way` : decoded.unrecognised
    notes.note(`${role}: ${method} taken for no case`, `: ${what}`)
    if (line && !('name' in decoded)) {
      const problems = [
        ...protocolProblems(request),
        noMessageOf(profile, decoded),
        ...decoded.problems.filter(isOfBody),
      ]
      line.arrivals.push({ kind: 'unreadable', seq, at: clock.now(), text: decoded.unrecognised, problems })
    }
    return
  }
  const callId = header(request, 'Call-ID')
  if (callId !== undefined) line.callIds.received.set(decoded.name, callId)
  const answeredByResponse = bindingsOf(profile, service, alternative).some(
    (binding) => binding.carrier === 'response' && binding.answers === decoded.name,
  )
  if (answeredByResponse) line.unanswered.set(decoded.name, { transaction, ies: decoded.ies })
  else transaction.respond(acknowledge(request))
  line.arrivals.push({
    kind: 'message',
    seq,
    at: clock.now(),
    role,
    message: decoded.name,
    ies: decoded.ies,
    spans: decoded.spans,
    problems: [...protocolProblems(request), ...decoded.problems, ...correlationProblems(line, request, decoded)],
  })
}

const profileDocument = (clause: string): Source => ({ doc: 'docs/bindings.md', clause, basis: 'default-binding' })

/** It can be read, and is nothing that this profile has: that rests on the profile. */
const noMessageOf = ({ name }: Profile, { unrecognised }: Unrecognised): ArrivalProblem => ({
  field: 'method',
  requirement: `what belongs to the procedure is a message of profile ${name}`,
  source: profileDocument('messages'),
  expected: ['a message of the profile'],
  actual: unrecognised,
})

/** What message it was meant as is said once, by what is above. */
const isOfBody = ({ field }: ArrivalProblem): boolean => field !== 'req-type' && field !== 'resp-type'

/** D1 of the profile: a migration response names the request it answers. */
function correlationProblems(line: CaseLine, message: SipMessage, { name }: Decoded): Decoded['problems'] {
  const inReplyTo = headerField(message, 'In-Reply-To')
  const ours = line.callIds.sent.get('migration request')
  if (name !== 'migration response' || !inReplyTo || ours === undefined || inReplyTo.value === ours) return []
  return [
    {
      field: 'In-Reply-To',
      requirement: 'the migration response names the Call-ID of the migration request it answers',
      source: profileDocument('correlation'),
      expected: [ours],
      actual: inReplyTo.value,
      span: inReplyTo.valueSpan,
    },
  ]
}

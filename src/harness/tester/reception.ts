import { acknowledge, bindingsOf, type Decoded, type Profile, type Unrecognised } from '#bindings'
import type { ArrivalProblem, Clock } from '#play'
import type { UserServerTransaction } from '#stack/sip'
import { header, headerField, parameter, readNameAddress, type SipMessage } from '#wire/sip'
import type { Source } from '#verdict'
import { entityOf, type FlowRole } from '../world/functional-entity.ts'
import { senderOf } from '../players.ts'
import type { CappedNotes } from './capped-notes.ts'
import { unansweredKey, type CaseLine } from './case-line.ts'
import { addressingProblems } from './addressing.ts'
import { answeredBy } from './delivery.ts'
import { protocolProblems } from './protocol-problems.ts'
import type { Reading } from './reading.ts'
import { dialogProblems, dialogsOf, newSession } from './session.ts'
import type { Switchboard } from './switchboard.ts'
import { wayTo } from './way.ts'

interface Receiving {
  readonly profile: Profile
  readonly clock: Clock
  readonly notes: CappedNotes
  readonly switchboard: Switchboard
  /** Of the tester's sockets. */
  readonly address: string
}

/** Hands a request to its case and acknowledges what only wants acknowledging. */
export function receive(
  { profile, clock, notes, switchboard, address }: Receiving,
  role: FlowRole,
  transaction: UserServerTransaction,
  reading: Reading,
  line: CaseLine | undefined,
  seq: number,
): void {
  const { request } = transaction
  const { alternative } = reading
  const decoded = line ? byDialog(profile, line, role, reading, request) : reading.decoded
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
  takeCallId({ switchboard, line }, role, decoded.name, request)
  const callId = header(request, 'Call-ID')
  const dialog = dialogsOf(line, role).find((one) => one.callId === callId)
  const inside = method === 'INVITE' || method === 'SUBSCRIBE' ? [] : dialogProblems(dialog, request)
  const { service } = line.planned
  const answeredByResponse = bindingsOf(profile, service, alternative).some(
    (binding) => binding.carrier === 'response' && binding.answers === decoded.name,
  )
  const arrive = (
    message: string,
    problems: readonly ArrivalProblem[],
    ies = decoded.ies,
    spans = decoded.spans,
  ): void => line.arrivals.push({ kind: 'message', seq, at: clock.now(), role, message, ies, spans, problems })
  if (method === 'BYE' && dialog) dialog.over = true
  if (line.forgetful.has(role) && isInside(request)) transaction.respond(noSuchDialog)
  else if (line.over) transaction.respond(method === 'INVITE' ? nobodyThere : acknowledge(request))
  else if (answeredByResponse) {
    const key = unansweredKey(role, decoded.name)
    line.unanswered.set(key, { transaction, ies: decoded.ies })
    if (method === 'INVITE') ring(line, key, transaction, cancelled)
  } else transaction.respond(acknowledge(request))
  arrive(decoded.name, [
    ...protocolProblems(request),
    ...decoded.problems,
    ...inside,
    ...strayed(switchboard, line, role, request),
    ...(isInside(request) ? [] : addressingProblems({ switchboard, line, role, address }, request)),
    ...correlationProblems(line, request, decoded),
  ])

  function cancelled(cancel: SipMessage): void {
    const release = bindingsOf(profile, service, alternative).find(
      (binding) => binding.carrier === 'request' && binding.method === 'CANCEL',
    )
    if (release) arrive(release.message, protocolProblems(cancel), {}, {})
  }
}

const isInside = (request: SipMessage): boolean =>
  parameter(readNameAddress(header(request, 'To') ?? '')?.parameters ?? [], 'tag') !== undefined

const noSuchDialog = { status: 481, reason: 'Call/Transaction Does Not Exist', headers: [] } as const

const nobodyThere = { status: 480, reason: 'Temporarily Unavailable', headers: [] } as const

/** A client is called for its own user, be it by the contact it gave or by who it is. */
function strayed(
  switchboard: Switchboard,
  { planned, slot }: CaseLine,
  role: FlowRole,
  { startLine }: SipMessage,
): readonly ArrivalProblem[] {
  if (entityOf(role) !== 'client' || startLine.kind !== 'request') return []
  const meant = switchboard.reachedAt(startLine.requestUri)
  if (meant === undefined || (meant.planned.id === planned.id && meant.slot === slot)) return []
  const { doc, clause, basis } = planned.derived.flow.spec
  return [
    {
      field: 'Request-URI',
      requirement: 'what is for a user goes to the client of that user',
      source: { doc, clause, basis },
      expected: ['the contact or an identity of the client of this user'],
      actual: `${startLine.requestUri}, the client of another user`,
    },
  ]
}

/** What ends a session is the message that ends what began it: a BYE says nothing of that itself. */
function byDialog(
  profile: Profile,
  { sessions, planned: { service } }: CaseLine,
  role: FlowRole,
  { decoded, alternative }: Reading,
  request: SipMessage,
): Reading['decoded'] {
  const { startLine } = request
  const session = sessions.get(role)
  if (
    startLine.kind !== 'request' ||
    startLine.method !== 'BYE' ||
    !session ||
    session.callId !== header(request, 'Call-ID')
  )
    return decoded
  const meant = bindingsOf(profile, service, alternative).find(
    (one) => one.carrier === 'request' && one.method === 'BYE' && one.within === session.message,
  )
  return meant?.carrier === 'request' && 'name' in decoded ? meant.decode(request, profile.values) : decoded
}

interface Finding {
  readonly switchboard: Switchboard
  readonly line: CaseLine
}

/** What comes later may bear nothing but the Call-ID: of a dialog, or of what it answers. */
function takeCallId({ switchboard, line }: Finding, role: FlowRole, name: string, request: SipMessage): void {
  const callId = header(request, 'Call-ID')
  if (callId === undefined) return
  line.callIds.received.set(name, callId)
  const { startLine } = request
  if (startLine.kind !== 'request' || (startLine.method !== 'INVITE' && startLine.method !== 'SUBSCRIBE')) return
  switchboard.callId(line, callId)
  const peer = wayTo(senderOf(line.planned, role, request), line.planned.transport)
  const held = startLine.method === 'INVITE' ? line.sessions : line.subscriptions
  held.set(role, newSession(callId, name, peer))
}

/** 100 at once, so that it can be cancelled (RFC 3261 9.1), and 487 when it is. */
function ring(
  line: CaseLine,
  key: string,
  transaction: UserServerTransaction,
  cancelled: (cancel: SipMessage) => void,
): void {
  transaction.respond({ status: 100, reason: 'Trying', headers: [] })
  transaction.onCancelled = (cancel) => {
    line.unanswered.delete(key)
    transaction.respond({ status: 487, reason: 'Request Terminated', headers: [] })
    cancelled(cancel)
  }
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

/** D1 of the profile: what answers a request in a transaction of its own names the request. */
function correlationProblems(line: CaseLine, message: SipMessage, { name }: Decoded): Decoded['problems'] {
  const asked = answeredBy(name)
  const inReplyTo = headerField(message, 'In-Reply-To')
  const ours = asked === undefined ? undefined : line.callIds.sent.get(asked)
  if (asked === undefined || !inReplyTo || ours === undefined || inReplyTo.value === ours) return []
  return [
    {
      field: 'In-Reply-To',
      requirement: `the ${name} names the Call-ID of the ${asked} it answers`,
      source: profileDocument('correlation'),
      expected: [ours],
      actual: inReplyTo.value,
      span: inReplyTo.valueSpan,
    },
  ]
}

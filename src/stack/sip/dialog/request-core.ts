import { header } from '#wire/sip'
import type { OutgoingHeaders, UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import { addUser, type AgentCore } from './agent-core.ts'
import { CallMachine } from './call-machine.ts'
import { sequenceOf } from './call-requests.ts'
import { plain } from './content.ts'
import { type Dialog, dialogOfRequest } from './dialog.ts'
import { takeInvite } from './incoming-invite.ts'
import { Notifier } from './notifier.ts'
import { takeRefer } from './refer.ts'
import { readDialogReference, refusalOfReplaces } from './replaces.ts'
import { judgeTimerRequest } from './session-timer.ts'
import { readEvent, seconds } from './subscription-state.ts'
import type { UserAgent } from './user-agent.ts'

/** Options of Require that are understood. */
const understood = new Set([
  '100rel',
  'timer',
  'replaces',
  'norefersub',
  'tdialog',
  'eventlist',
  'recipient-list-invite',
])

/** The user agent server's core (RFC 3261 8.2): a dialog's request goes to its dialog, any other to whoever listens. */
export function receiveRequest(agent: AgentCore, userAgent: UserAgent, transaction: UserServerTransaction): boolean {
  const { request } = transaction
  const method = request.startLine.kind === 'request' ? request.startLine.method : ''
  const answer = (status: number, reason: string, headers?: OutgoingHeaders): true => {
    transaction.respond(plain(status, reason, headers))
    return true
  }
  const required = header(request, 'require')
  if (required !== undefined && method !== 'CANCEL') {
    const foreign = required.split(',').filter((option) => !understood.has(option.trim().toLowerCase()))
    if (foreign.length > 0)
      return answer(420, 'Bad Extension', [['Unsupported', foreign.map((one) => one.trim()).join(', ')]])
  }
  const localTag = readTag(header(request, 'to'))
  if (localTag !== undefined) {
    const user = agent.users.get(localTag)
    if (user === undefined) return answer(481, 'Call/Transaction Does Not Exist')
    user.receive(transaction, method)
    return true
  }
  switch (method) {
    case 'INVITE':
      return receiveInvite(agent, userAgent, transaction, answer)
    case 'SUBSCRIBE':
      return receiveSubscribe(agent, userAgent, transaction, answer)
    case 'REFER': {
      if (userAgent.onRefer === undefined) return answer(405, 'Method Not Allowed', [['Allow', agent.allow]])
      const dialog = dialogFor(agent, transaction)
      const place = { agent, dialog, onGone: () => void agent.users.delete(dialog.localTag) }
      const refer = takeRefer(transaction, place, true, (notifier) => void addUser(agent, dialog.localTag, notifier))
      const target = readDialogReference(request, 'target-dialog')
      if (refer !== undefined) userAgent.onRefer(refer, target === 'malformed' ? undefined : callOf(agent, target))
      return true
    }
    // None of these is for the outside of a dialog (RFC 3261 9.2, 15.1.2, RFC 3262 3, RFC 3311 5.2, RFC 6665 4.1.3).
    case 'CANCEL':
    case 'BYE':
    case 'PRACK':
    case 'UPDATE':
    case 'NOTIFY':
      if (method === 'NOTIFY' && userAgent.onRequest?.(transaction, method) === true) return true
      return answer(481, method === 'NOTIFY' ? 'Subscription Does Not Exist' : 'Call/Transaction Does Not Exist')
    default:
      if (userAgent.onRequest?.(transaction, method) === true) return true
      return method === 'OPTIONS'
        ? answer(200, 'OK', [...agent.inviteHeaders, ['Accept', 'application/sdp']])
        : answer(405, 'Method Not Allowed', [['Allow', agent.allow]])
  }
}

type Answer = (status: number, reason: string, headers?: OutgoingHeaders) => true

function receiveInvite(
  agent: AgentCore,
  userAgent: UserAgent,
  transaction: UserServerTransaction,
  answer: Answer,
): boolean {
  const { request } = transaction
  if (userAgent.onInvite === undefined) return answer(480, 'Temporarily Unavailable')
  const reference = readDialogReference(request, 'replaces')
  if (reference === 'malformed') return answer(400, 'Bad Request: Replaces, RFC 3891 6.1')
  const replaced = callOf(agent, reference)
  if (reference !== undefined) {
    const state = replaced?.state === 'ended' ? 'ended' : replaced?.dialog?.confirmed === true ? 'confirmed' : 'early'
    const candidate = replaced && ({ state, initiatedByUs: replaced.direction === 'outgoing' } as const)
    const refusal = refusalOfReplaces(candidate, reference.earlyOnly)
    if (refusal !== undefined) return answer(...refusal)
  }
  const timer =
    header(request, 'session-expires') === undefined ? undefined : judgeTimerRequest(request, agent.sessionTimer)
  if (timer?.kind === 'too-small') return answer(422, 'Session Interval Too Small', timer.headers)
  const localTag = agent.identifiers.token()
  const call = new CallMachine(agent, 'incoming', header(request, 'call-id') ?? '', localTag)
  if (!addUser(agent, localTag, call)) return answer(503, 'Service Unavailable', [['Retry-After', '10']])
  takeInvite(call, transaction, sequenceOf(request))
  call.replaces = replaced
  const expires = seconds(header(request, 'expires'))
  // "If the invitation expires before the UAS has generated a final response, a 487 SHOULD be generated" (RFC 3261 13.3.1).
  if (expires !== undefined) call.expiry = agent.stack.queues.start(expires * 1000, expire, call)
  userAgent.onInvite(call, replaced)
  return true
}

const expire = (call: CallMachine): void => void call.handle('cancelled')

function receiveSubscribe(
  agent: AgentCore,
  userAgent: UserAgent,
  transaction: UserServerTransaction,
  answer: Answer,
): boolean {
  const { request } = transaction
  const event = readEvent(request)
  if (userAgent.onSubscribe === undefined || event === undefined) return answer(489, 'Bad Event')
  const dialog = dialogFor(agent, transaction)
  const notifier = new Notifier({
    agent,
    transaction,
    dialog,
    event: event.name,
    eventId: event.id,
    asked: Math.min(seconds(header(request, 'expires')) ?? 3600, longestSubscription),
    implicit: false,
    onGone: () => void agent.users.delete(dialog.localTag),
  })
  if (!addUser(agent, dialog.localTag, notifier)) return answer(503, 'Service Unavailable', [['Retry-After', '10']])
  userAgent.onSubscribe(notifier)
  return true
}

/** Seconds that any subscription is given at most. */
const longestSubscription = 86_400

function dialogFor(agent: AgentCore, { request, transport, remote }: UserServerTransaction): Dialog {
  return dialogOfRequest(request, agent.identifiers.token(), sequenceOf(request), { transport, ...remote })
}

function callOf(
  agent: AgentCore,
  reference: { readonly callId: string; readonly localTag: string; readonly remoteTag: string } | undefined,
): CallMachine | undefined {
  if (reference === undefined) return undefined
  const user = agent.users.get(reference.localTag)
  if (!(user instanceof CallMachine) || user.callId !== reference.callId) return undefined
  return user.dialog?.remoteTag === reference.remoteTag ? user : undefined
}

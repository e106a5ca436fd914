import { header, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders, UserServerTransaction } from '../stack.ts'
import type { RingOptions } from './call.ts'
import type { CallMachine } from './call-machine.ts'
import { type Content, hasDescription, headersWith, noHeaders, plain } from './content.ts'
import { dialogOfRequest } from './dialog.ts'
import { receiveDescription } from './offer-answer.ts'
import { allowsUpdate } from './outgoing-invite.ts'
import { createReliableResponses } from './reliable-responses.ts'
import { judgeTimerRequest } from './session-timer.ts'
import { SuccessRepetition } from './success-repetition.ts'

/** Takes an INVITE that came: its dialog is made, CANCEL is listened for (RFC 3261 13.3.1, 12.1.1). */
export function takeInvite(call: CallMachine, transaction: UserServerTransaction, sequence: number): void {
  const { transport, remote, request } = transaction
  call.serverTransaction = transaction
  call.sequence = sequence
  call.dialog = dialogOfRequest(request, call.localTag, sequence, { transport, ...remote })
  transaction.onCancelled = (cancel) => void call.handle('cancelled', cancel)
  if (hasDescription(request)) receiveDescription(call.exchange)
  call.peerUpdates = allowsUpdate(request)
}

/** A provisional response (RFC 3261 13.3.1.1), reliable where asked for and supported (RFC 3262 3). */
export function ring(call: CallMachine, options: RingOptions): void {
  const { status = 180, reason = 'Ringing', reliable = false, headers, body } = options
  const { agent, serverTransaction: transaction } = call
  if (transaction === undefined || !call.handle('ring')) return
  if (body !== undefined && reliable) call.describe(body)
  const response = {
    status,
    reason,
    toTag: call.localTag,
    lines: agent.contactLine,
    headers: headersWith(noHeaders, { headers, body }),
    body: body?.octets,
  }
  const required = mentions(transaction.request, 'require', '100rel')
  if (status === 100 || !(required || (reliable && mentions(transaction.request, 'supported', '100rel'))))
    return void transaction.respond(response)
  call.reliable ??= createReliableResponses({
    queues: agent.stack.queues,
    timers: agent.stack.timers,
    transaction,
    sequence: call.sequence,
    firstSequence: 1 + Math.floor(agent.identifiers.fraction() * (2 ** 31 - 2)),
    onMissing: () => {
      call.end = { by: 'failure', text: 'no PRACK came within 64*T1 (RFC 3262 3)' }
      call.handle('failure')
    },
  })
  call.reliable.send(response)
}

/** 200, repeated until its ACK (RFC 3261 13.3.1.4). */
export function accept(call: CallMachine, content: Content): void {
  if (call.reliable === undefined) answer(call, content)
  else call.reliable.whenAcknowledged(() => answer(call, content))
}

function answer(call: CallMachine, content: Content): void {
  const { agent, dialog, serverTransaction: transaction } = call
  if (transaction === undefined || dialog === undefined || !call.handle('accept')) return
  dialog.confirmed = true
  if (content.body !== undefined) call.describe(content.body)
  const timer = judgeTimerRequest(transaction.request, agent.sessionTimer)
  const octets = transaction.respond({
    status: 200,
    reason: 'OK',
    toTag: call.localTag,
    lines: agent.inviteLines,
    headers: headersWith(timer.kind === 'agreed' ? timer.headers : noHeaders, content),
    body: content.body?.octets,
  })
  awaitAcknowledgement(call, transaction, octets, call.sequence)
  call.serverTransaction = undefined
  call.reliable = undefined
  call.expiry?.stop()
  call.expiry = undefined
  if (timer.kind === 'agreed') call.agree(timer.agreement)
  call.replaces?.hangUp()
  call.replaces = undefined
}

/** Repeats a 2xx to INVITE; without an ACK the session is left (RFC 3261 13.3.1.4). */
export function awaitAcknowledgement(
  call: CallMachine,
  transaction: UserServerTransaction,
  octets: Uint8Array,
  sequence: number,
): void {
  const { queues, timers } = call.agent.stack
  call.repetition?.stop()
  call.repetition = new SuccessRepetition(queues, timers, transaction.repeater, octets, sequence, () => {
    call.repetition = undefined
    call.leavingText ||= 'no ACK came within 64*T1 (RFC 3261 13.3.1.4)'
    if (!call.handle('acknowledgement-missing')) call.handle('hang-up')
  })
}

/** The ACK to a 2xx of ours. */
export function receiveAcknowledgement(call: CallMachine, acknowledgement: SipMessage): void {
  const sequence = Number.parseInt(header(acknowledgement, 'cseq') ?? '', 10)
  if (call.repetition?.sequence !== sequence) return
  if (hasDescription(acknowledgement) && call.exchange.state === 'local-offer') receiveDescription(call.exchange)
  if (call.handle('acknowledged', acknowledgement)) return
  call.repetition.stop()
  call.repetition = undefined
}

/** A final response from 300 up (RFC 3261 13.3.1.2, 13.3.1.3). */
export function refuse(call: CallMachine, status: number, reason: string, headers: OutgoingHeaders): void {
  const { serverTransaction: transaction } = call
  if (transaction === undefined || status < 300 || !call.can('refuse')) return
  call.leavingText = `${status} ${reason}`
  call.serverTransaction = undefined
  transaction.respond({ ...plain(status, reason, headers), toTag: call.localTag })
  call.handle('refuse')
}

/** The final response to an INVITE that nobody will accept any more. */
export function refusePending(call: CallMachine): void {
  const [status, reason] =
    call.end?.by === 'failure'
      ? ([504, 'Server Time-out'] as const)
      : call.leavingText === ''
        ? ([487, 'Request Terminated'] as const)
        : ([603, 'Decline'] as const)
  call.serverTransaction?.respond({ ...plain(status, reason), toTag: call.localTag })
  call.serverTransaction = undefined
}

/** Whether Supported or Require names an option. */
function mentions(message: SipMessage, name: 'supported' | 'require', option: string): boolean {
  const value = header(message, name)
  return value !== undefined && value.split(',').some((tag) => tag.trim().toLowerCase() === option)
}

import type { Endpoint } from '#transport'
import { header, readMessage, type SipMessage, statusOf } from '#wire/sip'
import type { AcknowledgedObserver, Acknowledgement, ClientTransaction, Outcome, ResponseObserver } from '../stack.ts'
import { readTag } from '../tag.ts'
import { acknowledgeInside, type AgentCore, sendInside } from './agent-core.ts'
import { CallMachine } from './call-machine.ts'
import { hasDescription, noContent } from './content.ts'
import { confirmDialog, type Dialog, dialogOfResponse } from './dialog.ts'
import { receiveDescription } from './offer-answer.ts'
import { reliabilityOf } from './reliable-responses.ts'
import { judgeTimerResponse, readMinSe } from './session-timer.ts'

/** What is needed of an INVITE of ours until its final response. */
export interface OutgoingInvite {
  readonly from: string
  readonly requestUri: string
  readonly target: Endpoint
  /** Sends it, again after a 422. `interval`: Session-Expires in seconds. */
  readonly send: (sequence: number, interval: number | undefined) => ClientTransaction
}

/** A provisional response: an early dialog where it has a tag, a PRACK where it is reliable (RFC 3261 13.2.2.1, RFC 3262 4). */
function receiveProvisional(call: CallMachine, response: SipMessage): void {
  if (response.startLine.kind !== 'response' || response.startLine.status === 100) return
  const dialog = earlyDialogOf(call, response)
  if (dialog !== undefined && dialog.confirmed) return
  if (dialog !== undefined) {
    const reliability = reliabilityOf(response, dialog, call.sequence)
    if (reliability.kind === 'discard') return
    if (reliability.kind === 'acknowledge') {
      if (hasDescription(response)) receiveDescription(call.exchange)
      sendInside(call.agent, dialog, 'PRACK', noContent, undefined, [['RAck', reliability.rack]])
    }
  }
  call.handle('provisional', response)
}

/** The final response to an INVITE of ours, or none. */
export function receiveFinal(call: CallMachine, outcome: Outcome): void {
  call.expiry?.stop()
  call.expiry = undefined
  if (outcome.kind !== 'response') {
    const text = outcome.kind === 'timeout' ? `no final response within ${outcome.after} ms` : outcome.text
    call.end = { by: 'failure', text }
    return void call.handle('failure')
  }
  const { message } = outcome
  const status = statusOf(message)
  if (status < 300) return void call.handle('success', message)
  // "If the UAC receives a 422, it MAY try again" with the Min-SE it says (RFC 4028 7.4).
  const least = status === 422 && call.askedInterval !== undefined ? readMinSe(message) : undefined
  if (least === undefined || least <= (call.askedInterval ?? 0) || call.state === 'cancelling' || !call.outgoing)
    return void call.handle('refusal', message)
  call.askedInterval = least
  call.sequence += 1
  call.clientTransaction = call.outgoing.send(call.sequence, least)
}

/** The 2xx: the dialog is confirmed, the ACK sent (RFC 3261 13.2.2.4). */
export function acknowledgeAnswer(call: CallMachine, response: SipMessage): void {
  const dialog = earlyDialogOf(call, response) ?? newDialog(call, response)
  if (dialog === undefined) return
  confirmDialog(dialog, response)
  call.dialog = dialog
  call.early = noDialogs
  call.outgoing = undefined
  call.clientTransaction = undefined
  if (hasDescription(response) && call.exchange.state !== 'agreed') receiveDescription(call.exchange)
  call.peerUpdates = allowsUpdate(response)
  const content = (call.state === 'confirmed' ? call.onAnswered?.(response, call) : undefined) ?? noContent
  if (content.body !== undefined) call.describe(content.body)
  call.acknowledgement = acknowledgeInside(call.agent, dialog, call.sequence, content)
  if (call.relay !== undefined) call.relay.acknowledgement = call.acknowledgement
  call.tellAnswered(response)
  call.agree(judgeTimerResponse(response, call.askedInterval))
  // What was asked for before the ACK had left is done now.
  if (call.leavingText !== '' && call.state === 'confirmed') call.handle('hang-up')
}

/** A further 2xx of a fork that is new: a dialog and a call of its own, left at once unless somebody takes it (RFC 3261 13.2.2.4). */
function receiveFork(relay: InviteRelay, response: SipMessage): void {
  const { agent, call, acknowledgement, requestUri, target } = relay
  const first = acknowledgement && readMessage(acknowledgement.octets)
  const localTag = first && readTag(header(first, 'from'))
  if (first === undefined || localTag === undefined) return
  const callId = header(first, 'call-id') ?? ''
  const sequence = Number.parseInt(header(first, 'cseq') ?? '', 10)
  const forks = relay.forks ?? []
  if (forks.length >= agent.limits.maxForks) return
  const fork = new CallMachine(agent, 'outgoing', callId, localTag)
  const sent = { from: agent.from, fromTag: localTag, callId, cseq: sequence }
  fork.dialog = dialogOfResponse(response, sent, requestUri, target)
  fork.primary = call
  fork.sequence = sequence
  fork.state = 'confirmed'
  fork.acknowledgement = acknowledgeInside(agent, fork.dialog, sequence, noContent)
  relay.forks = [...forks, fork]
  if (call !== undefined) call.forks = relay.forks
  if (!agent.users.has(localTag)) agent.users.set(localTag, fork)
  if (call?.onFork !== undefined) return call.onFork(fork, response)
  fork.leavingText = 'another fork has answered'
  fork.handle('hang-up')
}

/** Hears of further 2xx in place of the relays of acknowledged INVITEs. A relay lives on where there was a fork. */
export function createForkReception(agent: AgentCore): AcknowledgedObserver {
  const forked = new Map<string, InviteRelay>()
  const { queues, timers } = agent.stack
  return {
    onSuccessAgain(response, acknowledgement) {
      const localTag = readTag(header(response, 'from')) ?? ''
      const known = forked.get(localTag)
      if (known !== undefined) return known.onSuccessAgain(response)
      const user = agent.users.get(localTag)
      const call = user instanceof CallMachine ? (user.primary ?? user) : undefined
      const { startLine } = readMessage(acknowledgement.octets)
      const requestUri = startLine.kind === 'request' ? startLine.requestUri : ''
      const relay = new InviteRelay(agent, call, requestUri, acknowledgement.target)
      relay.acknowledgement = acknowledgement
      relay.onSuccessAgain(response)
      if (relay.forks === undefined) return
      forked.set(localTag, relay)
      queues.start(64 * timers.t1, () => void forked.delete(localTag), undefined)
    },
  }
}

/** What hears the responses to an INVITE of ours. It outlives its call, so it keeps no more than late ones need. */
export class InviteRelay implements ResponseObserver {
  call: CallMachine | undefined
  forks: readonly CallMachine[] | undefined = undefined
  acknowledgement: Acknowledgement | undefined = undefined
  readonly agent: AgentCore
  readonly requestUri: string
  readonly target: Endpoint

  constructor(agent: AgentCore, call: CallMachine | undefined, requestUri: string, target: Endpoint) {
    this.call = call
    this.agent = agent
    this.requestUri = requestUri
    this.target = target
  }

  get successor(): AcknowledgedObserver {
    return this.agent.successor
  }

  onProvisional(response: SipMessage): void {
    if (this.call !== undefined) receiveProvisional(this.call, response)
  }

  onFinal(outcome: Outcome): void {
    if (this.call !== undefined) receiveFinal(this.call, outcome)
  }

  /** A further 2xx: the same again, or that of another fork. */
  onSuccessAgain(response: SipMessage): void {
    const remoteTag = readTag(header(response, 'to'))
    const ours = this.acknowledgement
    const first = ours && readTag(header(readMessage(ours.octets), 'to')) === remoteTag
    const fork = first ? undefined : this.forks?.find(({ dialog }) => dialog?.remoteTag === (remoteTag ?? ''))
    const known = first ? ours : fork?.acknowledgement
    if (known === undefined) receiveFork(this, response)
    else this.agent.stack.sendOctets(known.octets, known.target)
  }
}

export const noDialogs: readonly Dialog[] = []

export const allowsUpdate = (message: SipMessage): boolean => (header(message, 'allow') ?? '').includes('UPDATE')

function earlyDialogOf(call: CallMachine, response: SipMessage): Dialog | undefined {
  const remoteTag = readTag(header(response, 'to'))
  if (remoteTag === undefined || call.outgoing === undefined) return undefined
  const known = call.early.find((one) => one.remoteTag === remoteTag)
  if (known !== undefined) {
    call.dialog = known
    return known
  }
  if (call.early.length >= call.agent.limits.maxForks) return undefined
  const dialog = newDialog(call, response)
  if (dialog === undefined) return undefined
  call.early = [...call.early, dialog]
  call.dialog = dialog
  return dialog
}

function newDialog({ outgoing, localTag, callId, sequence }: CallMachine, response: SipMessage): Dialog | undefined {
  if (outgoing === undefined) return undefined
  const { from, requestUri, target } = outgoing
  return dialogOfResponse(response, { from, fromTag: localTag, callId, cseq: sequence }, requestUri, target)
}

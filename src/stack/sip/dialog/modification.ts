import { statusOf, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders, Outcome, ResponseObserver, UserServerTransaction } from '../stack.ts'
import { acknowledgeInside, sendInside } from './agent-core.ts'
import type { Modification, ModificationRequest } from './call.ts'
import type { CallMachine } from './call-machine.ts'
import { sequenceOf } from './call-requests.ts'
import { type Content, hasDescription, headersWith, isDescription, noContent, plain } from './content.ts'
import { type Dialog, refreshTarget } from './dialog.ts'
import { awaitAcknowledgement } from './incoming-invite.ts'
import { receiveDescription, stepOfferAnswer } from './offer-answer.ts'
import { allowsUpdate } from './outgoing-invite.ts'
import { judgeTimerRequest, judgeTimerResponse, readMinSe, timerRequestHeaders } from './session-timer.ts'

const notAllowed = (text: string): Promise<Modification> => Promise.resolve({ kind: 'not-allowed', text })

/** "If a UA receives a 491 [...] it SHOULD attempt the re-INVITE once more": so often, so that two stubborn peers come to an end. */
const mostAttempts = 4

/** Sends a re-INVITE (RFC 3261 14.1) or UPDATE (RFC 3311 5.1) and sees it through: ACK, 491, 422, a dialog that is gone. */
export function modifyCall(call: CallMachine, method: 'INVITE' | 'UPDATE', content: Content): Promise<Modification> {
  const { dialog } = call
  const early = call.state === 'ringing' || call.state === 'calling' || call.state === 'accepted'
  if (dialog === undefined || (call.state !== 'confirmed' && !(early && method === 'UPDATE')))
    return notAllowed(`a call that is ${call.state} cannot be changed by ${method}`)
  if (call.modifying !== undefined || call.answering !== undefined)
    return notAllowed('another INVITE or UPDATE is under way in this dialog (RFC 3261 14.1, RFC 3311 5.1)')
  const offers = content.body !== undefined && isDescription(content.body.type)
  if (offers && call.exchange.state !== 'none' && call.exchange.state !== 'agreed')
    return notAllowed(`the offer/answer exchange is in state ${call.exchange.state} (RFC 3264 4)`)
  const { promise, resolve } = Promise.withResolvers<Modification>()
  send(call, dialog, method, content, offers, 1, resolve)
  return promise
}

function send(
  call: CallMachine,
  dialog: Dialog,
  method: 'INVITE' | 'UPDATE',
  content: Content,
  offers: boolean,
  attempt: number,
  settle: (how: Modification) => void,
): void {
  const { agent } = call
  call.modifying = method
  if (offers && content.body !== undefined) call.describe(content.body)
  const observer = new Modifying(call, dialog, method, content, offers, attempt, settle)
  sendInside(agent, dialog, method, content, observer, refreshHeaders(call))
  observer.sequence = dialog.localSequence
}

function refreshHeaders({ agent, sessionTimer, askedInterval }: CallMachine): OutgoingHeaders | undefined {
  const policy = agent.sessionTimer
  const supported: OutgoingHeaders = policy === undefined ? [] : [['Supported', 'timer']]
  if (sessionTimer !== undefined) {
    const least = policy ?? { interval: sessionTimer.interval, least: 90, refresher: 'us' }
    const interval = Math.max(sessionTimer.interval, askedInterval ?? 0)
    return [['Supported', 'timer'], ...timerRequestHeaders(least, interval, sessionTimer.weRefresh)]
  }
  return policy === undefined ? undefined : [...supported, ...timerRequestHeaders(policy, askedInterval)]
}

class Modifying implements ResponseObserver {
  sequence = 0
  private readonly call: CallMachine
  private readonly dialog: Dialog
  private readonly method: 'INVITE' | 'UPDATE'
  private readonly content: Content
  private readonly offers: boolean
  private readonly attempt: number
  private readonly settle: (how: Modification) => void
  acknowledgement: ReturnType<typeof acknowledgeInside> | undefined = undefined

  constructor(
    call: CallMachine,
    dialog: Dialog,
    method: 'INVITE' | 'UPDATE',
    content: Content,
    offers: boolean,
    attempt: number,
    settle: (how: Modification) => void,
  ) {
    this.call = call
    this.dialog = dialog
    this.method = method
    this.content = content
    this.offers = offers
    this.attempt = attempt
    this.settle = settle
  }

  onFinal(outcome: Outcome): void {
    const { call, dialog, method } = this
    call.modifying = undefined
    const status = outcome.kind === 'response' ? statusOf(outcome.message) : 0
    if (outcome.kind === 'response' && status < 300) return this.succeed(outcome.message)
    if (this.offers) stepOfferAnswer(call.exchange, 'refuse-local-offer')
    if (status === 491 && this.attempt < mostAttempts && call.state === 'confirmed') return this.againLater()
    const least = outcome.kind === 'response' && status === 422 ? readMinSe(outcome.message) : undefined
    if (
      least !== undefined &&
      least > (call.askedInterval ?? call.sessionTimer?.interval ?? 0) &&
      this.attempt < mostAttempts
    ) {
      call.askedInterval = least
      return send(call, dialog, method, this.content, this.offers, this.attempt + 1, this.settle)
    }
    this.settle(outcome)
    if (status === 481 || status === 408 || outcome.kind === 'timeout') {
      call.leavingText ||= `${method} was answered ${status === 0 ? 'by nothing' : status} (RFC 3261 12.2.1.2)`
      call.handle('dialog-lost')
    }
  }

  onSuccessAgain(): void {
    const { acknowledgement } = this
    if (acknowledgement !== undefined) this.call.agent.stack.sendOctets(acknowledgement.octets, acknowledgement.target)
  }

  private succeed(response: SipMessage): void {
    const { call, dialog } = this
    refreshTarget(dialog, response)
    if (hasDescription(response)) receiveDescription(call.exchange)
    if (this.method === 'INVITE') {
      // An offer in the 2xx is answered with what was said last.
      const answers = call.exchange.state === 'remote-offer' && call.localDescription !== undefined
      const content = answers ? { body: call.localDescription } : noContent
      if (content.body !== undefined) call.describe(content.body)
      this.acknowledgement = acknowledgeInside(call.agent, dialog, this.sequence, content)
    }
    call.agree(judgeTimerResponse(response, call.sessionTimer?.interval ?? call.askedInterval))
    this.settle({ kind: 'response', message: response })
  }

  // "If the UAC is the owner of the Call-ID of the dialog ID, T has a randomly chosen value between 2.1 and 4 seconds in units of 10 ms",
  // else "between 0 and 2 seconds" (RFC 3261 14.1).
  private againLater(): void {
    const { call, dialog, method } = this
    const [from, steps] = call.direction === 'outgoing' ? [2100, 191] : [0, 201]
    const wait = from + 10 * Math.floor(call.agent.identifiers.fraction() * steps)
    const again = (): void => {
      const free = call.modifying === undefined && call.answering === undefined && call.state === 'confirmed'
      if (free) send(call, dialog, method, this.content, this.offers, this.attempt + 1, this.settle)
      else this.settle({ kind: 'not-allowed', text: 'the dialog was taken by another request after a 491' })
    }
    call.agent.stack.clock.after(wait, again)
  }
}

/** A re-INVITE or UPDATE of the peer (RFC 3261 14.2, RFC 3311 5.2). */
export function receiveModification(
  call: CallMachine,
  transaction: UserServerTransaction,
  method: 'INVITE' | 'UPDATE',
): void {
  const { agent, exchange, dialog } = call
  const { request } = transaction
  const offered = hasDescription(request)
  const glare =
    method === 'INVITE'
      ? call.modifying === 'INVITE'
      : offered && (call.modifying !== undefined || exchange.state === 'local-offer')
  if (glare) return void transaction.respond(plain(491, 'Request Pending'))
  const busy =
    call.answering !== undefined ||
    (method === 'INVITE' && (call.repetition !== undefined || call.state !== 'confirmed')) ||
    (offered && exchange.state === 'remote-offer')
  if (busy) {
    // "A Retry-After header field with a randomly chosen value of between 0 and 10 seconds."
    const seconds = Math.floor(agent.identifiers.fraction() * 11)
    return void transaction.respond(plain(500, 'Server Internal Error', [['Retry-After', String(seconds)]]))
  }
  const timer = judgeTimerRequest(request, agent.sessionTimer)
  if (timer.kind === 'too-small')
    return void transaction.respond(plain(422, 'Session Interval Too Small', timer.headers))
  if (dialog !== undefined) refreshTarget(dialog, request)
  if (allowsUpdate(request)) call.peerUpdates = true
  if (offered) receiveDescription(exchange)
  call.answering = method
  let open = true
  const asked: ModificationRequest = {
    method,
    message: request,
    accept(content = noContent) {
      if (!open) return
      open = false
      call.answering = undefined
      const wanted = offered || method === 'INVITE'
      const body = content.body ?? (wanted ? call.localDescription : undefined)
      if (body !== undefined) call.describe(body)
      const own = method === 'INVITE' ? agent.inviteHeaders : agent.contactHeader
      const octets = transaction.respond({
        status: 200,
        reason: 'OK',
        headers: headersWith(timer.kind === 'agreed' ? [...own, ...timer.headers] : own, { ...content, body }),
        body: body?.octets,
      })
      if (method === 'INVITE') awaitAcknowledgement(call, transaction, octets, sequenceOf(request))
      if (timer.kind === 'agreed') call.agree(timer.agreement)
    },
    refuse(status, reason, headers = []) {
      if (!open || status < 300) return
      open = false
      call.answering = undefined
      if (offered) stepOfferAnswer(exchange, 'refuse-remote-offer')
      transaction.respond(plain(status, reason, headers))
    },
  }
  // A CANCEL of a re-INVITE: the session stays as it is.
  transaction.onCancelled = () => asked.refuse(487, 'Request Terminated')
  if (call.onModification === undefined) asked.accept()
  else call.onModification(asked, call)
}

import type { WireRequest, WireResponse } from '#bindings'
import { defaultTimers, openSipStack } from '#stack/sip'
import type { Clock, Middlebox, SipTimers, TlsSettings, UserServerTransaction } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import { header } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import type { DefectName } from './defects.ts'
import { decoyDelivery } from './decoy-delivery.ts'
import { decoyRefusals, otherRefusal } from './decoy-refusals.ts'
import { decoyTimers } from './decoy-timers.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import { answerToStray, wayBack } from './flawed-acknowledgement.ts'
import { flawedInvitations } from './flawed-invitations.ts'
import { flawedKeeping } from './flawed-keeping.ts'
import { flawedMatching } from './flawed-matching.ts'
import { flawedRefusal, withoutRecordRoute } from './flawed-passing.ts'
import { flawedReading, isUnnoticed } from './flawed-reading.ts'
import type { Identification, IncomingRequest, Invitation, McFunction, Sent, Session } from './mc-function.ts'
import { refusalOfNotUnderstood } from './not-understood.ts'
import type { Surroundings } from './mc-function.ts'
import { owedAnswers } from './owed-answers.ts'
import {
  branchOf,
  countAccepted,
  descend,
  isInside,
  isTooBrief,
  lifetimeOf,
  longestTimer,
  nameOf,
  originOf,
  tooBrief,
  userOf,
} from './received-request.ts'
import { isSuccess } from './refusal.ts'
import { openSessions } from './sessions.ts'
import { unheard } from './unheard-transaction.ts'

/** The SIP side of one functional entity: one UDP and one TCP socket on the same port, and TLS where it is asked for. */
export interface Signalling {
  readonly local: Address
  /** Of TLS. */
  readonly secure: Address | undefined
  /** From now on requests go to this entity. */
  serve(entity: McFunction): void
  readonly send: Surroundings['send']
  readonly invite: Surroundings['invite']
  /** Forgets which requests came already. */
  forget(): void
  close(): Promise<void>
}

export interface SignallingOptions {
  readonly name: string
  readonly seed: number
  /** Own SIP URI. */
  readonly identity: string
  /** `address:port` of the MC service server that a gateway server stands before; shown by a defect alone. */
  readonly inner?: string | undefined
  /** Host part of the Call-IDs that are made here. */
  readonly host: string
  readonly address: string
  readonly port: number
  readonly tls: TlsSettings | undefined
  readonly timers: SipTimers | undefined
  readonly clock: Clock
  readonly defective: (name: DefectName) => boolean
  readonly say: (line: string) => void
}

type Answer = (response: WireResponse) => Session | undefined

/** A request that came, to be recognised when it comes again outside of its transaction. */
interface Earlier {
  response: WireResponse | undefined
  readonly waiting: Answer[]
  repeats: number
}

const mostEarlier = 20_000
const mostWaiting = 8
const methodsOfAll = ['OPTIONS']

export async function openSignalling(options: SignallingOptions): Promise<Signalling> {
  const { name, seed, say, clock, defective } = options
  const earlier = boundedTable<Earlier>(mostEarlier)
  /** How to cancel the INVITEs that wait for an answer, by their Call-ID. */
  const waiting = boundedTable<() => void>(mostEarlier)
  /** What a late provisional response does to the INVITE of that Call-ID (only ever by a defect). */
  const reopened = boundedTable<(late: SipMessage) => void>(mostEarlier)
  const invitations = flawedInvitations(defective)
  const isOfAnother = flawedMatching()
  const owed = owedAnswers()
  const keeping = flawedKeeping(defective, clock)
  let entity: McFunction | undefined
  let open = true

  const usual = decoyTimers(options.timers ?? defaultTimers, defective)
  const timers = defective('request-repeated-at-one-pace') ? { ...usual, t2: usual.t1 } : usual
  const delivery = decoyDelivery(defective, clock, seed)
  const reading = flawedReading(defective, clock, (late) => reopened.get(header(late, 'Call-ID') ?? '')?.(late))
  const refusalFor = decoyRefusals(defective, clock)
  const middlebox: Middlebox = {
    incoming: (octets, peer, pass) =>
      delivery.incoming(octets, peer, (given) =>
        invitations.incoming(given, () => reading.incoming(given, peer, pass)),
      ),
    outgoing: (octets, peer, pass) =>
      !invitations.isKeptBack(octets) &&
      delivery.outgoing(defective('record-route-not-mirrored') ? withoutRecordRoute(octets) : octets, peer, pass),
  }
  const stack = await openSipStack({
    address: options.address,
    port: options.port,
    tls: options.tls,
    clock: options.clock,
    timers,
    rejectMalformed: (message) => !isUnnoticed(message, defective),
    middlebox,
    limits: {
      messageTime: () => (defective('half-message-kept') ? longestTimer : 64 * timers.t1),
    },
    onRequest: (transaction) => take(transaction, false),
    onAcknowledgement(message, remote) {
      if (defective('stray-acknowledgement-answered') && !sessions.knows(message))
        stack.sendOctets(answerToStray(message, toTagFor(message)), wayBack(message, remote))
      sessions.onAcknowledgement(message)
    },
    onTrace(trace) {
      if (trace.direction !== 'received' || !trace.retransmission || trace.message.startLine.kind !== 'request') return
      const { method } = trace.message.startLine
      const again = method === 'INVITE' && defective('repeated-invite-starts-call')
      if (entity?.takesRetransmissionAsNew() !== true && !again) return
      const { message: request, transport, local, remote } = trace
      take({ ...unheard, key: trace.transaction ?? '', request, transport, local, remote }, true)
    },
    onTrouble(trouble) {
      say(`${name}: ${trouble.kind}: ${trouble.text}`)
      if (defective('lost-connection-unhandled')) owed.failOn(trouble)
      if (defective('late-response-unhandled') && trouble.kind === 'stray-response') throw new TypeError(trouble.text)
    },
  })
  const sessions = openSessions({ stack, defective, branch: (cause, purpose) => branchFor(cause, purpose) })

  const toTagFor = (request: SipMessage): string =>
    derivedIdentifier(seed, name, nameOf(request), 'to tag').slice(0, 16)

  function take(transaction: UserServerTransaction, again: boolean): void {
    const { request } = transaction
    const method = request.startLine.kind === 'request' ? request.startLine.method : ''
    if (method === 'ACK') return
    keeping.came(request)
    if (defective('sent-by-unmatched') && isOfAnother(request)) return
    const toTag = toTagFor(request)
    const answer: Answer = (response) => {
      if (!open) return undefined
      const { status } = response
      pay()
      const success = status >= 200 && status < 300
      if (!success) keeping.refused(request)
      if (method === 'INVITE' && success) return sessions.accept(transaction, response, toTag)
      if (method === 'SUBSCRIBE' && success) return sessions.subscribe(transaction, response, toTag)
      const told = otherRefusal(flawedRefusal(response, options.inner, defective), request, defective)
      transaction.respond({ ...told, toTag })
      return undefined
    }
    const pay = owed.owe(transaction)
    const unusual = refusalFor(request) ?? refusalOfNotUnderstood(request, defective)
    if (unusual !== undefined) return void answer(unusual)
    if (entity === undefined) return void answer(plain(503, 'Service Unavailable'))
    const allowed = [...entity.methods, ...methodsOfAll].join(', ')
    if (method === 'OPTIONS') return void answer({ status: 200, reason: 'OK', headers: [['Allow', allowed]] })
    if (!entity.methods.includes(method)) {
      return void answer({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', allowed]] })
    }
    if (method === 'INVITE' && isTooBrief(request) && !defective('session-interval-too-small-taken'))
      return void answer(tooBrief)
    if (method === 'INVITE' && isInside(request, defective)) return modify(transaction, answer, pay)
    const key = nameOf(request)
    const known = earlier.get(key)
    if (known !== undefined && !again && !entity.takesRetransmissionAsNew()) return share(known, method, answer)
    if (known !== undefined) known.repeats += 1
    const entry = known ?? { response: undefined, waiting: [], repeats: 0 }
    if (known === undefined) earlier.set(key, entry)
    // RFC 3261 17.2.1: a caller that has a provisional response can cancel.
    if (method === 'INVITE' && !defective('no-trying')) transaction.respond(plain(100, 'Trying'))
    const receive = receiverOf(entity, transaction, method)
    hand(receive, transaction, method, entry, answer)
  }

  /** RFC 3261 14.2. */
  function modify(transaction: UserServerTransaction, answer: Answer, pay: () => void): void {
    const place = sessions.find(transaction.request)
    switch (place.kind) {
      case 'outside':
        return void answer(noSuchDialog)
      case 'out of order':
        return void answer(outOfOrder)
      case 'in order':
        pay()
        return place.modify(transaction)
    }
  }

  /** RFC 3261 12.2.2: what comes inside a dialog is for its session, and a BYE has no business outside of one. */
  function receiverOf(receiver: McFunction, { request }: UserServerTransaction, method: string): Receiver {
    const cancel = defective('cancel-by-call-id') ? waiting.get(header(request, 'Call-ID') ?? '') : undefined
    if (method === 'CANCEL') return cancel === undefined ? answering(noSuchDialog) : ended(cancel)
    // A subscription is the business of who asked for it (RFC 6665 4.1.3).
    if (method === 'NOTIFY' || (!isInside(request, defective) && method !== 'BYE'))
      return (incoming) => receiver.receive(incoming)
    const place = sessions.find(request)
    switch (place.kind) {
      case 'outside':
        return answering(noSuchDialog)
      case 'out of order':
        return answering(outOfOrder)
      case 'in order':
        return place.deliver
    }
  }

  /** RFC 3261 17.2.2 and 8.2.2.2: what came before gets the response it got before, or the one it will get; a second session is none of that. */
  function share(known: Earlier, method: string, answer: Answer): void {
    if (method === 'INVITE') return void answer(plain(482, 'Loop Detected'))
    if (known.response !== undefined) return void answer(known.response)
    if (known.waiting.length < mostWaiting) known.waiting.push(answer)
    else answer(plain(482, 'Loop Detected'))
  }

  function hand(
    receive: Receiver,
    transaction: UserServerTransaction,
    method: string,
    entry: Earlier,
    answer: Answer,
  ): void {
    const { request: message, transport, remote } = transaction
    let answered = false
    let session: Session | undefined
    const accept = (response: WireResponse): Session | undefined => {
      if (answered) return undefined
      answered = true
      if (response.status >= 300 || !defective('expiry-ends-answered-call')) expiry?.cancel()
      waiting.delete(incoming.callId)
      entry.response ??= response
      session = answer(response)
      if (method === 'INVITE') invitations.answered(message, () => session?.onUnacknowledged?.())
      for (const other of entry.waiting.splice(0)) other(response)
      return session
    }
    const incoming: IncomingRequest = {
      message,
      method,
      callId: header(message, 'Call-ID') ?? '',
      cause: `${nameOf(message)} ${branchOf(message)}${entry.repeats === 0 ? '' : ` again ${entry.repeats}`}`,
      origin: originOf(message, transport, remote),
      respond: (response) => void accept(response),
      progress: (status, reason) => (answered ? undefined : void answer(plain(status, reason))),
      accept,
      onCancelled: undefined,
    }
    const cancelled = (): void =>
      incoming.onCancelled === undefined ? incoming.respond(terminated) : incoming.onCancelled()
    const expired = (): void => (session === undefined ? cancelled() : session.onUnacknowledged?.())
    const lifetime = method === 'INVITE' ? lifetimeOf(message, defective) : undefined
    const expiry = lifetime === undefined ? undefined : clock.after(lifetime, expired)
    if (method === 'INVITE') {
      transaction.onCancelled = cancelled
      waiting.set(incoming.callId, cancelled)
    }
    const failed = (error: unknown): void => {
      say(`${name}: ${method} could not be handled: ${error instanceof Error ? error.message : String(error)}`)
      incoming.respond(plain(500, 'Server Internal Error'))
    }
    try {
      if (defective('many-fields-overflow')) countAccepted(message)
      if (defective('nested-multiparts-overflow')) descend(message)
      if (defective('user-part-taken-for-granted')) userOf(message, options.identity)
      void Promise.resolve(receive(incoming)).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  const branchFor = (cause: string, purpose: string): string =>
    `z9hG4bK${derivedIdentifier(seed, name, cause, purpose, 'branch')}`

  function begin(request: WireRequest, target: Endpoint, cause: string, purpose: string, given?: Identification) {
    const derived = (what: string): string => derivedIdentifier(seed, name, cause, purpose, what)
    const { callId = `${derived('call')}@${options.host}`, cseq = 1, maxForwards } = given ?? {}
    const { method, requestUri, from, to, headers, body } = request
    const fromTag = derived('tag').slice(0, 16)
    const transaction = stack.request(
      {
        method,
        requestUri,
        from,
        to,
        headers,
        body,
        callId,
        cseq,
        fromTag,
        branch: branchFor(cause, purpose),
        maxForwards,
      },
      target,
    )
    void transaction.final.then(({ kind }) => {
      if (kind === 'timeout' && defective('request-repeated-without-end')) repeat(transaction.octets, target)
    })
    return { transaction, sent: { from, fromTag, callId, cseq, requestUri, cause: `${cause} ${purpose}` } }
  }

  /** Once more, and again, after the time of the transaction is over. */
  function repeat(octets: Uint8Array, target: Endpoint): void {
    if (!open) return
    stack.sendOctets(octets, target)
    clock.after(timers.t2, () => repeat(octets, target))
  }

  function invite(
    request: WireRequest,
    target: Endpoint,
    cause: string,
    purpose: string,
    given?: Identification,
  ): Invitation {
    const { transaction, sent } = begin(request, target, cause, purpose, given)
    let session: Session | undefined
    const invitation: Invitation = {
      callId: sent.callId,
      get session() {
        return session
      },
      onProgress: undefined,
      cancel: (headers) => transaction.cancel(headers),
      final: transaction.final.then((outcome) => {
        if (outcome.kind === 'response' && defective('late-provisional-reopens'))
          reopened.set(sent.callId, () => invitation.onProgress?.(180, 'Ringing'))
        if (outcome.kind === 'response' && isSuccess(outcome.message) && open)
          session = sessions.acknowledge(sent, target, transaction, outcome.message)
        return outcome
      }),
    }
    transaction.onProvisional = ({ startLine }) => {
      if (startLine.kind === 'response' && startLine.status > 100)
        invitation.onProgress?.(startLine.status, startLine.reason)
    }
    return invitation
  }

  return {
    local: stack.local,
    secure: stack.secure,
    serve(given) {
      entity = given
    },
    send(request, target, cause, purpose, given): Sent {
      const { transaction, sent } = begin(request, target, cause, purpose, given)
      return { callId: sent.callId, final: transaction.final }
    },
    invite,
    forget: () => earlier.clear(),
    close() {
      open = false
      entity?.forget()
      sessions.clear()
      return stack.close()
    },
  }
}

type Receiver = (incoming: IncomingRequest) => void | Promise<void>

const plain = (status: number, reason: string): WireResponse => ({ status, reason, headers: [] })

const terminated = plain(487, 'Request Terminated')

const noSuchDialog = plain(481, 'Call/Transaction Does Not Exist')

const outOfOrder = plain(500, 'Server Internal Error')

const answering =
  (response: WireResponse): Receiver =>
  (incoming) =>
    incoming.respond(response)

const ended =
  (cancel: () => void): Receiver =>
  (incoming) => {
    incoming.respond({ status: 200, reason: 'OK', headers: [] })
    cancel()
  }

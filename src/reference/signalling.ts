import type { WireRequest, WireResponse } from '#bindings'
import { openSipStack, readTag } from '#stack/sip'
import type { Clock, SipTimers, TlsSettings, UserServerTransaction } from '#stack/sip'
import type { Address, Endpoint } from '#transport'
import { header, parameter, readCSeq, readNameAddress, readUri, readVia, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import type { DefectName } from './defects.ts'
import { derivedIdentifier } from './derived-identifier.ts'
import { flawedReading, isUnnoticed } from './flawed-reading.ts'
import type { Identification, IncomingRequest, Invitation, McFunction, Sent, Session } from './mc-function.ts'
import type { Surroundings } from './mc-function.ts'
import { isSuccess } from './refusal.ts'
import { openSessions } from './sessions.ts'

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
const sipPort = 5060
const sipsPort = 5061

export async function openSignalling(options: SignallingOptions): Promise<Signalling> {
  const { name, seed, say, clock, defective } = options
  const earlier = boundedTable<Earlier>(mostEarlier)
  /** How to cancel the INVITEs that wait for an answer, by their Call-ID. */
  const waiting = boundedTable<() => void>(mostEarlier)
  let entity: McFunction | undefined
  let open = true

  const stack = await openSipStack({
    address: options.address,
    port: options.port,
    tls: options.tls,
    clock: options.clock,
    timers: options.timers,
    rejectMalformed: (message) => !isUnnoticed(message, defective),
    middlebox: flawedReading(defective, clock),
    onRequest: (transaction) => take(transaction, false),
    onAcknowledgement: (message) => sessions.onAcknowledgement(message),
    onTrace(trace) {
      if (trace.direction !== 'received' || !trace.retransmission || trace.message.startLine.kind !== 'request') return
      const { method } = trace.message.startLine
      const again = method === 'INVITE' && defective('repeated-invite-starts-call')
      if (entity?.takesRetransmissionAsNew() !== true && !again) return
      const { message: request, transport, local, remote } = trace
      take({ ...unheard, key: trace.transaction ?? '', request, transport, local, remote }, true)
    },
    onTrouble: (trouble) => say(`${name}: ${trouble.kind}: ${trouble.text}`),
  })
  const sessions = openSessions({ stack, defective, branch: (cause, purpose) => branchFor(cause, purpose) })

  function take(transaction: UserServerTransaction, again: boolean): void {
    const { request } = transaction
    const method = request.startLine.kind === 'request' ? request.startLine.method : ''
    if (method === 'ACK') return
    const toTag = derivedIdentifier(seed, name, nameOf(request), 'to tag').slice(0, 16)
    const answer: Answer = (response) => {
      if (!open) return undefined
      const { status } = response
      if (method === 'INVITE' && status >= 200 && status < 300) return sessions.accept(transaction, response, toTag)
      transaction.respond({ ...response, toTag })
      return undefined
    }
    if (entity === undefined) return void answer(plain(503, 'Service Unavailable'))
    const allowed = [...entity.methods, ...methodsOfAll].join(', ')
    if (method === 'OPTIONS') return void answer({ status: 200, reason: 'OK', headers: [['Allow', allowed]] })
    if (!entity.methods.includes(method)) {
      return void answer({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', allowed]] })
    }
    const key = nameOf(request)
    const known = earlier.get(key)
    if (known !== undefined && !again && !entity.takesRetransmissionAsNew()) return share(known, answer)
    if (known !== undefined) known.repeats += 1
    const entry = known ?? { response: undefined, waiting: [], repeats: 0 }
    if (known === undefined) earlier.set(key, entry)
    // RFC 3261 17.2.1: a caller that has a provisional response can cancel.
    if (method === 'INVITE') transaction.respond(plain(100, 'Trying'))
    const receive = receiverOf(entity, transaction, method)
    hand(receive, transaction, method, entry, answer)
  }

  /** RFC 3261 12.2.2: what comes inside a dialog is for its session, and a BYE has no business outside of one. */
  function receiverOf(receiver: McFunction, { request }: UserServerTransaction, method: string): Receiver {
    const cancel = defective('cancel-by-call-id') ? waiting.get(header(request, 'Call-ID') ?? '') : undefined
    if (method === 'CANCEL')
      return cancel === undefined ? answering(481, 'Call/Transaction Does Not Exist') : ended(cancel)
    const inside = readTag(header(request, 'To')) !== undefined || method === 'BYE'
    if (!inside) return (incoming) => receiver.receive(incoming)
    const place = sessions.find(request)
    switch (place.kind) {
      case 'outside':
        return answering(481, 'Call/Transaction Does Not Exist')
      case 'out of order':
        return answering(500, 'Server Internal Error')
      case 'in order':
        // RFC 3261 14.2: a session is as it was agreed.
        return method === 'INVITE' ? answering(488, 'Not Acceptable Here') : place.deliver
    }
  }

  /** RFC 3261 17.2.2 and 8.2.2.2: what came before gets the response it got before, or the one it will get. */
  function share(known: Earlier, answer: Answer): void {
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
    const accept = (response: WireResponse): Session | undefined => {
      if (answered) return undefined
      answered = true
      expiry?.cancel()
      waiting.delete(incoming.callId)
      entry.response ??= response
      const session = answer(response)
      for (const other of entry.waiting.splice(0)) other(response)
      return session
    }
    const incoming: IncomingRequest = {
      message,
      method,
      callId: header(message, 'Call-ID') ?? '',
      cause: `${nameOf(message)} ${branchOf(message)}${entry.repeats === 0 ? '' : ` again ${entry.repeats}`}`,
      origin: {
        transport,
        address: remote.address,
        port: viaOf(message)?.port ?? (transport === 'tls' ? sipsPort : sipPort),
      },
      respond: (response) => void accept(response),
      progress: (status, reason) => (answered ? undefined : void answer(plain(status, reason))),
      accept,
      onCancelled: undefined,
    }
    const cancelled = (): void =>
      incoming.onCancelled === undefined ? incoming.respond(terminated) : incoming.onCancelled()
    const lifetime = method === 'INVITE' ? lifetimeOf(message, defective) : undefined
    const expiry = lifetime === undefined ? undefined : clock.after(lifetime, cancelled)
    if (method === 'INVITE') {
      transaction.onCancelled = cancelled
      waiting.set(incoming.callId, cancelled)
    }
    const failed = (error: unknown): void => {
      say(`${name}: ${method} could not be handled: ${error instanceof Error ? error.message : String(error)}`)
      incoming.respond(plain(500, 'Server Internal Error'))
    }
    try {
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
    return { transaction, sent: { from, fromTag, callId, cseq, requestUri, cause: `${cause} ${purpose}` } }
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

const answering =
  (status: number, reason: string): Receiver =>
  (incoming) =>
    incoming.respond(plain(status, reason))

/** Of a transaction that has been answered. */
const unheard = {
  respond: () => new Uint8Array(),
  onCancelled: undefined,
  retransmit: () => undefined,
  abandon: () => undefined,
}

const ended =
  (cancel: () => void): Receiver =>
  (incoming) => {
    incoming.respond({ status: 200, reason: 'OK', headers: [] })
    cancel()
  }

/** Milliseconds; longer ones no timer can wait for (Node.js fires them at once). */
const longestTimer = 2 ** 31 - 1

/** RFC 3261 13.3.1: how long an invitation is good for, milliseconds. */
function lifetimeOf(message: SipMessage, defective: (name: DefectName) => boolean): number | undefined {
  const expires = header(message, 'Expires')
  if (expires === undefined || !/^\d{1,10}$/.test(expires)) return undefined
  const ms = Number(expires) * 1000
  if (ms <= longestTimer) return ms
  return defective('expiry-beyond-timer') ? 1 : longestTimer
}

/** The user part of the Request-URI, which a defect does without (only where our own URI has one). */
function userOf({ startLine }: SipMessage, identity: string): string {
  const { user } = readUri(startLine.kind === 'request' ? startLine.requestUri : '') ?? { user: undefined }
  return readUri(identity)?.user === undefined ? '' : (user as string).toLowerCase()
}

const viaOf = (message: SipMessage): ReturnType<typeof readVia> =>
  readVia(splitList(header(message, 'Via') ?? '')[0] ?? '')

const branchOf = (message: SipMessage): string => viaOf(message)?.branch ?? ''

/** What stays the same when a request is repeated (RFC 3261 8.2.2.2). */
function nameOf(message: SipMessage): string {
  const from = readNameAddress(header(message, 'From') ?? '')
  const cseq = readCSeq(header(message, 'CSeq') ?? '')
  const tag = parameter(from?.parameters ?? [], 'tag') ?? ''
  return `${header(message, 'Call-ID') ?? ''} ${cseq?.sequence ?? 0} ${cseq?.method ?? ''} ${tag}`
}

import type { TcpConnection } from '#transport'
import { readMessage, type SipMessage, statusOf } from '#wire/sip'
import type { Finished, Lane } from './afterglow.ts'
import { hashOfText, type Indexed } from './transaction-index.ts'
import { inviteClient } from './invite-client.ts'
import type { Path } from './link.ts'
import { nonInviteClient } from './non-invite-client.ts'
import type {
  AcknowledgedObserver,
  Acknowledgement,
  ClientTransaction,
  Outcome,
  OutgoingHeaders,
  ResponseObserver,
} from './stack.ts'
import type { Timer, TimerQueues } from './timer-queues.ts'
import type { SipTimers } from './timers.ts'
import { transactionKey } from './transaction-key.ts'
import type { ClientAction, ClientEvent, ClientState, ClientTable } from './transaction-table.ts'
import { writeAcknowledgement } from './write-acknowledgement.ts'

/** What all client transactions of an element share. */
export interface ClientHost {
  readonly timers: SipTimers
  readonly queues: TimerQueues
  /** Whether anybody wants to know which responses are repetitions. */
  readonly traced: boolean
  /** Puts octets on the wire: the request, again or not, or an ACK. */
  send(machine: ClientMachine, octets: Uint8Array, retransmission: boolean): void
  /** A final response has come: it is kept for so many milliseconds, and may be forgotten for want of room. */
  finished(machine: ClientMachine, ms: number): void
  terminated(machine: ClientMachine): void
  cancel(machine: ClientMachine, invite: Uint8Array, headers: OutgoingHeaders): void
}

/**
 * Runs the table of RFC 3261 17.1 that the method asks for. A class for its one shape: there are two for every call. After the final response
 * it holds no more than repetitions need.
 */
export class ClientMachine implements Finished, Indexed {
  readonly host: ClientHost
  readonly branch: string
  readonly sentBy: string
  readonly method: string
  readonly hash: number
  chained: Indexed | undefined = undefined
  readonly path: Path
  readonly tag: unknown
  connection: TcpConnection | undefined = undefined
  lane: Lane | undefined = undefined
  since = 0
  older: Finished | undefined = undefined
  newer: Finished | undefined = undefined
  /** It is remembered as octets: this is nothing but what its user may still hold. */
  remembered = false
  private readonly table: ClientTable
  private readonly reliable: boolean
  private state: ClientState
  private interval: number
  private begun = 0
  private octets: Uint8Array | undefined
  private acknowledgement: Uint8Array | undefined = undefined
  /** What is being handled: a response, or why there is none. */
  private latest: SipMessage | undefined = undefined
  private failure = ''
  private face: ClientFace | undefined = undefined
  private observer: ResponseObserver | undefined = undefined
  private seen: Uint8Array[] | undefined = undefined
  private cancellation: OutgoingHeaders | undefined = undefined
  private cancelled = false
  private retransmitTimer: Timer | undefined = undefined
  /** Timer B or F. */
  private timer: Timer | undefined = undefined

  constructor(
    host: ClientHost,
    branch: string,
    sentBy: string,
    method: string,
    octets: Uint8Array,
    path: Path,
    tag: unknown,
  ) {
    const invite = method === 'INVITE'
    this.host = host
    this.branch = branch
    this.sentBy = sentBy
    this.method = method
    this.hash = hashOfText(branch)
    this.path = path
    this.tag = tag
    this.table = invite ? inviteClient : nonInviteClient
    this.state = invite ? 'calling' : 'trying'
    this.reliable = path.transport !== 'udp'
    this.interval = host.timers.t1
    this.octets = octets
  }

  get key(): string {
    return transactionKey(this.branch, this.sentBy, this.method)
  }

  /** What has to be told of it when it is finished; `undefined` when only the machine itself can. */
  get rest():
    { readonly successor: AcknowledgedObserver; readonly acknowledgement: Acknowledgement } | 'nothing' | undefined {
    if (this.host.traced) return undefined
    if (this.table === nonInviteClient) return 'nothing'
    const { observer } = this
    const { successor, acknowledgement } = observer ?? noSuccessor
    if (this.state !== 'accepted' || successor === undefined || acknowledgement === undefined) return undefined
    return { successor, acknowledgement }
  }

  get alive(): boolean {
    return this.state !== 'terminated'
  }

  /** It was never begun. */
  refuse(): void {
    this.state = 'terminated'
    this.octets = undefined
  }

  /** Sends the request and starts the timers. */
  start(face: ClientFace): void {
    const { queues, timers } = this.host
    this.face = face
    this.begun = Math.round(queues.now())
    this.retransmitAfter(timers.t1)
    // Over UDP Timer B or F is started when the first retransmission is due: most requests are answered before, and need one timer less.
    if (this.reliable) this.timer = queues.start(64 * timers.t1, onTimeout, this)
    if (this.octets !== undefined) this.host.send(this, this.octets, false)
  }

  /** What a response is to the machine, before it is handled: so it can be noted before its consequences. */
  useOf(response: SipMessage): 'new' | 'again' | 'stray' {
    if (this.host.traced) {
      this.seen ??= []
      for (const one of this.seen) if (Buffer.compare(one, response.octets) === 0) return 'again'
      // A few are remembered: enough to tell a repetition, not enough to be filled by a flood.
      if (this.seen.length < 4) this.seen.push(response.octets)
    }
    const event = eventOf(response)
    if (this.table[this.state][event] !== undefined) return 'new'
    return this.state === 'completed' && event !== 'provisional' && !this.host.traced ? 'again' : 'stray'
  }

  receive(response: SipMessage): void {
    this.latest = response
    this.handle(eventOf(response))
    this.latest = undefined
  }

  onRetransmit(): void {
    const { queues, timers } = this.host
    this.timer ??= queues.start(64 * timers.t1 - timers.t1, onTimeout, this)
    this.handle('retransmit')
  }

  fail(text: string): void {
    this.failure = text
    this.handle('transport-error')
  }

  /** The request once more, now. */
  retransmit(octets: Uint8Array): void {
    this.host.send(this, octets, true)
  }

  stopTimers(): void {
    this.retransmitTimer?.stop()
    this.timer?.stop()
    this.retransmitTimer = undefined
    this.timer = undefined
  }

  abandon(): void {
    if (this.state === 'terminated') return
    this.stopTimers()
    this.state = 'terminated'
    this.face?.settle({ kind: 'transport-error', text: 'the transaction was abandoned' })
    this.end()
  }

  onWaited(): void {
    this.handle('wait')
  }

  expire(): void {
    this.stopTimers()
    this.state = 'terminated'
    this.end()
  }

  /** RFC 3261 9.1: "If no provisional response has been received, the CANCEL request MUST NOT be sent; rather, the client MUST wait". */
  cancel(headers: OutgoingHeaders): void {
    if (this.cancellation !== undefined) return
    if (this.state !== 'calling' && this.state !== 'proceeding') return
    this.cancellation = headers
    if (this.state === 'proceeding') this.sendCancel()
  }

  private sendCancel(): void {
    const { host } = this
    // Asked for while the provisional response was told, it is sent already when that is over.
    if (this.cancellation === undefined || this.cancelled || this.octets === undefined) return
    this.cancelled = true
    host.cancel(this, this.octets, this.cancellation)
    this.timer ??= host.queues.start(64 * host.timers.t1, onTimeout, this)
  }

  handle(event: ClientEvent): void {
    const arrow = this.table[this.state][event]
    if (arrow === undefined) return
    const former = this.state
    this.state = arrow.next
    for (const action of arrow.actions) {
      this.act(action)
      // Whoever was informed has abandoned it.
      if (this.state !== arrow.next) return
    }
    if (this.state === former) return
    if (this.state === 'terminated') this.end()
    else if (this.state === 'proceeding') this.sendCancel()
  }

  private act(action: ClientAction): void {
    const { host } = this
    const { timers, queues } = host
    switch (action) {
      case 'send-request':
        return this.octets && host.send(this, this.octets, true)
      case 'send-acknowledgement':
        if (this.acknowledgement === undefined && this.octets !== undefined && this.latest !== undefined)
          this.acknowledgement = writeAcknowledgement(readMessage(this.octets), this.latest)
        return this.acknowledgement && host.send(this, this.acknowledgement, false)
      case 'double-interval':
        return this.retransmitAfter(this.interval * 2)
      case 'double-interval-to-t2':
        return this.retransmitAfter(Math.min(this.interval * 2, timers.t2))
      case 'interval-t2':
        return this.retransmitAfter(timers.t2)
      case 'inform':
        return this.inform()
      case 'inform-again':
        return this.latest && (this.face?.again(this.latest) ?? this.observer?.onSuccessAgain?.(this.latest))
      case 'inform-timeout':
        return this.face?.settle({ kind: 'timeout', after: Math.round(queues.now()) - this.begun })
      case 'inform-transport-error':
        return this.face?.settle({ kind: 'transport-error', text: this.failure })
      case 'stop-timers':
        return this.stopTimers()
      // "Timer D: at least 32 seconds for unreliable transports", 64*T1 by default as the table of timers has it.
      case 'wait-timer-d':
        return host.finished(this, this.reliable ? 0 : 64 * timers.t1)
      case 'wait-timer-k':
        return host.finished(this, this.reliable ? 0 : timers.t4)
      case 'wait-timer-m':
        return host.finished(this, 64 * timers.t1)
    }
  }

  private inform(): void {
    const { latest, face } = this
    if (latest === undefined) return
    if (statusOf(latest) < 200) {
      face?.provisional(latest)
      return
    }
    this.octets = undefined
    // Only a 2xx to INVITE is ever passed on again, and an observer is enough for that.
    if (this.state === 'accepted') this.observer = face?.observer
    if (this.state !== 'accepted' || this.observer !== undefined) this.face = undefined
    face?.settle({ kind: 'response', message: latest })
  }

  private retransmitAfter(ms: number): void {
    this.interval = ms
    if (!this.reliable) this.retransmitTimer = this.host.queues.start(ms, onRetransmit, this)
  }

  private end(): void {
    this.face = undefined
    this.observer = undefined
    this.octets = undefined
    this.host.terminated(this)
  }
}

/** The side of a client transaction that its user holds. */
export class ClientFace implements ClientTransaction {
  readonly octets: Uint8Array
  onProvisional: ((message: SipMessage) => void) | undefined = undefined
  onSuccessAgain: ((message: SipMessage) => void) | undefined = undefined
  private readonly machine: ClientMachine
  readonly observer: ResponseObserver | undefined
  /** Why there was no response, or the octets of the one there was: what is read of them is far more than they are, and few ask for it again. */
  private outcome: Exclude<Outcome, { kind: 'response' }> | Uint8Array | undefined = undefined
  private promised: PromiseWithResolvers<Outcome> | undefined = undefined

  constructor(octets: Uint8Array, machine: ClientMachine, observer: ResponseObserver | undefined) {
    this.octets = octets
    this.machine = machine
    this.observer = observer
  }

  get key(): string {
    return this.machine.key
  }

  /** Made when first asked for: whoever observes needs no promise. */
  get final(): Promise<Outcome> {
    if (this.promised === undefined) {
      this.promised = Promise.withResolvers<Outcome>()
      const { outcome } = this
      if (outcome !== undefined)
        this.promised.resolve('kind' in outcome ? outcome : { kind: 'response', message: readMessage(outcome) })
    }
    return this.promised.promise
  }

  provisional(message: SipMessage): void {
    this.onProvisional?.(message)
    this.observer?.onProvisional?.(message, this)
  }

  settle(outcome: Outcome): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome.kind === 'response' ? outcome.message.octets : outcome
    this.promised?.resolve(outcome)
    const { observer } = this
    if (observer === undefined) return
    // What fails at once is told after the transaction has been handed over.
    if (outcome.kind === 'transport-error') queueMicrotask(() => observer.onFinal?.(outcome, this))
    else observer.onFinal?.(outcome, this)
  }

  again(message: SipMessage): void {
    this.onSuccessAgain?.(message)
    this.observer?.onSuccessAgain?.(message)
  }

  retransmit(): void {
    this.machine.retransmit(this.octets)
  }

  cancelTimers(): void {
    this.machine.stopTimers()
  }

  abandon(): void {
    this.machine.abandon()
  }

  cancel(headers: OutgoingHeaders = []): void {
    this.machine.cancel(headers)
  }
}

const noSuccessor: ResponseObserver = {}
const onRetransmit = (machine: ClientMachine): void => machine.onRetransmit()
const onTimeout = (machine: ClientMachine): void => machine.handle('timeout')

function eventOf(response: SipMessage): ClientEvent {
  const status = statusOf(response)
  return status < 200 ? 'provisional' : status < 300 ? 'success' : 'refusal'
}

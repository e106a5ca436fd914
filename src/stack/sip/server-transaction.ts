import type { Address, TransportName } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { Finished, Lane } from './afterglow.ts'
import { inviteServer } from './invite-server.ts'
import type { Path } from './link.ts'
import { nonInviteServer } from './non-invite-server.ts'
import type { OutgoingResponse, Repeater, UserServerTransaction } from './stack.ts'
import type { Timer, TimerQueues } from './timer-queues.ts'
import type { SipTimers } from './timers.ts'
import { hashOf, hashOfText, type Indexed } from './transaction-index.ts'
import { type TransactionIdentity, transactionKey, transactionMethod, type TopVia } from './transaction-key.ts'
import type { ServerAction, ServerEvent, ServerState, ServerTable } from './transaction-table.ts'
import { copyFields, type CopiedFields, writeResponse } from './write-response.ts'

/** What all server transactions of an element share. */
export interface ServerHost {
  readonly timers: SipTimers
  readonly queues: TimerQueues
  readonly automaticTrying: boolean
  send(machine: ServerMachine, octets: Uint8Array, retransmission: boolean): void
  acknowledged(message: SipMessage, machine: ServerMachine): void
  acknowledgementMissing(machine: ServerMachine): void
  /** A final response has been sent: it is kept for so many milliseconds, and may be forgotten for want of room. */
  finished(machine: ServerMachine, ms: number): void
  terminated(machine: ServerMachine): void
}

/** "Unless it knows that the TU will generate a provisional or final response within 200 ms" (RFC 3261 17.2.1). */
const tryingAfter = 200

/**
 * Runs the table of RFC 3261 17.2 that the method asks for. A class for its one shape: there are several for every call. After the final
 * response it holds no more than repetitions need.
 */
export class ServerMachine implements Finished, Indexed, Repeater {
  readonly host: ServerHost
  readonly branch: string
  readonly sentBy: string
  readonly method: string
  readonly hash: number
  chained: Indexed | undefined = undefined
  /** Port of sent-by, and whether `rport` was asked for: the way back. */
  readonly sentByPort: number
  readonly symmetric: boolean
  /** Octets of the request. */
  readonly size: number
  /** What a merged request would have in common (RFC 3261 8.2.2.2). */
  readonly origin: number | undefined
  /** Where the latest copy of the request came from. */
  path: Path
  face: ServerFace | undefined = undefined
  lane: Lane | undefined = undefined
  since = 0
  older: Finished | undefined = undefined
  newer: Finished | undefined = undefined
  /** It is remembered as octets: this is nothing but what its user may still hold. */
  remembered = false
  private readonly table: ServerTable
  private readonly reliable: boolean
  private state: ServerState
  private interval: number
  private last: Uint8Array = nothing
  private acknowledgement: SipMessage | undefined = undefined
  private retransmitTimer: Timer | undefined = undefined
  private timer: Timer | undefined = undefined

  constructor(
    host: ServerHost,
    { branch, sentBy, method, via }: TransactionIdentity,
    size: number,
    origin: number | undefined,
    path: Path,
  ) {
    const invite = method === 'INVITE'
    this.host = host
    this.branch = branch
    this.sentBy = sentBy
    this.method = transactionMethod(method)
    this.hash = hashOfText(branch)
    this.sentByPort = via.port ?? 5060
    this.symmetric = via.rport !== undefined
    this.size = size
    this.origin = origin
    this.path = path
    this.table = invite ? inviteServer : nonInviteServer
    this.state = invite ? 'proceeding' : 'trying'
    this.reliable = path.transport !== 'udp'
    this.interval = host.timers.t1
  }

  /** The user has been told; an INVITE it has not answered at once may need a 100 (RFC 3261 17.2.1). */
  await(): void {
    const { automaticTrying, queues } = this.host
    if (automaticTrying && this.state === 'proceeding' && this.table === inviteServer && this.last === nothing)
      this.timer = queues.start(tryingAfter, onSlow, this)
  }

  get key(): string {
    return transactionKey(this.branch, this.sentBy, this.method)
  }

  /** The same for every response of a transaction, as a stateless server would have it (RFC 3261 8.2.7): FNV-1a of what it is known by. */
  get tag(): string {
    return (hashOf(this.sentBy, hashOf(this.branch, 0x811c9dc5)) >>> 0).toString(36)
  }

  /** What a repeated request is answered with, none where it is absorbed; `undefined` when more than that is left to do. */
  get answer(): Uint8Array | undefined {
    return this.state === 'accepted' || this.table === nonInviteServer ? this.last : undefined
  }

  get answered(): boolean {
    return this.state === 'completed' || this.state === 'confirmed' || this.state === 'accepted'
  }

  /** The request, or the ACK to its final response, came again. */
  receive(message: SipMessage): void {
    if (message.startLine.kind === 'request' && message.startLine.method === 'ACK') {
      this.acknowledgement = message
      this.handle('acknowledgement')
      this.acknowledgement = undefined
    } else this.handle('request')
  }

  respond(face: ServerFace, response: OutgoingResponse): Uint8Array {
    const { status } = response
    const event: ServerEvent = status < 200 ? 'send-provisional' : status < 300 ? 'send-success' : 'send-refusal'
    if (this.table[this.state][event] === undefined) return face.last
    face.last = face.write(response)
    this.last = face.last
    this.handle(event)
    return face.last
  }

  retransmit(octets: Uint8Array): void {
    this.host.send(this, octets, true)
  }

  stop(): void {
    this.retransmitTimer?.stop()
    this.timer?.stop()
    this.retransmitTimer = undefined
    this.timer = undefined
  }

  /** The element is closed: nothing more is sent, and no timer started. */
  dispose(): void {
    this.expire()
    this.face = undefined
  }

  onWaited(): void {
    this.handle('wait')
  }

  expire(): void {
    this.stop()
    this.state = 'terminated'
    this.host.terminated(this)
  }

  handle(event: ServerEvent): void {
    const arrow = this.table[this.state][event]
    if (arrow === undefined) return
    this.state = arrow.next
    for (const action of arrow.actions) {
      this.act(action)
      // It was forgotten meanwhile.
      if (this.state !== arrow.next) return
    }
    if (this.state === 'terminated') this.host.terminated(this)
  }

  private act(action: ServerAction): void {
    const { host } = this
    const { timers, queues } = host
    switch (action) {
      case 'send':
        return host.send(this, this.last, false)
      case 'send-again':
        return this.last.length > 0 ? host.send(this, this.last, true) : undefined
      case 'send-trying':
        return void this.face?.respond(trying)
      case 'start-retransmitting':
        if (!this.reliable) this.retransmitTimer = queues.start(timers.t1, onRetransmit, this)
        return
      case 'double-interval-to-t2':
        this.interval = Math.min(this.interval * 2, timers.t2)
        this.retransmitTimer = queues.start(this.interval, onRetransmit, this)
        return
      case 'timeout-timer-h':
        this.timer = queues.start(64 * timers.t1, onTimeout, this)
        return this.finish(Infinity)
      case 'stop-timers':
        return this.stop()
      case 'wait-timer-i':
        return this.finish(this.reliable ? 0 : timers.t4)
      case 'wait-timer-j':
        return this.finish(this.reliable ? 0 : 64 * timers.t1)
      // In Accepted a repeated request is absorbed, and the 2xx repeated by its user: nothing of it is needed here.
      case 'wait-timer-l':
        this.last = nothing
        return this.finish(64 * timers.t1)
      case 'pass-acknowledgement':
        return this.acknowledgement && host.acknowledged(this.acknowledgement, this)
      case 'inform-timeout':
        return host.acknowledgementMissing(this)
    }
  }

  private finish(ms: number): void {
    this.face = undefined
    this.host.finished(this, ms)
  }
}

const nothing = new Uint8Array()
const trying: OutgoingResponse = { status: 100, reason: 'Trying', headers: [] }
const onSlow = (machine: ServerMachine): void => machine.handle('slow')
const onRetransmit = (machine: ServerMachine): void => machine.handle('retransmit')
const onTimeout = (machine: ServerMachine): void => machine.handle('timeout')

/** The side of a server transaction that its user holds. */
export class ServerFace implements UserServerTransaction {
  readonly request: SipMessage
  readonly transport: TransportName
  readonly remote: Address
  readonly local: Address
  onCancelled: ((cancel: SipMessage) => void) | undefined = undefined
  /** The latest response. */
  last: Uint8Array = nothing
  private readonly machine: ServerMachine
  private readonly via: TopVia
  private copied: CopiedFields | undefined = undefined

  constructor(machine: ServerMachine, request: SipMessage, via: TopVia, local: Address) {
    this.request = request
    this.transport = machine.path.transport
    this.remote = machine.path.remote
    this.local = local
    this.machine = machine
    this.via = via
  }

  get key(): string {
    return this.machine.key
  }

  respond(response: OutgoingResponse): Uint8Array {
    return this.machine.respond(this, response)
  }

  get repeater(): Repeater {
    return this.machine
  }

  retransmit(octets: Uint8Array): void {
    this.machine.retransmit(octets)
  }

  abandon(): void {
    this.machine.expire()
  }

  write(response: OutgoingResponse): Uint8Array {
    this.copied ??= copyFields(this.request, this.remote, this.via)
    return writeResponse(this.copied, this.machine, response)
  }
}

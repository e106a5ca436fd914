import type { Address, Failure } from '#transport'
import { header, type SipMessage } from '#wire/sip'
import { createAfterglow } from './afterglow.ts'
import type { Element, Receiving } from './element.ts'
import type { Path } from './link.ts'
import { refusalOf } from './refusal.ts'
import { ServerFace, type ServerHost, ServerMachine } from './server-transaction.ts'
import type { OutgoingResponse, SipStackOptions, TransactionUser } from './stack.ts'
import { readTag } from './tag.ts'
import { createTransactionIndex, fingerprint } from './transaction-index.ts'
import { createTransactionMemory } from './transaction-memory.ts'
import { identify, type TransactionIdentity, transactionKey } from './transaction-key.ts'

type Taken = Pick<
  SipStackOptions,
  'onRequest' | 'onAcknowledgement' | 'rejectMalformed' | 'automaticTrying' | 'refuseMerged'
>

/** The server transactions of an element (RFC 3261 17.2). */
export interface Servers {
  receive(message: SipMessage, path: Path, local: Address, note: ((receiving: Receiving) => void) | undefined): void
  attach(user: TransactionUser): () => void
  stopAll(): void
  readonly count: number
}

const mergedRequest: OutgoingResponse = { status: 482, reason: 'Loop Detected', headers: [] }
const cancelled: OutgoingResponse = { status: 200, reason: 'OK', headers: [] }

export function createServers(element: Element, options: Taken): Servers {
  const {
    onRequest,
    onAcknowledgement,
    rejectMalformed = false,
    automaticTrying = true,
    refuseMerged = false,
  } = options
  const { queues, timers, limits, transmit, trouble } = element
  const memory = createTransactionMemory(element.clock)
  const servers = createTransactionIndex<ServerMachine>(memory)
  const byOrigin = new Map<number, ServerMachine>()
  const afterglow = createAfterglow(element.clock)
  let users: readonly TransactionUser[] = []
  let octetsHeld = 0
  let refusesMerged = refuseMerged
  const isRejected = typeof rejectMalformed === 'function' ? rejectMalformed : () => rejectMalformed
  const refusalFor = (message: SipMessage): OutgoingResponse | undefined => {
    if (rejectMalformed === false) return undefined
    const refusal = refusalOf(message)
    return refusal !== undefined && isRejected(message) ? refusal : undefined
  }

  const acknowledge = (message: SipMessage, remote: Address): void => {
    for (const user of users) if (user.onAcknowledgement?.(message, remote) === true) return
    onAcknowledgement?.(message, remote)
  }
  const host: ServerHost = {
    timers,
    queues,
    automaticTrying,
    send(machine, octets, retransmission) {
      const onFailed = ({ text }: Failure): void => trouble('send-failed', text, machine.path)
      const known = element.traced ? machine.key : undefined
      transmit(octets, wayBack(machine), known, undefined, retransmission, onFailed)
    },
    acknowledged: (message, machine) => acknowledge(message, machine.path.remote),
    acknowledgementMissing: (machine) => trouble('acknowledgement-missing', `no ACK came within 64*T1`, machine.path),
    finished(machine, ms) {
      if (ms === 0 && !element.traced) machine.expire()
      else if (!remember(machine, ms)) afterglow.add(machine, ms)
    },
    terminated(machine) {
      if (machine.remembered)
        return memory.forget(memory.find(machine.hash, machine.branch, machine.sentBy, machine.method))
      afterglow.remove(machine)
      release(machine)
    },
  }
  const release = (machine: ServerMachine): void => {
    octetsHeld -= machine.size
    servers.remove(machine)
    if (machine.origin !== undefined && byOrigin.get(machine.origin) === machine) byOrigin.delete(machine.origin)
  }
  /** What is left to do for it is to answer repetitions: its octets are enough for that. */
  const remember = (machine: ServerMachine, ms: number): boolean => {
    const { branch, sentBy, method, hash, size, origin = Number.NaN, answer: octets } = machine
    if (element.traced || octets === undefined) return false
    const mark = machine.sentByPort * 2 + (machine.symmetric ? 1 : 0)
    if (!memory.remember({ branch, sentBy, method, hash, octets, place: '', mark, size, origin }, ms)) return false
    machine.remembered = true
    release(machine)
    return true
  }
  /** A finished transaction: a request is answered as before, the ACK to a 2xx passed on, the rest absorbed. */
  const receiveAgain = (entry: number, message: SipMessage, path: Path): void => {
    if (message.startLine.kind === 'request' && message.startLine.method === 'ACK')
      return acknowledge(message, path.remote)
    const { octets, mark } = memory.read(entry)
    if (octets.length === 0) return
    const onFailed = ({ text }: Failure): void => trouble('send-failed', text, path)
    const back = wayBack({ path, sentByPort: mark >> 1, symmetric: (mark & 1) === 1 })
    transmit(octets, back, undefined, undefined, true, onFailed)
  }

  /** Makes room by forgetting the oldest answered transactions; those in want of an answer are never forgotten. */
  const hasRoom = (octets: number): boolean => {
    const isFull = (): boolean =>
      servers.size + memory.count >= limits.maxTransactions ||
      octetsHeld + memory.size + octets > limits.maxTransactionOctets
    while (isFull())
      if (!(memory.oldest < afterglow.oldest ? memory.forgetOldest() : afterglow.expireOldest())) return false
    return true
  }

  /** Whether a CANCEL found its INVITE (RFC 3261 9.2): answered already, it goes on unchanged; else its user is told, where it wants to be. */
  const cancel = (face: ServerFace, { branch, sentBy }: TransactionIdentity): boolean => {
    const invite = servers.get(branch, sentBy, 'INVITE')
    const answered = invite === undefined ? servers.knows(branch, sentBy, 'INVITE') : invite.answered
    const onCancelled = invite?.face?.onCancelled
    if (!answered && onCancelled === undefined) return false
    face.respond(cancelled)
    if (!answered) onCancelled?.(face.request)
    return true
  }

  const open = (identity: TransactionIdentity, message: SipMessage, path: Path, local: Address): void => {
    const { method, via } = identity
    const refusal = refusalFor(message)
    if (refusal && !isAnswerable(message))
      return trouble('no-transaction-possible', refusal.reason, path, message.octets)
    const size = message.octets.length
    if (!hasRoom(size)) {
      const text = `${servers.size + memory.count} server transactions are alive already, of ${octetsHeld + memory.size} octets`
      return trouble('no-transaction-possible', text, path, message.octets)
    }
    const origin = refusesMerged ? originOf(message, method) : undefined
    const machine = new ServerMachine(host, identity, size, origin, path)
    const face = new ServerFace(machine, message, via, local)
    machine.face = face
    servers.add(machine)
    octetsHeld += size
    if (refusal) return void face.respond(refusal)
    if (origin !== undefined) {
      if (byOrigin.has(origin) || memory.knowsOrigin(origin)) return void face.respond(mergedRequest)
      byOrigin.set(origin, machine)
    }
    if (method === 'CANCEL' && cancel(face, identity)) return
    if (!users.some((user) => user.onRequest(face))) onRequest(face)
    machine.await()
  }

  return {
    receive(message, path, local, note) {
      const known = servers.find(message)
      const isAck = message.startLine.kind === 'request' && message.startLine.method === 'ACK'
      const identity = (known === undefined && !isAck) || note !== undefined ? identify(message) : undefined
      note?.({
        transaction: identity && transactionKey(identity.branch, identity.sentBy, identity.method),
        tag: undefined,
        retransmission: known !== undefined && !isAck,
      })
      if (typeof known === 'number') receiveAgain(known, message, path)
      else if (known !== undefined) {
        known.path = path
        known.receive(message)
      } else if (isAck) acknowledge(message, path.remote)
      else if (identity === undefined) {
        const refusal = refusalFor(message)
        const text = refusal?.reason ?? 'the request has no Via that can be read, so it cannot be answered'
        trouble('no-transaction-possible', text, path, message.octets)
      } else open(identity, message, path, local)
    },
    attach(user) {
      users = [...users, user]
      refusesMerged ||= user.refuseMerged === true
      return () => void (users = users.filter((one) => one !== user))
    },
    stopAll() {
      for (const machine of servers.all()) machine.dispose()
      memory.clear()
      byOrigin.clear()
      octetsHeld = 0
    },
    get count() {
      return servers.size + memory.count
    },
  }
}

// "If the request has no tag in the To header field, the UAS core MUST check the request against ongoing transactions. If the From tag,
// Call-ID, and CSeq exactly match those associated with an ongoing transaction" it has come by two ways (RFC 3261 8.2.2.2).
function originOf(message: SipMessage, method: string): number | undefined {
  if (method === 'CANCEL' || readTag(header(message, 'to')) !== undefined) return undefined
  const from = readTag(header(message, 'from'))
  if (from === undefined) return undefined
  return fingerprint([header(message, 'call-id') ?? '', header(message, 'cseq') ?? '', from])
}

// The way back of RFC 3261 18.2.2 and RFC 3581 4. It never leaves the address the request came from: maddr would send answers
// wherever a stranger says.
function wayBack({ path, sentByPort, symmetric }: Pick<ServerMachine, 'path' | 'sentByPort' | 'symmetric'>): Path {
  const { connection, transport, remote } = path
  if (connection === undefined ? symmetric : connection.usable) return path
  return sentByPort === remote.port ? path : { transport, remote: { address: remote.address, port: sentByPort } }
}

const needed = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
const isAnswerable = (message: SipMessage): boolean => needed.every((name) => header(message, name) !== undefined)

import type { Endpoint, Failure, TcpConnection } from '#transport'
import { statusOf, type SipMessage } from '#wire/sip'
import { createAfterglow } from './afterglow.ts'
import { createTransactionIndex } from './transaction-index.ts'
import { createTransactionMemory, none } from './transaction-memory.ts'
import { ClientFace, type ClientHost, ClientMachine } from './client-transaction.ts'
import type { Element, Receiving } from './element.ts'
import type { Path } from './link.ts'
import type { AcknowledgedObserver, ClientTransaction, ResponseObserver } from './stack.ts'
import { writeCancel } from './write-cancel.ts'

/** The client transactions of an element (RFC 3261 17.1). */
export interface Clients {
  begin(
    branch: string,
    sentBy: string,
    method: string,
    octets: Uint8Array,
    target: Endpoint,
    tag: unknown,
    observer?: ResponseObserver,
  ): ClientTransaction
  receive(message: SipMessage, path: Path, note: ((receiving: Receiving) => void) | undefined): void
  /** A connection was lost with an error. */
  lose(connection: TcpConnection, text: string): void
  abandonAll(): void
  readonly count: number
}

export function createClients(element: Element): Clients {
  const { timers, queues, limits, transmit, trouble } = element
  const memory = createTransactionMemory(element.clock)
  const clients = createTransactionIndex<ClientMachine>(memory)
  const afterglow = createAfterglow(element.clock)
  /** Those who were told of: their places here are what is remembered. */
  const successors: AcknowledgedObserver[] = []
  let closed = false

  const host: ClientHost = {
    timers,
    queues,
    traced: element.traced,
    send(machine, octets, retransmission) {
      const onFailed = (failure: Failure): void => machine.fail(failure.text)
      const connection = transmit(
        octets,
        machine.path,
        element.traced ? machine.key : undefined,
        machine.tag,
        retransmission,
        onFailed,
      )
      if (connection !== undefined && machine.alive) machine.connection = connection
    },
    finished(machine, ms) {
      if (ms === 0 && !element.traced) machine.expire()
      else if (!remember(machine, ms)) afterglow.add(machine, ms)
    },
    terminated(machine) {
      if (machine.remembered)
        return memory.forget(memory.find(machine.hash, machine.branch, machine.sentBy, machine.method))
      afterglow.remove(machine)
      machine.connection = undefined
      clients.remove(machine)
    },
    cancel(machine, invite, headers) {
      const { transport, remote, name } = machine.path
      begin(
        machine.branch,
        machine.sentBy,
        'CANCEL',
        writeCancel(invite, headers),
        { transport, ...remote, name },
        machine.tag,
      )
    },
  }

  const remember = (machine: ClientMachine, ms: number): boolean => {
    const { rest, branch, sentBy, method, hash } = machine
    if (rest === undefined) return false
    const common = { branch, sentBy, method, hash, size: 0, origin: Number.NaN }
    if (rest === 'nothing') {
      if (!memory.remember({ ...common, octets: nothing, place: '', mark: none }, ms)) return false
    } else {
      const { octets, target } = rest.acknowledgement
      const mark = placeOf(rest.successor)
      if (mark === none || !memory.remember({ ...common, octets, place: placeNameOf(target), mark }, ms)) return false
    }
    clients.remove(machine)
    machine.remembered = true
    return true
  }
  const placeOf = (successor: AcknowledgedObserver): number => {
    const known = successors.indexOf(successor)
    if (known !== -1 || successors.length === mostSuccessors) return known
    return successors.push(successor) - 1
  }

  /** A response to a finished transaction: a 2xx is for whoever acknowledges it, other final ones are absorbed. */
  const receiveAgain = (entry: number, message: SipMessage, path: Path): void => {
    const { mark, octets, place } = memory.read(entry)
    const status = statusOf(message)
    const absorbs = mark === none
    if (absorbs ? status >= 200 : status >= 200 && status < 300)
      successors[mark]?.onSuccessAgain(message, { octets, target: targetAt(place) })
    else trouble('stray-response', 'a further response after the final one', path, message.octets)
  }

  /** The same target again has the same path. */
  let former: { readonly target: Endpoint; readonly path: Path } | undefined
  const pathTo = (target: Endpoint): Path => {
    if (former?.target !== target) {
      const { transport, address, port, name } = target
      former = { target, path: { transport, remote: { address, port }, name } }
    }
    return former.path
  }

  const begin: Clients['begin'] = (branch, sentBy, method, octets, target, tag, observer) => {
    const path = pathTo(target)
    while (clients.size + memory.count >= limits.maxTransactions)
      if (!(memory.oldest < afterglow.oldest ? memory.forgetOldest() : afterglow.expireOldest())) break
    const refused =
      clients.size + memory.count >= limits.maxTransactions
        ? `${limits.maxTransactions} client transactions are alive already`
        : clients.knows(branch, sentBy, method)
          ? `a transaction with branch ${branch} and method ${method} is alive already: choose another branch`
          : undefined
    const machine = new ClientMachine(host, branch, sentBy, method, octets, path, tag)
    const face = new ClientFace(octets, machine, observer)
    if (refused !== undefined || closed) {
      if (refused !== undefined) trouble('no-transaction-possible', refused, path, octets)
      machine.refuse()
      face.settle({ kind: 'transport-error', text: refused ?? 'the element is closed' })
      return face
    }
    clients.add(machine)
    machine.start(face)
    return face
  }

  return {
    begin,
    receive(message, path, note) {
      const machine = clients.find(message)
      if (typeof machine === 'number') return receiveAgain(machine, message, path)
      if (machine === undefined) {
        note?.({ transaction: undefined, tag: undefined, retransmission: false })
        trouble('stray-response', 'a response that belongs to no transaction', path, message.octets)
        return
      }
      const use = machine.useOf(message)
      note?.({ transaction: machine.key, tag: machine.tag, retransmission: use === 'again' })
      if (use === 'stray') trouble('stray-response', 'a further response after the final one', path, message.octets)
      machine.receive(message)
    },
    lose(connection, text) {
      for (const machine of clients.all()) if (machine.connection === connection) machine.fail(text)
    },
    abandonAll() {
      // Whoever asks for something because of that waits for nothing.
      closed = true
      for (const machine of clients.all()) machine.abandon()
      memory.clear()
    },
    get count() {
      return clients.size + memory.count
    },
  }
}

const nothing = new Uint8Array()
const mostSuccessors = 256

let former: { readonly target: Endpoint; readonly name: string } | undefined
/** A target in a word. */
function placeNameOf(target: Endpoint): string {
  if (former?.target !== target) {
    const { transport, port, address, name = '' } = target
    former = { target, name: `${transport}|${port}|${address}|${name}` }
  }
  return former.name
}

function targetAt(place: string): Endpoint {
  const [transport, port, address = '', name = ''] = place.split('|')
  const known = transport === 'tcp' || transport === 'tls' ? transport : 'udp'
  return { transport: known, address, port: Number(port), ...(name !== '' && { name }) }
}

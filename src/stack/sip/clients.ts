import type { Endpoint, Failure, TcpConnection } from '#transport'
import type { SipMessage } from '#wire/sip'
import { createAfterglow } from './afterglow.ts'
import { createTransactionIndex } from './transaction-index.ts'
import { ClientFace, type ClientHost, ClientMachine } from './client-transaction.ts'
import type { Element, Receiving } from './element.ts'
import type { Path } from './link.ts'
import type { ClientTransaction, ResponseObserver } from './stack.ts'
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
  const clients = createTransactionIndex<ClientMachine>()
  const afterglow = createAfterglow(element.clock)

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
    finished: (machine, ms) => afterglow.add(machine, ms),
    terminated(machine) {
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
    while (clients.size >= limits.maxTransactions && afterglow.expireOldest());
    const refused =
      clients.size >= limits.maxTransactions
        ? `${limits.maxTransactions} client transactions are alive already`
        : clients.get(branch, sentBy, method) !== undefined
          ? `a transaction with branch ${branch} and method ${method} is alive already: choose another branch`
          : undefined
    const machine = new ClientMachine(host, branch, sentBy, method, octets, path, tag)
    const face = new ClientFace(octets, machine, observer)
    if (refused !== undefined) {
      trouble('no-transaction-possible', refused, path, octets)
      machine.refuse()
      face.settle({ kind: 'transport-error', text: refused })
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
      for (const machine of clients.all()) machine.abandon()
    },
    get count() {
      return clients.size
    },
  }
}

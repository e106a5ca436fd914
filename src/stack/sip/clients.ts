import type { Endpoint, TcpConnection } from '#transport'
import type { SipMessage } from '#wire/sip'
import { type ClientMachine, createClient } from './client-transaction.ts'
import type { Element, Receiving } from './element.ts'
import type { Path } from './link.ts'
import type { ClientTransaction, Outcome } from './stack.ts'
import { identify } from './transaction-key.ts'

interface Client {
  readonly machine: ClientMachine
  readonly tag: unknown
  connection: TcpConnection | undefined
}

/** The client transactions of an element (RFC 3261 17.1). */
export interface Clients {
  begin(key: string, method: string, octets: Uint8Array, target: Endpoint, tag: unknown): ClientTransaction
  receive(message: SipMessage, path: Path, note: (receiving: Receiving) => void): void
  /** A connection was lost with an error. */
  lose(connection: TcpConnection, text: string): void
  abandonAll(): void
}

export function createClients(element: Element): Clients {
  const { clock, timers, limits, transmit, trouble } = element
  const clients = new Map<string, Client>()
  const byConnection = new Map<TcpConnection, Set<Client>>()

  const leave = (client: Client): void => {
    if (client.connection === undefined) return
    const others = byConnection.get(client.connection)
    others?.delete(client)
    if (others?.size === 0) byConnection.delete(client.connection)
  }
  const join = (client: Client, connection: TcpConnection | undefined): void => {
    if (connection === undefined || connection === client.connection) return
    leave(client)
    client.connection = connection
    const others = byConnection.get(connection)
    if (others === undefined) byConnection.set(connection, new Set([client]))
    else others.add(client)
  }

  return {
    begin(key, method, octets, target, tag) {
      const path: Path = { transport: target.transport, remote: { address: target.address, port: target.port } }
      const refused =
        clients.size >= limits.maxTransactions
          ? `${limits.maxTransactions} client transactions are alive already`
          : clients.has(key)
            ? `a transaction with branch and method ${key} is alive already: choose another branch`
            : undefined
      if (refused !== undefined) {
        trouble('no-transaction-possible', refused, path, octets)
        return failed(key, octets, refused)
      }
      const machine = createClient({
        key,
        method,
        octets,
        reliable: target.transport !== 'udp',
        timers,
        clock,
        send(sent, retransmission) {
          const sending = {
            transaction: key,
            tag,
            retransmission,
            onFailed: ({ text }: { readonly text: string }) => machine.fail(text),
          }
          join(client, transmit(sent, path, sending))
        },
        onTerminated() {
          leave(client)
          clients.delete(key)
        },
      })
      const client: Client = { machine, tag, connection: undefined }
      clients.set(key, client)
      machine.start()
      return machine.transaction
    },
    receive(message, path, note) {
      const key = identify(message)?.key
      const client = key === undefined ? undefined : clients.get(key)
      if (key === undefined || client === undefined) {
        note({ transaction: undefined, tag: undefined, retransmission: false })
        trouble('stray-response', 'a response that belongs to no transaction', path, message.octets)
        return
      }
      const { use, handle } = client.machine.receive(message)
      note({ transaction: key, tag: client.tag, retransmission: use === 'again' })
      if (use === 'stray') trouble('stray-response', 'a further response after the final one', path, message.octets)
      handle()
    },
    lose(connection, text) {
      const lost = byConnection.get(connection)
      byConnection.delete(connection)
      for (const client of lost ?? []) client.machine.fail(text)
    },
    abandonAll() {
      for (const { machine } of clients.values()) machine.transaction.abandon()
    },
  }
}

function failed(key: string, octets: Uint8Array, text: string): ClientTransaction {
  const outcome: Outcome = { kind: 'transport-error', text }
  return {
    key,
    octets,
    onProvisional: undefined,
    onSuccessAgain: undefined,
    final: Promise.resolve(outcome),
    retransmit: () => undefined,
    cancelTimers: () => undefined,
    abandon: () => undefined,
  }
}

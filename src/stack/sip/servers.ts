import type { Address } from '#transport'
import { header, type SipMessage } from '#wire/sip'
import type { Element, Receiving } from './element.ts'
import type { Path } from './link.ts'
import { refusalOf } from './refusal.ts'
import { createServer, type ServerMachine } from './server-transaction.ts'
import type { SipStackOptions } from './stack.ts'
import { identify } from './transaction-key.ts'

interface Server {
  readonly machine: ServerMachine
  /** Where the latest copy of the request came from. */
  path: Path
}

type Taken = Pick<SipStackOptions, 'onRequest' | 'onAcknowledgement' | 'rejectMalformed'>

/** The server transactions of an element (RFC 3261 17.2). */
export interface Servers {
  receive(message: SipMessage, path: Path, local: Address, note: (receiving: Receiving) => void): void
  stopAll(): void
}

export function createServers(
  element: Element,
  { onRequest, onAcknowledgement, rejectMalformed = false }: Taken,
): Servers {
  const { clock, timers, limits, transmit, trouble } = element
  const servers = new Map<string, Server>()

  /** Makes room by forgetting the oldest answered transaction. */
  const hasRoom = (): boolean => {
    if (servers.size < limits.maxTransactions) return true
    for (const [key, { machine }] of servers) {
      if (!machine.answered) break
      machine.stop()
      servers.delete(key)
      return true
    }
    return false
  }

  return {
    receive(message, path, local, note) {
      const identity = identify(message)
      const { key, method, via } = identity ?? {}
      const known = key === undefined ? undefined : servers.get(key)
      note({ transaction: key, tag: undefined, retransmission: known !== undefined && method !== 'ACK' })
      if (known !== undefined) {
        known.path = path
        known.machine.receive(message)
        return
      }
      if (method === 'ACK') {
        onAcknowledgement?.(message, path.remote)
        return
      }
      const refusal = rejectMalformed ? refusalOf(message) : undefined
      if (key === undefined || method === undefined || via === undefined || (refusal && !isAnswerable(message))) {
        const text = refusal?.reason ?? 'the request has no Via that can be read, so it cannot be answered'
        trouble('no-transaction-possible', text, path, message.octets)
        return
      }
      if (!hasRoom()) {
        const text = `${limits.maxTransactions} server transactions are alive already`
        trouble('no-transaction-possible', text, path, message.octets)
        return
      }
      const machine = createServer({
        key,
        request: message,
        method,
        transport: path.transport,
        remote: path.remote,
        local,
        timers,
        clock,
        send(octets, retransmission) {
          const onFailed = ({ text }: { readonly text: string }): void => trouble('send-failed', text, server.path)
          const back = wayBack(server.path, via)
          transmit(octets, back, { transaction: key, tag: undefined, retransmission, onFailed })
        },
        onAcknowledgement: (acknowledgement) => onAcknowledgement?.(acknowledgement, server.path.remote),
        onAcknowledgementMissing: () => trouble('acknowledgement-missing', `no ACK came within 64*T1`, server.path),
        onTerminated: () => servers.delete(key),
      })
      const server: Server = { machine, path }
      servers.set(key, server)
      if (refusal) machine.transaction.respond(refusal)
      else onRequest(machine.transaction)
    },
    stopAll() {
      for (const { machine } of servers.values()) machine.stop()
      servers.clear()
    },
  }
}

// The way back of RFC 3261 18.2.2 and RFC 3581 4. It never leaves the address the request came from: maddr would send answers
// wherever a stranger says.
function wayBack(path: Path, via: { readonly port: number | undefined; readonly rport: string | undefined }): Path {
  const sentBy = { address: path.remote.address, port: via.port ?? 5060 }
  if (path.connection !== undefined)
    return path.connection.usable ? path : { transport: path.transport, remote: sentBy }
  return via.rport === undefined ? { transport: path.transport, remote: sentBy } : path
}

const needed = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
const isAnswerable = (message: SipMessage): boolean => needed.every((name) => header(message, name) !== undefined)

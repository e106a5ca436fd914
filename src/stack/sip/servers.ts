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

/** So many of the oldest are looked at for one to forget: the search stays cheap under a flood. */
const oldestLookedAt = 64

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

  let octetsHeld = 0
  const forget = (key: string): void => {
    octetsHeld -= servers.get(key)?.machine.transaction.request.octets.length ?? 0
    servers.delete(key)
  }

  /** Makes room by forgetting the oldest answered transactions; those in want of an answer are never forgotten. */
  const hasRoom = (octets: number): boolean => {
    const isFull = (): boolean =>
      servers.size >= limits.maxTransactions || octetsHeld + octets > limits.maxTransactionOctets
    let looked = 0
    for (const [key, { machine }] of servers) {
      if (!isFull() || looked === oldestLookedAt) break
      looked += 1
      if (!machine.answered) continue
      machine.stop()
      forget(key)
    }
    return !isFull()
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
      if (!hasRoom(message.octets.length)) {
        const text = `${servers.size} server transactions are alive already, of ${octetsHeld} octets`
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
        onTerminated: () => forget(key),
      })
      const server: Server = { machine, path }
      servers.set(key, server)
      octetsHeld += message.octets.length
      if (refusal) machine.transaction.respond(refusal)
      else onRequest(machine.transaction)
    },
    stopAll() {
      for (const { machine } of servers.values()) machine.stop()
      servers.clear()
      octetsHeld = 0
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

import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Disturbance } from './disturbance.ts'
import type { Address } from './endpoint.ts'
import { type Failure, failureOf } from './failure.ts'
import { listenError } from './listen-error.ts'

/** Octets of what a datagram over IPv4 holds at most (RFC 768): 65535 less the headers. */
export const largestDatagram = 65_507

/** Never more datagrams than this wait for the end of a turn: then they leave at once. */
const mostWaiting = 64

export interface UdpOptions extends Address {
  /** Octets the operating system is asked to keep for us; it may give less. 4 MiB unless said. */
  readonly receiveBuffer?: number
  /** What a network would do to its datagrams; nothing unless said. */
  readonly disturbance?: Disturbance | undefined
  readonly onDatagram: (octets: Uint8Array, remote: Address) => void
  readonly onFailure: (failure: Failure) => void
}

export interface UdpSocket {
  readonly local: Address
  /**
   * Sends one datagram, at the end of this turn of the event loop and in order; false when it cannot even be tried. A failure is handed to
   * `onFailed`, or to the socket's `onFailure`.
   */
  send(octets: Uint8Array, remote: Address, onFailed?: (failure: Failure) => void): boolean
  /** Sends what waits, then closes. */
  close(): Promise<void>
}

interface Departure {
  readonly octets: Uint8Array
  readonly remote: Address
  /** Nobody in particular is told: it is the socket's failure. */
  readonly onFailed: ((failure: Failure) => void) | undefined
}

/** Opens a UDP socket. Rejects with an error that names address, port and repair when it cannot listen there. */
export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const { address, port, onDatagram, onFailure, disturbance } = options
  const family = isIPv6(address) ? 6 : 4
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // Only IP addresses are ever sent to: no name service, and no turn of the event loop for it.
    lookup: (host, _options, done) => done(null, host, family),
  })
  await bind(socket, address, port)
  try {
    socket.setRecvBufferSize(options.receiveBuffer ?? 4 * 1024 * 1024)
  } catch {
    // The system's own limit is good enough: bursts are then lost as on any network.
  }
  let open = true
  socket.on('message', (octets, from) => {
    if (disturbance?.loses('received', from) !== true) onDatagram(octets, from)
  })
  socket.on('error', (error) => onFailure(socketFailure(error)))

  let waiting: Departure[] = []
  let scheduled = false
  // The system hands over datagrams in bursts. If each answer left on its own, a peer that is as quick as we are would be woken for every
  // single one of them, which costs either side more than the answer itself.
  const flush = (): void => {
    scheduled = false
    const due = waiting
    waiting = []
    for (const departure of due) depart(socket, departure, onFailure)
  }

  return {
    local: { address, port: socket.address().port },
    send(octets, remote, onFailed) {
      const refused = refusalOf(open, octets, remote)
      if (refused !== undefined) {
        const failed = onFailed ?? onFailure
        failed({ kind: 'send-failed', text: `${nameOf(octets, remote)}: ${refused}` })
        return false
      }
      // A sender does not see what a network loses.
      if (disturbance?.loses('sent', remote) === true) return true
      waiting.push({ octets, remote, onFailed })
      if (waiting.length === mostWaiting) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(() => {
          if (open) flush()
        })
      }
      return true
    },
    close() {
      if (!open) return Promise.resolve()
      flush()
      open = false
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
}

function depart(socket: Socket, { octets, remote, onFailed }: Departure, onFailure: (failure: Failure) => void): void {
  const told = (error: unknown): void => {
    if (error !== null) (onFailed ?? onFailure)(failureOf(error, nameOf(octets, remote), 'send-failed'))
  }
  try {
    // A callback costs a turn of the micro-task queue for each datagram; without one a failure is an error of the socket.
    if (onFailed === undefined) socket.send(octets, remote.port, remote.address)
    else socket.send(octets, remote.port, remote.address, told)
  } catch (error) {
    told(error)
  }
}

/** An error of the socket, which may be that of a datagram that left without anybody waiting for news of it. */
function socketFailure(error: Error): Failure {
  const { syscall, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (syscall !== 'send') return failureOf(error, 'UDP socket')
  return failureOf(error, `UDP datagram to ${address} port ${port}`, 'send-failed')
}

const nameOf = (octets: Uint8Array, { address, port }: Address): string =>
  `UDP ${octets.length} octets to ${address} port ${port}`

function refusalOf(open: boolean, octets: Uint8Array, { port }: Address): string | undefined {
  if (!open) return 'the socket is closed'
  if (octets.length > largestDatagram) return `a datagram holds ${largestDatagram} octets at most`
  return port > 0 && port < 65_536 ? undefined : 'there is no such port'
}

function bind(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown): void => {
      socket.close()
      reject(listenError(cause, { transport: 'udp', address, port }))
    }
    socket.once('error', refuse)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refuse)
      resolve()
    })
  })
}

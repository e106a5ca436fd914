import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from './endpoint.ts'
import { type Failure, failureOf } from './failure.ts'
import { listenError } from './listen-error.ts'

/** RFC 768 over IPv4: 65535 less the headers. */
const largestDatagram = 65_507

export interface UdpOptions extends Address {
  /** Octets the operating system is asked to keep for us; it may give less. 4 MiB unless said. */
  readonly receiveBuffer?: number
  readonly onDatagram: (octets: Uint8Array, remote: Address) => void
  readonly onFailure: (failure: Failure) => void
}

export interface UdpSocket {
  readonly local: Address
  /** Sends one datagram; false when it cannot even be tried. A failure is handed to `onFailed`, or to the socket's `onFailure`. */
  send(octets: Uint8Array, remote: Address, onFailed?: (failure: Failure) => void): boolean
  close(): Promise<void>
}

/** Opens a UDP socket. Rejects with an error that names address, port and repair when it cannot listen there. */
export async function openUdp(options: UdpOptions): Promise<UdpSocket> {
  const { address, port, onDatagram, onFailure } = options
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
  socket.on('message', (octets, from) => onDatagram(octets, { address: from.address, port: from.port }))
  socket.on('error', (error) => onFailure(failureOf(error, 'UDP socket')))

  return {
    local: { address, port: socket.address().port },
    send(octets, remote, onFailed = onFailure) {
      const what = `UDP ${octets.length} octets to ${remote.address} port ${remote.port}`
      const failed = (error: unknown): false => {
        onFailed(failureOf(error, what, 'send-failed'))
        return false
      }
      if (!open) return failed(new Error('the socket is closed'))
      if (octets.length > largestDatagram)
        return failed(new Error(`a datagram holds ${largestDatagram} octets at most`))
      try {
        socket.send(octets, remote.port, remote.address, (error) => {
          if (error) failed(error)
        })
      } catch (error) {
        return failed(error)
      }
      return true
    },
    close() {
      if (!open) return Promise.resolve()
      open = false
      return new Promise((resolve) => socket.close(() => resolve()))
    },
  }
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

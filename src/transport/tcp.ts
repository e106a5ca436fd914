import { connect, createServer, type Server } from 'node:net'
import type { Address, Endpoint } from './endpoint.ts'
import { type Failure, failureOf } from './failure.ts'
import { listenError } from './listen-error.ts'
import {
  asConnection,
  type ConnectionEvents,
  defaultTcpLimits,
  type TcpConnection,
  type TcpLimits,
} from './tcp-connection.ts'

export interface TcpOptions extends Address, ConnectionEvents {
  readonly limits?: Partial<TcpLimits> | undefined
  /** Failures that belong to no connection: one refused for the limit, or the listener's own. */
  readonly onFailure: (failure: Failure, remote: Address | undefined) => void
}

export interface TcpListener {
  readonly local: Address
  /** The open connection to that address, whoever opened it, else a new one. A failure when there are too many. */
  connectionTo(remote: Address & { readonly name?: string | undefined }): TcpConnection | Failure
  /** Open connections, both directions. */
  readonly count: number
  close(): Promise<void>
}

/** Listens on TCP and connects from the same address. Rejects with an error that names address, port and repair when it cannot listen. */
export async function openTcp(options: TcpOptions): Promise<TcpListener> {
  const { address, port, onFailure } = options
  const limits: TcpLimits = { ...defaultTcpLimits, ...options.limits }
  const connections = new Map<string, TcpConnection>()
  let open = true

  const events: ConnectionEvents = {
    onOctets: options.onOctets,
    onClosed(connection, failure) {
      const key = keyOf(connection.remote)
      if (connections.get(key) === connection) connections.delete(key)
      options.onClosed(connection, failure)
    },
  }
  const tooMany = (remote: Address): Failure => ({
    kind: 'connection-limit',
    text: `TCP ${remote.address} port ${remote.port}: ${limits.maxConnections} connections are open already`,
  })
  const server = createServer((socket) => {
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    if (!open || connections.size >= limits.maxConnections) {
      socket.on('error', () => undefined) // already refused and reported
      socket.resetAndDestroy()
      if (open) onFailure(tooMany(remote), remote)
      return
    }
    connections.set(keyOf(remote), asConnection(socket, remote, true, limits, events))
  })
  await listen(server, { transport: 'tcp', address, port })
  server.on('error', (error) => onFailure(failureOf(error, `TCP listener ${address}`), undefined))
  const bound = server.address()

  return {
    local: { address, port: typeof bound === 'object' && bound !== null ? bound.port : port },
    connectionTo(remote) {
      const known = connections.get(keyOf(remote))
      if (known?.usable === true) return known
      if (!open)
        return { kind: 'socket-error', text: `TCP ${remote.address} port ${remote.port}: the listener is closed` }
      if (connections.size >= limits.maxConnections) return tooMany(remote)
      try {
        const socket = connect({ host: remote.address, port: remote.port, localAddress: address })
        const connection = asConnection(socket, remote, false, limits, events)
        connections.set(keyOf(remote), connection)
        return connection
      } catch (error) {
        return failureOf(error, `TCP ${remote.address} port ${remote.port}`)
      }
    },
    get count() {
      return connections.size
    },
    close() {
      if (!open) return Promise.resolve()
      open = false
      return new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections.values()) connection.finish()
      })
    },
  }
}

const keyOf = (remote: Address): string => `${remote.address}|${remote.port}`

/** Lets a server listen; rejects with an error that names address, port and repair. */
export function listen(server: Server, { transport, address, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown): void => reject(listenError(cause, { transport, address, port }))
    server.once('error', refuse)
    server.listen({ host: address, port, exclusive: true, backlog: 1024 }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

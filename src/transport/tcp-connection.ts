import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Address } from './endpoint.ts'
import { type Failure, failureOf } from './failure.ts'
import { tlsFailure } from './tls-failure.ts'

export interface TcpLimits {
  /** Connections open at once, both directions. */
  readonly maxConnections: number
  /** Milliseconds without an octet before a connection is closed. */
  readonly idle: number
  /** Octets waiting for a peer that does not read before its connection is reset. */
  readonly maxWriteBuffer: number
  /** Milliseconds of silence in which a TLS handshake is given up. */
  readonly handshake: number
}

export const defaultTcpLimits: TcpLimits = {
  maxConnections: 1024,
  idle: 300_000,
  maxWriteBuffer: 16 * 1024 * 1024,
  handshake: 10_000,
}

/** What TLS agreed on. */
export interface ConnectionSecurity {
  /** `TLSv1.2` or `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
  /** The SIP domains and addresses that the peer's certificate is of (RFC 5922 7.1); none when it showed no certificate. */
  readonly peerNames: readonly string[]
}

export interface TcpConnection {
  readonly remote: Address
  /** Known once the connection is open. */
  readonly local: Address
  readonly incoming: boolean
  /** Known once a TLS connection is open; `undefined` for TCP. */
  readonly security: ConnectionSecurity | undefined
  /** Whether octets can still be sent on it, now or once it is open. */
  readonly usable: boolean
  /** Writes now, or once the connection is open. `onSent`: handed to the operating system. `onFailed`: never written. */
  send(octets: Uint8Array, onSent?: () => void, onFailed?: (failure: Failure) => void): void
  /** Writes what waits, then closes. */
  close(): void
  /** Writes what waits, and drops the connection when the peer does not take it within a moment. */
  finish(): void
  /** Drops it at once: the peer sees a reset. */
  reset(failure?: Failure): void
}

export interface ConnectionEvents {
  readonly onOctets: (connection: TcpConnection, octets: Uint8Array) => void
  /** Once for every connection; without failure when either side closed it in order. */
  readonly onClosed: (connection: TcpConnection, failure: Failure | undefined) => void
}

/** Milliseconds a peer is given to take the last octets when the listener closes. */
const lastWords = 200

interface Waiting {
  readonly octets: Uint8Array
  readonly onSent: (() => void) | undefined
  readonly onFailed: ((failure: Failure) => void) | undefined
}

/** A TLS socket, with what is to be read from it once it is open. */
export interface Secured {
  readonly socket: TLSSocket
  readonly securityOf: (socket: TLSSocket) => ConnectionSecurity
}

/** Gives a socket, open or opening, the shape of a connection. Its errors become values. */
export function asConnection(
  socket: Socket,
  remote: Address,
  incoming: boolean,
  limits: TcpLimits,
  events: ConnectionEvents,
  secured?: Secured,
): TcpConnection {
  const name = `${secured === undefined ? 'TCP' : 'TLS'} ${remote.address} port ${remote.port}`
  // An accepted TLS socket is handed over when its handshake is done.
  let opening = secured === undefined ? socket.connecting : !incoming
  let waiting: Waiting[] = []
  let failure: Failure | undefined
  let corked = false
  let closed = false
  let local: Address = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }

  const uncork = (): void => {
    corked = false
    socket.uncork()
  }
  const write = ({ octets, onSent, onFailed }: Waiting): void => {
    if (socket.writableLength + octets.length > limits.maxWriteBuffer) {
      const full: Failure = {
        kind: 'write-buffer-full',
        text: `${name}: the peer does not read, ${socket.writableLength} octets wait`,
      }
      onFailed?.(full)
      connection.reset(full)
      return
    }
    // What is written in one turn leaves in one segment where it fits.
    if (!corked) {
      corked = true
      socket.cork()
      process.nextTick(uncork)
    }
    socket.write(octets)
    onSent?.()
  }
  const connection: TcpConnection = {
    remote,
    get local() {
      return local
    },
    incoming,
    get security() {
      return opening || secured === undefined ? undefined : secured.securityOf(secured.socket)
    },
    get usable() {
      return !closed && !socket.destroyed && (opening || socket.writable)
    },
    send(octets, onSent, onFailed) {
      if (!connection.usable)
        onFailed?.(failure ?? { kind: 'connection-reset', text: `${name}: the connection is closed` })
      else if (!opening) write({ octets, onSent, onFailed })
      else if (waiting.reduce((sum, one) => sum + one.octets.length, octets.length) <= limits.maxWriteBuffer) {
        waiting.push({ octets, onSent, onFailed })
      } else onFailed?.({ kind: 'write-buffer-full', text: `${name}: not open yet, and too many octets wait` })
    },
    close() {
      if (opening) socket.destroy()
      else socket.end()
    },
    finish() {
      if (opening) socket.destroy()
      socket.destroySoon()
      socket.removeAllListeners('timeout').setTimeout(lastWords, () => socket.destroy())
    },
    reset(cause) {
      failure ??= cause
      if (opening || secured !== undefined) socket.destroy()
      else socket.resetAndDestroy()
    },
  }

  socket.setNoDelay(true)
  socket.setTimeout(opening && secured !== undefined ? limits.handshake : limits.idle)
  socket.on(secured === undefined ? 'connect' : 'secureConnect', () => {
    opening = false
    socket.setTimeout(limits.idle)
    local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 }
    const due = waiting
    waiting = []
    for (const one of due) write(one)
  })
  socket.on('data', (octets) => {
    if (!closed && failure === undefined) events.onOctets(connection, octets)
  })
  socket.on('timeout', () => {
    connection.reset(
      opening && secured !== undefined
        ? { kind: 'handshake-failed', text: `${name}: no octet of the handshake for ${limits.handshake} ms` }
        : { kind: 'connection-idle', text: `${name}: no octet for ${limits.idle} ms` },
    )
  })
  socket.on('error', (error) => {
    failure ??= secured === undefined ? failureOf(error, name) : tlsFailure(error, name)
  })
  socket.on('close', () => {
    closed = true
    const lost = failure ?? { kind: 'connection-reset', text: `${name}: closed before it was open` }
    for (const one of waiting.splice(0)) one.onFailed?.(lost)
    events.onClosed(connection, failure)
  })
  return connection
}

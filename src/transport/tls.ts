import { connect, createServer, type Server, type TLSSocket } from 'node:tls'
import { createServer as createTcpServer, isIP, type Socket } from 'node:net'
import type { Address } from './endpoint.ts'
import { type CertificateNames, domainIdentities, identityProblem } from './domain-identity.ts'
import type { Failure } from './failure.ts'
import { listen, type TcpListener, type TcpOptions } from './tcp.ts'
import {
  asConnection,
  type ConnectionEvents,
  type ConnectionSecurity,
  defaultTcpLimits,
  type TcpConnection,
  type TcpLimits,
} from './tcp-connection.ts'
import { certificateRefused, tlsFailure } from './tls-failure.ts'

/** Who we are to TLS, and whom we trust; all PEM. */
export interface TlsIdentity {
  /** Our certificate, followed by those between it and its authority. */
  readonly certificate: string
  readonly key: string
  /** Those a peer's certificate must lead to. Nobody else is trusted. */
  readonly authorities: readonly string[]
}

export interface TlsOptions extends TcpOptions {
  readonly identity: TlsIdentity
  /** Whether those who connect must show a certificate that we trust: mutual authentication (RFC 3261 26.3.1). They must, unless said. */
  readonly mutual?: boolean | undefined
  /** Unless said, TLS 1.2 and 1.3; a range of one version admits that alone. */
  readonly versions?: { readonly lowest: TlsVersion; readonly highest: TlsVersion } | undefined
  /** Of those with a good certificate: whether its names may connect (RFC 5922 7.4). All may, unless said. */
  readonly admits?: ((names: readonly string[]) => boolean) | undefined
}

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3'

/** Addresses of one peer may belong to several domains: `name` says which is meant. */
interface NamedAddress extends Address {
  readonly name?: string | undefined
}

/**
 * Listens on TLS and connects from the same address, in the manner of `openTcp`. Rejects with an error that names address, port and repair when it
 * cannot listen, or when certificate and key are none or no pair.
 */
export async function openTls(options: TlsOptions): Promise<TcpListener> {
  const { address, port, onFailure, identity, mutual = true, admits = () => true } = options
  const limits: TcpLimits = { ...defaultTcpLimits, ...options.limits }
  const { lowest, highest } = options.versions ?? { lowest: 'TLSv1.2', highest: 'TLSv1.3' }
  const context = {
    ...{ cert: identity.certificate, key: identity.key, ca: [...identity.authorities] },
    ...{ minVersion: lowest, maxVersion: highest },
  }
  const connections = new Map<string, TcpConnection>()
  /** Sockets whose handshake is not done. */
  const shaking = new Map<string, Socket>()
  let open = true

  const events: ConnectionEvents = {
    onOctets: options.onOctets,
    onClosed(connection, failure) {
      for (const [key, one] of connections) if (one === connection) connections.delete(key)
      options.onClosed(connection, failure)
    },
  }
  const what = ({ address: host, port: number }: Address): string => `TLS ${host} port ${number}`
  const tooMany = (remote: Address): Failure => ({
    kind: 'connection-limit',
    text: `${what(remote)}: ${limits.maxConnections} connections are open already`,
  })
  const isFull = (): boolean => connections.size + shaking.size >= limits.maxConnections

  // Who is refused is named with the reason, so Node.js is asked to accept anybody and the decision is taken here.
  const handshakes = handshaking(options, { ...context, requestCert: mutual, rejectUnauthorized: false }, limits)
  const server = createTcpServer((socket) => {
    const remote = remoteOf(socket)
    if (!open || isFull()) {
      socket.on('error', () => undefined) // already refused and reported
      socket.resetAndDestroy()
      if (open) onFailure(tooMany(remote), remote)
      return
    }
    shaking.set(keyOf(remote), socket)
    socket.once('close', () => shaking.delete(keyOf(remote)))
    handshakes.emit('connection', socket)
  })
  handshakes.on('tlsClientError', (error, socket) => {
    onFailure(tlsFailure(error, what(remoteOf(socket))), remoteOf(socket))
    socket.destroy()
  })
  handshakes.on('secureConnection', (socket) => {
    const remote = remoteOf(socket)
    shaking.delete(keyOf(remote))
    const refusal = mutual ? refusalOf(socket, what(remote), admits) : undefined
    if (refusal !== undefined || !open) {
      socket.on('error', () => undefined) // already refused and reported
      socket.destroy()
      if (refusal !== undefined) onFailure(refusal, remote)
      return
    }
    connections.set(keyOf(remote), asConnection(socket, remote, true, limits, events, { socket, securityOf }))
  })
  await listen(server, { transport: 'tls', address, port })
  server.on('error', (error) => onFailure(tlsFailure(error, `TLS listener ${address}`), undefined))
  const bound = server.address()

  return {
    local: { address, port: typeof bound === 'object' && bound !== null ? bound.port : port },
    connectionTo(remote: NamedAddress) {
      const key = keyOf(remote)
      const known = connections.get(key)
      if (known?.usable === true) return known
      if (!open) return { kind: 'socket-error', text: `${what(remote)}: the listener is closed` }
      if (isFull()) return tooMany(remote)
      const expected = remote.name ?? remote.address
      try {
        const socket = connect({
          ...context,
          ...{ host: remote.address, port: remote.port, localAddress: address },
          // RFC 6066 3: names alone, no addresses.
          ...(isIP(expected) === 0 && { servername: expected }),
          checkServerIdentity: (_host, certificate) => {
            const problem = identityProblem(certificate, expected)
            if (problem === undefined) return undefined
            return Object.assign(new Error(problem), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
          },
        })
        const connection = asConnection(socket, remote, false, limits, events, { socket, securityOf })
        connections.set(key, connection)
        return connection
      } catch (error) {
        return tlsFailure(error, what(remote))
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
        for (const socket of shaking.values()) socket.destroy()
        for (const connection of connections.values()) connection.finish()
      })
    },
  }
}

const keyOf = ({ address, port, name }: NamedAddress): string => `${address}|${port}|${name ?? ''}`

const remoteOf = (socket: Socket): Address => ({ address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 })

/** Why one who connected is not admitted, if so. */
function refusalOf(
  socket: TLSSocket,
  what: string,
  admits: (names: readonly string[]) => boolean,
): Failure | undefined {
  const certificate = certificateOf(socket)
  if (certificate === undefined)
    return certificateRefused('', what, 'it showed no certificate, and mutual authentication is asked for')
  if (!socket.authorized) return certificateRefused(String(socket.authorizationError), what)
  const names = domainIdentities(certificate)
  return admits(names)
    ? undefined
    : certificateRefused('', what, `certificates of ${names.join(', ')} are not admitted`)
}

/** What the peer showed: nothing is known of a socket that is destroyed, where Node.js says `null`. */
function certificateOf(socket: TLSSocket): CertificateNames | undefined {
  const certificate: CertificateNames | null = socket.getPeerCertificate()
  return certificate === null || Object.keys(certificate).length === 0 ? undefined : certificate
}

function securityOf(socket: TLSSocket): ConnectionSecurity {
  const certificate = certificateOf(socket)
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher()?.standardName ?? '',
    peerNames: certificate === undefined ? [] : domainIdentities(certificate),
  }
}

function handshaking(
  { address, port }: Address,
  context: Parameters<typeof createServer>[0],
  { handshake }: TcpLimits,
): Server {
  try {
    return createServer({ ...context, handshakeTimeout: handshake })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new Error(
      `Cannot listen on tls ${address} port ${port}: certificate and key are to be PEM, and a pair (${said}): mend them in the configuration`,
      { cause: error },
    )
  }
}

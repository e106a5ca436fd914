import {
  type Address,
  type Failure,
  isAddressInUse,
  openTcp,
  openTls,
  openUdp,
  type TcpConnection,
  type TcpListener,
  type TcpOptions,
  type TransportName,
  type UdpSocket,
} from '#transport'
import { createFramer, type Framed, type Framer } from '#wire/sip'
import { troubleOctets } from './limits.ts'
import type { SipLimits, TlsSettings, Trouble } from './stack.ts'

/** Where octets came from, or go to. A connection is used as long as it can be. */
export interface Path {
  readonly transport: TransportName
  readonly remote: Address
  readonly connection?: TcpConnection | undefined
  /** With TLS: the domain the peer's certificate must be of; its address unless said. */
  readonly name?: string | undefined
}

export interface LinkEvents {
  /** One datagram, or one message of a stream. */
  readonly onOctets: (octets: Uint8Array, path: Path, local: Address) => void
  readonly onTrouble: (trouble: Omit<Trouble, 'at'>) => void
  /** A connection was lost with an error: what waits for it waits in vain. */
  readonly onLost: (connection: TcpConnection, text: string) => void
  /** Octets of any kind came on a connection: the flow is alive. */
  readonly onHeard: (connection: TcpConnection) => void
  /** A connection is no more, in order or not. */
  readonly onGone: (connection: TcpConnection, text: string) => void
  /** Runs in a while: a stream that cannot be read on is kept open that long for the answer. */
  readonly soon: (run: () => void) => void
  readonly after: (ms: number, run: () => void) => { cancel(): void }
}

/** The sockets of a SIP element, with messages cut out of their octets. */
export interface SipLink {
  /** Of UDP and TCP. */
  readonly local: Address
  /** Of TLS, where it is asked for. */
  readonly secure: Address | undefined
  /** Sends octets; gives the connection they leave on, if any. `onSent` says from which address, `onFailed` why not. */
  send(
    octets: Uint8Array,
    path: Path,
    onSent: ((local: Address) => void) | undefined,
    onFailed: (failure: Failure) => void,
  ): TcpConnection | undefined
  close(): Promise<void>
}

export interface LinkOptions extends Address {
  readonly tls?: TlsSettings | undefined
}

const attemptsForOnePort = 20

/** Opens UDP and TCP on the same port, and TLS where asked. Port 0 takes a free one: another is tried where only one of the two could have it. */
export async function openLink(
  { address, port, tls: settings }: LinkOptions,
  limits: SipLimits,
  events: LinkEvents,
): Promise<SipLink> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = await openTcp({ address, port, ...streamsOf('tcp', limits, events) })
    let tls: TcpListener | undefined
    try {
      tls = settings && (await openTls({ address, ...settings, ...streamsOf('tls', limits, events) }))
      const udp = await openDatagrams(tcp.local, events)
      return join(udp, tcp, tls)
    } catch (error) {
      await Promise.all([tcp.close(), tls?.close()])
      if (port !== 0 || attempt === attemptsForOnePort || !isAddressInUse(error)) throw error
    }
  }
}

function join(udp: UdpSocket, tcp: TcpListener, tls: TcpListener | undefined): SipLink {
  const connectionTo = ({ transport, remote, name }: Path): TcpConnection | Failure => {
    if (transport !== 'tls') return tcp.connectionTo(remote)
    if (tls !== undefined) return tls.connectionTo({ ...remote, name })
    const text = `TLS ${remote.address} port ${remote.port}: this element has no TLS: give it a certificate and a key`
    return { kind: 'socket-error', text }
  }
  return {
    local: tcp.local,
    secure: tls?.local,
    send(octets, path, onSent, onFailed) {
      if (path.transport === 'udp') {
        if (udp.send(octets, path.remote, onFailed)) onSent?.(udp.local)
        return undefined
      }
      const connection = path.connection?.usable === true ? path.connection : connectionTo(path)
      if ('kind' in connection) {
        onFailed(connection)
        return undefined
      }
      connection.send(octets, onSent && (() => onSent(connection.local)), onFailed)
      return connection
    },
    async close() {
      await Promise.all([udp.close(), tcp.close(), tls?.close()])
    },
  }
}

function openDatagrams(local: Address, events: LinkEvents): Promise<UdpSocket> {
  const transport = 'udp'
  /** That of the latest datagram: the same peers send again and again, and what is kept of them is kept once. */
  let former: Path = { transport, remote: { address: '', port: 0 } }
  return openUdp({
    ...local,
    onDatagram: (octets, { address, port }) => {
      if (former.remote.port !== port || former.remote.address !== address)
        former = { transport, remote: { address, port } }
      // Keep-alives of the field: line ends or NUL alone.
      if (octets.length > 4 || octets.some((octet) => octet !== 13 && octet !== 10 && octet !== 0)) {
        events.onOctets(octets, former, local)
      }
    },
    onFailure: ({ kind, text }) => events.onTrouble({ kind, text, transport, remote: undefined }),
  })
}

interface Stream {
  readonly framer: Framer
  readonly path: Path & { readonly connection: TcpConnection }
  /** Runs while a message is not whole. */
  unfinished: { cancel(): void } | undefined
}

/** How the streams of a transport are read: the same for TCP and TLS. */
function streamsOf(transport: 'tcp' | 'tls', limits: SipLimits, events: LinkEvents): Omit<TcpOptions, keyof Address> {
  const streams = new Map<TcpConnection, Stream>()
  const given = new WeakSet<TcpConnection>()

  const giveUp = (connection: TcpConnection, failure: Failure): void => {
    given.add(connection)
    connection.reset(failure)
  }
  // A peer that is slow on purpose would hold connections and memory (RFC 3261 26.3.2.4 asks for defence against denial of service).
  const awaitRest = (connection: TcpConnection): { cancel(): void } => {
    const ms = limits.messageTime()
    return events.after(ms, () => {
      const text = `${transport.toUpperCase()}: the rest of a message did not come within ${ms} ms`
      events.onTrouble({ kind: 'message-unfinished', text, remote: connection.remote, transport })
      giveUp(connection, { kind: 'socket-error', text })
    })
  }
  const take = (path: Stream['path'], framed: Framed): void => {
    const { connection, remote } = path
    switch (framed.kind) {
      case 'message':
        return events.onOctets(framed.octets, path, connection.local)
      case 'keep-alive':
        // "The server MUST respond with a single CRLF" (RFC 5626 4.4.1); what we opened ourselves we do not answer on.
        return connection.incoming ? connection.send(lineEnd) : undefined
      case 'too-large': {
        const octets = framed.octets.subarray(0, troubleOctets)
        events.onTrouble({ kind: 'too-large', text: framed.text, remote, transport, octets })
        return giveUp(connection, { kind: 'socket-error', text: framed.text })
      }
      case 'unframeable': {
        const octets = framed.octets.subarray(0, troubleOctets)
        events.onTrouble({ kind: 'unreadable', text: framed.text, remote, transport, octets })
        events.onOctets(framed.octets, path, connection.local)
        return events.soon(() => connection.close())
      }
    }
  }
  return {
    limits: { maxConnections: limits.maxConnections },
    onOctets(connection, octets) {
      let stream = streams.get(connection)
      if (stream === undefined) {
        const path = { transport, remote: connection.remote, connection }
        stream = { framer: createFramer(limits), path, unfinished: undefined }
        streams.set(connection, stream)
      }
      events.onHeard(connection)
      const whole = stream.framer.push(octets)
      if (whole.length > 0 || stream.framer.pending === 0) {
        stream.unfinished?.cancel()
        stream.unfinished = undefined
      }
      if (stream.framer.pending > 0) stream.unfinished ??= awaitRest(connection)
      for (const framed of whole) take(stream.path, framed)
    },
    onClosed(connection, failure) {
      const cutShort = streams.get(connection)?.framer.pending ?? 0
      streams.get(connection)?.unfinished?.cancel()
      streams.delete(connection)
      const { remote } = connection
      if (failure !== undefined) {
        if (!given.has(connection)) events.onTrouble({ kind: failure.kind, text: failure.text, remote, transport })
        events.onLost(connection, failure.text)
      } else if (cutShort > 0) {
        const text = `the connection was closed in the middle of a message, after ${cutShort} octets of it`
        events.onTrouble({ kind: 'connection-closed', text, remote, transport })
      }
      events.onGone(connection, failure?.text ?? 'the peer closed the connection')
    },
    onFailure: ({ kind, text }, remote) => events.onTrouble({ kind, text, remote, transport }),
  }
}

const lineEnd = Buffer.from('\r\n')

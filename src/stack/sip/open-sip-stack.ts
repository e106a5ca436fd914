import type { Address, Endpoint, TcpConnection } from '#transport'
import { readMessage } from '#wire/sip'
import { createClients } from './clients.ts'
import { systemClock } from './clock.ts'
import type { Element, Receiving } from './element.ts'
import { defaultLimits, troubleOctets } from './limits.ts'
import { createKeepAlives } from './keep-alives.ts'
import { openLink, type Path } from './link.ts'
import { createServers } from './servers.ts'
import { overTcpElseUdp } from './size-switch.ts'
import type {
  ClientTransaction,
  ForwardedRequest,
  OutgoingRequest,
  ResponseObserver,
  SipStack,
  SipStackOptions,
  Trace,
  Trouble,
} from './stack.ts'
import { createTimerQueues } from './timer-queues.ts'
import { defaultTimers } from './timers.ts'
import { hostOf, viaPrefix, writeRequest } from './write-request.ts'

/**
 * Opens a SIP element on UDP and TCP, and on TLS where asked: transactions of RFC 3261 17 over all. Rejects with an error that names address, port, transport
 * and repair when it cannot listen. After that nothing throws: what goes wrong is an `Outcome` or a `Trouble`.
 */
export async function openSipStack(options: SipStackOptions): Promise<SipStack> {
  const {
    clock = systemClock,
    timers = defaultTimers,
    largestDatagram = Infinity,
    onTrace,
    onTrouble,
    middlebox,
  } = options
  const limits = { ...defaultLimits, ...options.limits }
  let open = true

  const trace = (what: Omit<Trace, 'at' | 'message'>, message = readMessage(what.octets)): void =>
    onTrace?.({ ...what, message, at: clock.now() })
  const trouble = (what: Omit<Trouble, 'at'>): void =>
    onTrouble?.({ ...what, at: clock.now(), ...(what.octets && { octets: what.octets.subarray(0, troubleOctets) }) })

  const noteOfSent =
    (octets: Uint8Array, { transport, remote }: Path, sending: Receiving) =>
    (local: Address): void =>
      trace({ direction: 'sent', octets, transport, local, remote, ...sending })

  let retransmissions = 0
  const queues = createTimerQueues(clock)
  const element: Element = {
    clock,
    queues,
    timers,
    limits,
    traced: onTrace !== undefined,
    transmit(octets, path, transaction, tag, retransmission, onFailed) {
      if (retransmission) retransmissions += 1
      const send = (given: Uint8Array): TcpConnection | undefined =>
        link.send(given, path, onTrace && noteOfSent(given, path, { transaction, tag, retransmission }), onFailed)
      if (middlebox?.outgoing === undefined) return send(octets)
      let connection: TcpConnection | undefined
      middlebox.outgoing(octets, path, (given) => (connection = send(given)))
      return connection
    },
    trouble: (kind, text, { transport, remote }, octets) => trouble({ kind, text, transport, remote, octets }),
  }
  const clients = createClients(element)
  const servers = createServers(element, options)

  const link = await openLink(options, limits, {
    onTrouble: trouble,
    onLost: (connection, text) => clients.lose(connection, text),
    onHeard: (connection) => keepAlives.heard(connection),
    onGone: (connection, text) => keepAlives.gone(connection, text),
    soon: (run) => clock.after(timers.t1, run),
    after: (ms, run) => clock.after(ms, run),
    onOctets(octets, path, local) {
      if (middlebox?.incoming === undefined) return take(octets, path, local)
      middlebox.incoming(octets, path, (given) => take(given, path, local))
    },
  })

  function take(octets: Uint8Array, path: Path, local: Address): void {
    if (!open) return
    const message = readMessage(octets)
    const { transport, remote } = path
    const note =
      onTrace &&
      ((receiving: Receiving): void =>
        trace({ direction: 'received', octets, transport, local, remote, ...receiving }, message))
    switch (message.startLine.kind) {
      case 'request':
        return servers.receive(message, path, local, note)
      case 'response':
        return clients.receive(message, path, note)
      case 'unreadable':
        return element.trouble('unreadable', message.diagnostics[0]?.text ?? 'unreadable start line', path, octets)
    }
  }

  const keepAlives = createKeepAlives(clock, link.send)

  const viaOf = (local: Address) => ({
    local,
    sentBy: `${hostOf(local.address).toLowerCase()}:${local.port}`,
    udp: viaPrefix('udp', local),
    tcp: viaPrefix('tcp', local),
    tls: viaPrefix('tls', local),
  })
  const plain = viaOf(link.local)
  const secure = link.secure === undefined ? plain : viaOf(link.secure)

  const begin: SipStack['request'] = (request, target, tag, observer) => {
    const via = target.transport === 'tls' ? secure : plain
    const octets = writeRequest(request, via[target.transport])
    if (target.transport === 'udp' && octets.length > largestDatagram)
      return switchOver(request, octets, target, tag, observer)
    return clients.begin(request.branch, via.sentBy, request.method, octets, target, tag, observer)
  }
  /** By TCP first (RFC 3261 18.1.1). */
  const switchOver = (
    request: OutgoingRequest | ForwardedRequest,
    octets: Uint8Array,
    target: Endpoint,
    tag: unknown,
    observer: ResponseObserver | undefined,
  ): ClientTransaction => {
    const overUdp = (): ClientTransaction =>
      clients.begin(request.branch, plain.sentBy, request.method, octets, target, tag)
    const switched = overTcpElseUdp(begin(request, { ...target, transport: 'tcp' }, tag), overUdp)
    if (observer !== undefined) observe(switched, observer)
    return switched
  }

  const sendOctets: SipStack['sendOctets'] = (octets, target, tag) => {
    const path = pathTo(target)
    const onFailed = ({ text }: { readonly text: string }): void => element.trouble('send-failed', text, path, octets)
    element.transmit(octets, path, undefined, tag, false, onFailed)
  }

  return {
    local: link.local,
    secure: link.secure,
    clock,
    timers,
    queues,
    get count() {
      return { clients: clients.count, servers: servers.count, retransmissions }
    },
    request: begin,
    acknowledge(request, target, tag) {
      const octets = writeRequest(request, (target.transport === 'tls' ? secure : plain)[target.transport])
      sendOctets(octets, target, tag)
      return octets
    },
    attach: (user) => servers.attach(user),
    sendOctets,
    keepAlive: (target, keeping) => keepAlives.start(pathTo(target), keeping),
    async close() {
      open = false
      keepAlives.stopAll()
      clients.abandonAll()
      servers.stopAll()
      queues.close()
      await link.close()
    },
  }
}

const pathTo = ({ transport, address, port, name }: Endpoint): Path => ({ transport, remote: { address, port }, name })

function observe(transaction: ClientTransaction, observer: ResponseObserver): void {
  transaction.onProvisional = (message) => observer.onProvisional?.(message, transaction)
  transaction.onSuccessAgain = (message) => observer.onSuccessAgain?.(message)
  void transaction.final.then((outcome) => observer.onFinal?.(outcome, transaction))
}

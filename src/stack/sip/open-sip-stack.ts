import { readMessage } from '#wire/sip'
import { createClients } from './clients.ts'
import { systemClock } from './clock.ts'
import type { Element, Receiving } from './element.ts'
import { defaultLimits, troubleOctets } from './limits.ts'
import { openLink, type Path } from './link.ts'
import { createServers } from './servers.ts'
import type { SipStack, SipStackOptions, Trace, Trouble } from './stack.ts'
import { defaultTimers } from './timers.ts'
import { transactionKey } from './transaction-key.ts'
import { hostOf, writeRequest } from './write-request.ts'

/**
 * Opens a SIP element on UDP and TCP: transactions of RFC 3261 17 over both. Rejects with an error that names address, port, transport
 * and repair when it cannot listen. After that nothing throws: what goes wrong is an `Outcome` or a `Trouble`.
 */
export async function openSipStack(options: SipStackOptions): Promise<SipStack> {
  const { clock = systemClock, timers = defaultTimers, onTrace, onTrouble } = options
  const limits = { ...defaultLimits, ...options.limits }
  let open = true

  const trace = (what: Omit<Trace, 'at' | 'message'>, message = readMessage(what.octets)): void =>
    onTrace?.({ ...what, message, at: clock.now() })
  const trouble = (what: Omit<Trouble, 'at'>): void =>
    onTrouble?.({ ...what, at: clock.now(), ...(what.octets && { octets: what.octets.subarray(0, troubleOctets) }) })

  const element: Element = {
    clock,
    timers,
    limits,
    transmit: (octets, path, { transaction, tag, retransmission, onFailed }) =>
      link.send(
        octets,
        path,
        (local) => {
          if (onTrace === undefined) return
          const { transport, remote } = path
          trace({ direction: 'sent', octets, transport, local, remote, retransmission, transaction, tag })
        },
        onFailed,
      ),
    trouble: (kind, text, { transport, remote }, octets) => trouble({ kind, text, transport, remote, octets }),
  }
  const clients = createClients(element)
  const servers = createServers(element, options)

  const link = await openLink(options, limits, {
    onTrouble: trouble,
    onLost: (connection, text) => clients.lose(connection, text),
    soon: (run) => clock.after(timers.t1, run),
    onOctets(octets, path, local) {
      if (!open) return
      const message = readMessage(octets)
      const { transport, remote } = path
      const note = (receiving: Receiving): void =>
        trace({ direction: 'received', octets, transport, local, remote, ...receiving }, message)
      switch (message.startLine.kind) {
        case 'request':
          return servers.receive(message, path, local, note)
        case 'response':
          return clients.receive(message, path, note)
        case 'unreadable':
          return element.trouble('unreadable', message.diagnostics[0]?.text ?? 'unreadable start line', path, octets)
      }
    },
  })

  return {
    local: link.local,
    request(request, target, tag) {
      const octets = writeRequest(request, target.transport, link.local)
      const key = transactionKey(request.branch, hostOf(link.local.address), link.local.port, request.method)
      return clients.begin(key, request.method, octets, target, tag)
    },
    sendOctets(octets, target, tag) {
      const path: Path = { transport: target.transport, remote: { address: target.address, port: target.port } }
      const onFailed = ({ text }: { readonly text: string }): void => element.trouble('send-failed', text, path, octets)
      element.transmit(octets, path, { transaction: undefined, tag, retransmission: false, onFailed })
    },
    async close() {
      open = false
      clients.abandonAll()
      servers.stopAll()
      await link.close()
    },
  }
}

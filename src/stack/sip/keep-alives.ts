import type { TcpConnection } from '#transport'
import type { Clock } from './clock.ts'
import type { Path, SipLink } from './link.ts'
import type { KeepAliveOptions } from './stack.ts'

/** The flows that are kept alive with CRLF (RFC 5626 3.5.1, 4.4.1). */
export interface KeepAlives {
  start(path: Path, options: KeepAliveOptions): { stop(): void }
  heard(connection: TcpConnection): void
  gone(connection: TcpConnection, text: string): void
  stopAll(): void
}

interface Flow {
  readonly heard: () => void
  readonly lose: (text: string) => void
}

const ping = Buffer.from('\r\n\r\n')

/**
 * Sends a double CRLF at every interval. On a stream octets must come within the time of a pong, else the connection is dropped and the flow is
 * lost; any octet proves the flow alive. Datagrams are not answered: they keep the way through a network address translator open.
 */
export function createKeepAlives(clock: Clock, send: SipLink['send']): KeepAlives {
  const byConnection = new Map<TcpConnection, Set<Flow>>()
  const stops = new Set<() => void>()

  return {
    start(path, { interval, pongTimeout = 10_000, onLost }) {
      let timer: { cancel(): void } | undefined
      let pong: { cancel(): void } | undefined
      let connection: TcpConnection | undefined

      const stop = (): void => {
        timer?.cancel()
        pong?.cancel()
        stops.delete(stop)
        if (connection === undefined) return
        const flows = byConnection.get(connection)
        flows?.delete(flow)
        if (flows?.size === 0) byConnection.delete(connection)
        connection = undefined
      }
      const lose = (text: string): void => {
        if (!stops.has(stop)) return
        stop()
        onLost(text)
      }
      const flow: Flow = { heard: () => pong?.cancel(), lose }
      const missing = (): void => {
        const text = `${path.remote.address} port ${path.remote.port}: no octet came within ${pongTimeout} ms of a keep-alive (RFC 5626 4.4.1)`
        const dead = connection
        lose(text)
        dead?.reset({ kind: 'keep-alive-lost', text })
      }
      const beat = (): void => {
        const used = send(
          ping,
          { ...path, connection: connection ?? path.connection },
          () => undefined,
          ({ text }) => lose(text),
        )
        if (!stops.has(stop)) return
        if (used !== undefined) {
          connection = used
          const flows = byConnection.get(used) ?? new Set()
          byConnection.set(used, flows.add(flow))
          pong?.cancel()
          pong = clock.after(pongTimeout, missing)
        }
        timer = clock.after(interval, beat)
      }
      stops.add(stop)
      beat()
      return { stop }
    },
    heard(connection) {
      for (const flow of byConnection.get(connection) ?? []) flow.heard()
    },
    gone(connection, text) {
      for (const flow of [...(byConnection.get(connection) ?? [])]) flow.lose(text)
    },
    stopAll() {
      for (const stop of stops) stop()
    },
  }
}

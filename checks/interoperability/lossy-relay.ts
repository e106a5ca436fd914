import { openUdp } from '#transport'
import { address, nextPort } from './elements.ts'

export interface LossyRelay {
  readonly port: number
  /** Datagrams that were dropped. */
  readonly dropped: () => number
  close(): Promise<void>
}

/** Passes datagrams between a server and whoever sent last, and drops so many percent of them, both ways. */
export async function openLossyRelay(server: number, percent: number): Promise<LossyRelay> {
  let client = 0
  let dropped = 0
  let state = 1
  const lose = (): boolean => {
    state = (state * 16_807) % 2_147_483_647
    return state % 100 < percent
  }
  const socket = await openUdp({
    ...{ address, port: nextPort() },
    onDatagram(octets, remote) {
      if (remote.port !== server) client = remote.port
      if (lose()) dropped += 1
      else socket.send(octets, { address, port: remote.port === server ? client : server })
    },
    onFailure: () => undefined,
  })
  return { port: socket.local.port, dropped: () => dropped, close: () => socket.close() }
}

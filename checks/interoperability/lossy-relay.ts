import { openUdp } from '#transport'
import { address, nextPort } from './elements.ts'

export interface LossyRelay {
  readonly port: number
  /** Datagrams that were dropped. */
  readonly dropped: () => number
  close(): Promise<void>
}

/**
 * Passes datagrams between a server and whoever sent last, and drops so many percent of them, both ways, never two of one direction in a row: SIPp's
 * uas ends a call whose 180 and 200 are both lost when the INVITE comes again, as an unexpected message.
 */
export async function openLossyRelay(server: number, percent: number): Promise<LossyRelay> {
  let client = 0
  let dropped = 0
  let state = 1
  const spared = new Set<boolean>()
  const lose = (answer: boolean): boolean => {
    if (spared.delete(answer)) return false
    state = (state * 16_807) % 2_147_483_647
    const lost = state % 100 < percent
    if (lost) spared.add(answer)
    return lost
  }
  const socket = await openUdp({
    ...{ address, port: nextPort() },
    onDatagram(octets, remote) {
      if (remote.port !== server) client = remote.port
      if (lose(remote.port === server)) dropped += 1
      else socket.send(octets, { address, port: remote.port === server ? client : server })
    },
    onFailure: () => undefined,
  })
  return { port: socket.local.port, dropped: () => dropped, close: () => socket.close() }
}

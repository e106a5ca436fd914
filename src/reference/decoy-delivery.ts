import type { Clock, Middlebox, MiddleboxPeer } from '#stack/sip'
import { readMessage } from '#wire/sip'
import type { DecoyName } from './decoys.ts'
import { writtenOtherwise } from './decoy-writing.ts'
import { stall } from './stall.ts'

type Shows = (name: DecoyName) => boolean

/** Milliseconds. */
const latest = 200
const pause = 300
const betweenPauses = 5000

/** One of so many datagrams is lost. */
const lostOf = 50

/** What becomes of messages on their way where a network, a machine or another system's habits are shown. */
export function decoyDelivery(shows: Shows, clock: Clock, seed: number): Required<Middlebox> {
  let state = ((seed % 1_000_000) + 1) * 1009
  // Park and Miller: the same losses for the same messages.
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  for (let warm = 0; warm < 3; warm += 1) random()
  const isLost = ({ transport }: MiddleboxPeer): boolean =>
    transport === 'udp' && shows('datagrams-lost') && random() < 1 / lostOf
  const due = new Map<string, number>()
  let paused = clock.now()

  /** Octets of a stream stay in order. */
  function delay({ transport, remote }: MiddleboxPeer): number {
    const wanted = clock.now() + random() * latest
    if (transport === 'udp') return wanted - clock.now()
    const key = `${transport} ${remote.address} ${remote.port}`
    const time = Math.max(wanted, due.get(key) ?? 0) + 1
    due.set(key, time)
    return time - clock.now()
  }

  return {
    incoming(octets, peer, pass) {
      if (shows('collection-pauses') && clock.now() - paused > betweenPauses) {
        paused = clock.now()
        stall(clock, pause)
      }
      if (isLost(peer)) return
      if (peer.transport === 'udp' ? shows('malformed-dropped') : shows('unframeable-closed'))
        if (isUnanswered(octets, peer)) return
      pass(octets)
    },
    outgoing(octets, peer, pass) {
      const written = writtenOtherwise(octets, peer.remote, shows)
      if (isLost(peer)) return
      if (shows('answers-late')) clock.after(delay(peer), () => pass(written))
      else pass(written)
    },
  }
}

/** A request that breaks the grammar; of a stream one that has no end. */
function isUnanswered(octets: Uint8Array, { transport }: MiddleboxPeer): boolean {
  const { startLine, diagnostics } = readMessage(octets)
  if (startLine.kind !== 'request') return false
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return transport === 'udp' ? errors.length > 0 : errors.some(({ rule }) => rule.startsWith('content-length-'))
}

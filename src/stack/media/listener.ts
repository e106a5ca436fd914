import type { RtpPacket } from '#wire/rtp'
import type { Arrival } from './media-port.ts'
import { readSpeechFrame } from './speech-frame.ts'

/** One RTP packet that a listener heard. */
export interface HeardPacket {
  /** Milliseconds of the listener's clock. */
  readonly at: number
  /** The end it came from, `address:port`: which path it took. */
  readonly from: string
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  /** What the talker put into it; `undefined` when it is no speech of ours. */
  readonly talker: number | undefined
  readonly counter: number
  /** Milliseconds of the talker's clock. */
  readonly sentAt: number
}

/** Everything that came to one end. */
export interface Listener {
  /** Whose end it is. */
  readonly name: string
  hear(packet: RtpPacket, arrival: Arrival): void
  readonly heard: () => readonly HeardPacket[]
  /** Packets that are not kept because there are too many. */
  readonly left: () => number
}

/** Packets that are kept: half an hour of one talker, unless said. */
const mostKept = 100_000

export function createListener(name: string, limit = mostKept): Listener {
  const heard: HeardPacket[] = []
  // One text for each source, not one for each packet; mostly it is the one of the packet before.
  const sources = new Map<string, string>()
  let last = { address: '', port: -1, end: '' }
  let left = 0

  const sourceName = (address: string, port: number): string => {
    if (port === last.port && address === last.address) return last.end
    const text = `${address}:${port}`
    const end = sources.get(text) ?? text
    sources.set(text, end)
    last = { address, port, end }
    return end
  }

  return {
    name,
    hear(packet, { at, from }) {
      if (heard.length >= limit) {
        left += 1
        return
      }
      const frame = readSpeechFrame(packet.payload)
      heard.push({
        at,
        from: sourceName(from.address, from.port),
        ssrc: packet.ssrc,
        sequence: packet.sequence,
        timestamp: packet.timestamp,
        talker: frame?.talker,
        counter: frame?.counter ?? 0,
        sentAt: frame?.sentAt ?? 0,
      })
    },
    heard: () => heard,
    left: () => left,
  }
}

import { writeRtp } from '#wire/rtp'
import type { Clock } from './clock.ts'
import type { Pacemaker } from './pacemaker.ts'
import { talkerNumber, writeSpeechFrame } from './speech-frame.ts'

export interface TalkerOptions {
  /** Whose speech it is, an MC service ID: listeners recognise it. */
  readonly name: string
  /** Pre-arranged, as `mc_ssrc` or Floor Granted says (TS 24.380 12.1.2.7, 8.2.5). */
  readonly ssrc: number
  readonly clock: Clock
  readonly pacemaker: Pacemaker
  /** Hands over a datagram; where it goes may change from packet to packet. */
  readonly send: (octets: Uint8Array) => void
  /** As `a=rtpmap` has it; 96 unless said. */
  readonly payloadType?: number
  /** Of the first packet (RFC 3550 5.1 wants them random); 0 unless said. */
  readonly sequence?: number
  readonly timestamp?: number
  /** Timestamp units in a frame: 320 for 20 ms at 16 kHz, unless said. */
  readonly frameUnits?: number
}

/** What a talker has said so far. */
export interface Spoken {
  readonly name: string
  readonly talker: number
  readonly ssrc: number
  /** Packets; their counters are 0 to one less. */
  readonly count: number
  /** Each time it talked, in milliseconds of its clock; `to` is that of the last packet so far. */
  readonly spurts: readonly TalkSpurt[]
}

export interface TalkSpurt {
  readonly from: number
  readonly to: number
  /** Counter of its first packet. */
  readonly first: number
  readonly count: number
}

/** A user that talks: an RTP stream of its own. */
export interface Talker {
  readonly ssrc: number
  /** Begins a talk spurt: a packet each frame interval. Does nothing when it talks already. */
  talk(): void
  /** Ends it. */
  silence(): void
  readonly talking: () => boolean
  readonly spoken: () => Spoken
  /** From the next packet on; sequence and timestamp go on. */
  useSource(ssrc: number): void
}

export function createTalker(options: TalkerOptions): Talker {
  const { name, clock, pacemaker, send, payloadType = 96, frameUnits = 320 } = options
  const talker = talkerNumber(name)
  const spurts: { from: number; to: number; first: number; count: number }[] = []
  let { ssrc, sequence = 0, timestamp = 0 } = options
  let counter = 0
  let running: { stop(): void } | undefined

  const speak = (): void => {
    const now = clock.now()
    const spurt = spurts.at(-1)
    if (spurt === undefined) return
    // The first packet of a talk spurt is marked (RFC 3551 4.1).
    const marker = spurt.count === 0
    if (marker) spurt.from = now
    const payload = writeSpeechFrame({ talker, counter, sentAt: now })
    const rest = { contributingSources: [], extension: undefined, payload, padding: new Uint8Array(0) }
    send(writeRtp({ marker, payloadType, sequence, timestamp, ssrc, ...rest }))
    spurt.to = now
    spurt.count += 1
    counter += 1
    sequence = (sequence + 1) & 0xffff
    timestamp = (timestamp + frameUnits) >>> 0
  }

  return {
    get ssrc() {
      return ssrc
    },
    talk() {
      if (running !== undefined) return
      const now = clock.now()
      const last = spurts.at(-1)
      // The timestamp counts on in silence (RFC 3551 4.1).
      if (last !== undefined) timestamp = (timestamp + Math.round((now - last.to) / 20) * frameUnits) >>> 0
      spurts.push({ from: now, to: now, first: counter, count: 0 })
      running = pacemaker.start(speak)
    },
    silence() {
      running?.stop()
      running = undefined
    },
    talking: () => running !== undefined,
    spoken: () => ({ name, talker, ssrc, count: counter, spurts: spurts.map((spurt) => ({ ...spurt })) }),
    useSource(next) {
      ssrc = next
    },
  }
}

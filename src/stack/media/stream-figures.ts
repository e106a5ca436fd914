import type { HeardPacket } from './listener.ts'
import type { Spoken } from './talker.ts'
import { frameInterval } from './pacemaker.ts'

/** A pause in what a listener hears of a talker. Milliseconds. */
export interface Gap {
  /** Times of arrival of the packet before it and of that after it; a bound of what was looked at where there is none. */
  readonly from: number
  readonly to: number
  readonly length: number
  /** How much of it the talker made: it was late itself. Nobody else is to blame for that. */
  readonly ofOurMaking: number
}

/** What one listener heard of one talker, in figures. */
export interface StreamFigures {
  readonly listener: string
  readonly talker: string
  /** Packets that the talker sent, as far as what was looked at has them. */
  readonly sent: number
  /** Packets that came, each counted once. */
  readonly received: number
  readonly lost: number
  /** Packets beyond the first with the same counter. */
  readonly duplicated: number
  /** Packets that came after one that was sent later (RFC 4737 3.3). */
  readonly reordered: number
  readonly longestGap: Gap | undefined
  /** Each source they came with; more than one where the SSRC changed. */
  readonly ssrcs: readonly number[]
  readonly paths: readonly PathUse[]
}

/** An end that packets of a stream came from. */
export interface PathUse {
  /** `address:port`. */
  readonly from: string
  readonly packets: number
  readonly first: number
  readonly last: number
}

/** Where a stream is looked at: milliseconds of the listener's clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

const longestOf = (gaps: readonly Gap[]): Gap | undefined =>
  gaps.reduce<Gap | undefined>(
    (longest, gap) => (longest === undefined || gap.length > longest.length ? gap : longest),
    undefined,
  )

const byArrival = (one: HeardPacket, other: HeardPacket): number => one.at - other.at

/**
 * Figures of what one listener heard of one talker. Talker and listener have one clock: what was said in a talk spurt counts when it lies in
 * the window, which is everything unless given. The pauses between talk spurts are no gaps.
 */
export function streamFigures(
  listener: string,
  heard: readonly HeardPacket[],
  spoken: Spoken,
  window: Window = { from: -Infinity, to: Infinity },
): StreamFigures {
  const own = heard
    .filter(({ talker, sentAt }) => talker === spoken.talker && sentAt >= window.from && sentAt <= window.to)
    .sort(byArrival)
  const counters = new Set<number>()
  let [duplicated, reordered, highest] = [0, 0, -1]
  for (const { counter } of own) {
    if (counters.has(counter)) duplicated += 1
    else if (counter < highest) reordered += 1
    counters.add(counter)
    highest = Math.max(highest, counter)
  }
  const sent = sentIn(spoken, window, own)
  return {
    listener,
    talker: spoken.name,
    sent,
    received: counters.size,
    lost: Math.max(0, sent - counters.size),
    duplicated,
    reordered,
    longestGap: longestOf(gapsOf(own, spoken, window)),
    ssrcs: [...new Set(own.map(({ ssrc }) => ssrc))],
    paths: pathsOf(own),
  }
}

/** Whole spurts by their count; of one that the window cuts as many as its share of the time. */
function sentIn({ spurts }: Spoken, window: Window, own: readonly HeardPacket[]): number {
  let sent = 0
  for (const { from, to, first, count } of spurts) {
    if (count === 0 || to < window.from || from > window.to) continue
    if (from >= window.from && to <= window.to) {
      sent += count
      continue
    }
    // What came tells the counters at the bounds better than time does.
    const inside = own.map(({ counter }) => counter).filter((one) => one >= first && one < first + count)
    const [low, high] = [Math.max(from, window.from), Math.min(to, window.to)]
    const share = count === 1 ? 1 : Math.floor(((high - low) / (to - from)) * (count - 1)) + 1
    const span =
      inside.length === 0 ? 0 : inside.reduce((a, b) => Math.max(a, b)) - inside.reduce((a, b) => Math.min(a, b)) + 1
    sent += Math.max(span, share - 1)
  }
  return sent
}

/**
 * The pauses of one talker's packets, in order: within each talk spurt from its begin to the first packet, between two that follow one another, from the
 * last to its end.
 */
export function gapsOf(heard: readonly HeardPacket[], { spurts }: Spoken, window: Window): readonly Gap[] {
  const own = heard.toSorted(byArrival)
  const gaps: Gap[] = []
  for (const { from, to, first, count } of spurts) {
    const [low, high] = [Math.max(from, window.from), Math.min(to, window.to)]
    if (count === 0 || high < low) continue
    let before: HeardPacket | undefined
    for (const packet of own) {
      if (packet.counter < first || packet.counter >= first + count) continue
      gaps.push(before === undefined ? gapUntil(low, packet.at) : gapBetween(before, packet))
      before = packet
    }
    const since = before?.at ?? low
    if (high > since) gaps.push(gapUntil(since, high))
  }
  return gaps
}

const gapUntil = (from: number, to: number): Gap => ({ from, to, length: to - from, ofOurMaking: 0 })

function gapBetween(before: HeardPacket, after: HeardPacket): Gap {
  const late = after.sentAt - before.sentAt - (after.counter - before.counter) * frameInterval
  const length = after.at - before.at
  return { from: before.at, to: after.at, length, ofOurMaking: Math.min(length, Math.max(0, late)) }
}

/** The ends that packets came from, in the order of their first one. */
export function pathsOf(packets: readonly HeardPacket[]): readonly PathUse[] {
  const paths = new Map<string, { from: string; packets: number; first: number; last: number }>()
  for (const { from, at } of packets) {
    const path = paths.get(from)
    if (path === undefined) paths.set(from, { from, packets: 1, first: at, last: at })
    else {
      path.packets += 1
      path.last = Math.max(path.last, at)
      path.first = Math.min(path.first, at)
    }
  }
  return [...paths.values()].sort((one, other) => one.first - other.first)
}

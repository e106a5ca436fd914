import type { HeardPacket } from './listener.ts'
import { pathFigures, type PathChange } from './path-change.ts'
import { frameInterval } from './pacemaker.ts'
import { gapsOf, streamFigures, type Window } from './stream-figures.ts'
import type { Spoken } from './talker.ts'

/** What one listener heard of one talker, to be drawn. */
export interface TimeLineStream {
  readonly listener: string
  readonly heard: readonly HeardPacket[]
  readonly spoken: Spoken
}

export interface TimeLineOptions {
  readonly streams: readonly TimeLineStream[]
  readonly marks?: readonly TimeLineMark[]
  /** What of it is looked at, by the clock of the listeners. */
  readonly window: Window
  /** The time of the clock that is called 0. */
  readonly origin: number
  /** Pauses as long as this or longer are gaps. Milliseconds. */
  readonly gapsFrom: number
  /** Names of the ends that media comes from, by `address:port`; the others are called by it. */
  readonly pathNames?: ReadonlyMap<string, string>
  readonly change?: PathChange
}

export interface TimeLineMark {
  readonly at: number
  readonly kind: 'signalling' | 'floor' | 'disturbance'
  readonly text: string
}

/** Packets of one path further apart than this are not one span. */
const spanBreak = frameInterval * 3

/** Figures and what to draw of them, all times from `origin`. */
export function mediaTimeLine(options: TimeLineOptions) {
  const { streams, marks = [], window, origin } = options
  const inWindow = (at: number): boolean => at >= window.from && at <= window.to
  return {
    from: window.from - origin,
    to: window.to - origin,
    lanes: streams.map((stream) => laneOf(stream, options)),
    marks: marks
      .filter(({ at }) => inWindow(at))
      .map((mark) => ({ ...mark, at: mark.at - origin }))
      .sort((one, other) => one.at - other.at),
  }
}

function laneOf({ listener, heard, spoken }: TimeLineStream, options: TimeLineOptions) {
  const { window, origin, gapsFrom, change, pathNames } = options
  const own = heard.filter(
    ({ talker, sentAt }) => talker === spoken.talker && sentAt >= window.from && sentAt <= window.to,
  )
  const figures = streamFigures(listener, own, spoken, window)
  const paths = change === undefined ? undefined : pathFigures(own, change)
  const { sent, received, lost, duplicated, reordered, longestGap } = figures
  return {
    talker: spoken.name,
    listener,
    spans: spansOf(own).map(({ from, to, path, packets }) => {
      return { from: from - origin, to: to - origin, path: pathNames?.get(path) ?? path, packets }
    }),
    gaps: gapsOf(own, spoken, window)
      .filter(({ length, ofOurMaking }) => length - ofOurMaking >= gapsFrom)
      .map(({ from, to, ofOurMaking }) => ({ from: from - origin, to: to - origin, ofOurMaking })),
    figures: {
      ...{ sent, received, lost, duplicated, reordered },
      longestGap: longestGap?.length ?? 0,
      ofOurMaking: longestGap?.ofOurMaking ?? 0,
      onOldPath: paths?.onOldPath ?? 0,
      onBothPaths: paths?.onBothPaths ?? 0,
    },
  }
}

interface Span {
  readonly path: string
  readonly from: number
  to: number
  packets: number
}

/** One list of each path: paths may feed one listener at the same time. */
function spansOf(packets: readonly HeardPacket[]): readonly Span[] {
  const spans: Span[] = []
  const open = new Map<string, Span>()
  for (const { at, from: path } of packets.toSorted((one, other) => one.at - other.at)) {
    const span = open.get(path)
    if (span !== undefined && at - span.to <= spanBreak) {
      span.to = at
      span.packets += 1
      continue
    }
    const next = { path, from: at, to: at, packets: 1 }
    open.set(path, next)
    spans.push(next)
  }
  return spans
}

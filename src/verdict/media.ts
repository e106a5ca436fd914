/** Who heard whom when, and by which path: media of a case, as figures and as a picture. Times are milliseconds since the run started. */
export interface MediaTimeLine {
  readonly from: number
  readonly to: number
  readonly lanes: readonly MediaLane[]
  readonly marks: readonly MediaMark[]
}

/** One listener hears one talker: one direction of media. */
export interface MediaLane {
  readonly talker: string
  readonly listener: string
  readonly spans: readonly MediaSpan[]
  /** Pauses longer than the limit that was set, within what the talker said. */
  readonly gaps: readonly MediaGap[]
  readonly figures: MediaFigures
}

/** Packets that came one after the other on one path. */
export interface MediaSpan {
  readonly from: number
  readonly to: number
  /** The system that forwarded them, or its address. */
  readonly path: string
  readonly packets: number
}

export interface MediaGap {
  readonly from: number
  readonly to: number
  /** How much of it the tester made itself by being late. Milliseconds. */
  readonly ofOurMaking: number
}

export interface MediaFigures {
  readonly sent: number
  readonly received: number
  readonly lost: number
  readonly duplicated: number
  readonly reordered: number
  /** Milliseconds; 0 when the talker said nothing. */
  readonly longestGap: number
  /** How much of it the tester made itself. Milliseconds. */
  readonly ofOurMaking: number
  /** Packets on the old path after the change of path and its allowance. */
  readonly onOldPath: number
  /** Packets that came by both paths. */
  readonly onBothPaths: number
}

/** Something that happened beside the media. */
export interface MediaMark {
  readonly at: number
  readonly kind: 'signalling' | 'floor' | 'disturbance'
  readonly text: string
}

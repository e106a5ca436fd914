import type { Clock } from './clock.ts'

/** What has had its final response and is kept for repetitions alone: a link of the lists below. */
export interface Finished {
  lane: Lane | undefined
  /** When it was added: milliseconds of the clock. */
  since: number
  older: Finished | undefined
  newer: Finished | undefined
  /** Its time is over. */
  onWaited(): void
  /** Forgets it before its time. */
  expire(): void
}

/**
 * The finished transactions that cannot be remembered as octets, each for as long as its Timer D, I, J, K, L or M says: the first to go when room is
 * needed. They are links of a list themselves and have no timers of their own.
 */
export interface Afterglow {
  /** Keeps it for so many milliseconds from now, however long it was kept before; `Infinity` while another timer ends it. */
  add(finished: Finished, ms: number): void
  remove(finished: Finished): void
  /** When the oldest was added: milliseconds of the clock; `Infinity` when there is none. */
  readonly oldest: number
  /** Forgets the oldest; false when there is none. */
  expireOldest(): boolean
}

/** Those that are kept equally long, in the order they came. */
export interface Lane {
  readonly ms: number
  oldest: Finished | undefined
  newest: Finished | undefined
  alarm: { cancel(): void } | undefined
}

export function createAfterglow(clock: Clock): Afterglow {
  const lanes: Lane[] = []

  const laneOf = (ms: number): Lane => {
    for (const lane of lanes) if (lane.ms === ms) return lane
    const lane: Lane = { ms, oldest: undefined, newest: undefined, alarm: undefined }
    lanes.push(lane)
    return lane
  }
  const arm = (lane: Lane): void => {
    if (lane.alarm !== undefined || lane.oldest === undefined || lane.ms === Infinity) return
    lane.alarm = clock.after(Math.max(0, lane.oldest.since + lane.ms - clock.now()), () => serve(lane))
  }
  const serve = (lane: Lane): void => {
    lane.alarm = undefined
    const now = clock.now()
    for (let one = lane.oldest; one !== undefined && one.since + lane.ms <= now; one = lane.oldest) {
      remove(one)
      one.onWaited()
    }
    arm(lane)
  }
  const remove = (finished: Finished): void => {
    const { lane, older, newer } = finished
    if (lane === undefined) return
    if (older === undefined) lane.oldest = newer
    else older.newer = newer
    if (newer === undefined) lane.newest = older
    else newer.older = older
    finished.lane = undefined
    finished.older = undefined
    finished.newer = undefined
    // With nothing left to wait for, nothing keeps the process alive.
    if (lane.oldest === undefined) {
      lane.alarm?.cancel()
      lane.alarm = undefined
    }
  }

  const oldestOfAll = (): Finished | undefined => {
    let oldest: Finished | undefined
    for (const lane of lanes)
      if (lane.oldest !== undefined && (oldest === undefined || lane.oldest.since < oldest.since)) oldest = lane.oldest
    return oldest
  }

  return {
    add(finished, ms) {
      remove(finished)
      const lane = laneOf(ms)
      // Whole milliseconds, rounded up: never early, and a number that needs no memory of its own.
      finished.since = Math.ceil(clock.now())
      finished.lane = lane
      finished.older = lane.newest
      if (lane.newest === undefined) lane.oldest = finished
      else lane.newest.newer = finished
      lane.newest = finished
      arm(lane)
    },
    remove,
    get oldest() {
      return oldestOfAll()?.since ?? Infinity
    },
    expireOldest() {
      const oldest = oldestOfAll()
      oldest?.expire()
      return oldest !== undefined
    },
  }
}

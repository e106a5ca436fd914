/** What has had its final response and is kept for repetitions alone: a link of the list below. */
export interface Finished {
  older: Finished | undefined
  newer: Finished | undefined
  /** Forgets it before its time. */
  expire(): void
}

/** The finished transactions in the order they finished: the first to go when room is needed. */
export interface Afterglow {
  add(finished: Finished): void
  remove(finished: Finished): void
  /** Forgets the oldest; false when there is none. */
  expireOldest(): boolean
}

export function createAfterglow(): Afterglow {
  let oldest: Finished | undefined
  let newest: Finished | undefined
  return {
    add(finished) {
      finished.older = newest
      if (newest === undefined) oldest = finished
      else newest.newer = finished
      newest = finished
    },
    remove(finished) {
      const { older, newer } = finished
      if (older === undefined && newer === undefined && oldest !== finished) return
      if (older === undefined) oldest = newer
      else older.newer = newer
      if (newer === undefined) newest = older
      else newer.older = older
      finished.older = undefined
      finished.newer = undefined
    },
    expireOldest() {
      if (oldest === undefined) return false
      oldest.expire()
      return true
    },
  }
}

/** Lets so many through each second, one after the other. */
export interface Pace {
  /** Milliseconds until the next one may leave; its turn is taken. */
  turn(): number
}

/** @param rate each second at most; 0 for no limit */
export function createPace(rate: number, now: () => number): Pace {
  let next = 0
  return {
    turn() {
      if (rate === 0) return 0
      const at = now()
      const turn = Math.max(at, next)
      next = turn + 1000 / rate
      return turn - at
    },
  }
}

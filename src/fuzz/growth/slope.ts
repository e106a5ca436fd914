/** What was measured at a point: executions, and the value then. */
export type Sample = readonly [at: number, value: number]

/** Units of the value for each unit of the point. */
export interface Slope {
  /** The median of the slopes between all pairs (Theil and Sen): a single one that is far off says nothing. */
  readonly median: number
  /** The least that it is, but for one time in a thousand (Kendall): above 0 only for what really grows. */
  readonly least: number
}

/** Standard deviations from the middle that one value in a thousand is above. */
const oneInThousand = 3.09

/** Of fewer than two samples there is none: 0. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const slopes = samples
    .flatMap(([at, value], index) => samples.slice(index + 1).map(([later, other]) => (other - value) / (later - at)))
    .filter(Number.isFinite)
    .toSorted((one, other) => one - other)
  const n = samples.length
  const spread = oneInThousand * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)
  const lowest = Math.floor((slopes.length - spread) / 2)
  return {
    median: slopes[Math.floor(slopes.length / 2)] ?? 0,
    // Too few to say: it may as well fall.
    least: lowest < 0 ? Math.min(0, slopes[0] ?? 0) : (slopes[lowest] ?? 0),
  }
}

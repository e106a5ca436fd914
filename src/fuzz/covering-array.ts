/** A row: for each factor the number of one of its values. */
export type CoveringRow = readonly number[]

/** Rows that are drawn for each one that is kept. */
const drawn = 8

/**
 * Rows in which every value of each factor stands beside every value of each other one at least once. `levels` says how many values each factor
 * has. Greedy: of some rows that are made from a pair that is still missing, the one with most missing pairs is kept.
 */
export function coveringArray(levels: readonly number[], random: () => number): readonly CoveringRow[] {
  const below = (count: number): number => Math.floor(random() * count)
  const missing = new Set<number>()
  const offsets = levels.map((_, factor) => levels.slice(0, factor).reduce((sum, one) => sum + one, 0))
  const total = levels.reduce((sum, one) => sum + one, 0)
  const pair = (one: number, value: number, other: number, otherValue: number): number =>
    ((offsets[one] ?? 0) + value) * total + (offsets[other] ?? 0) + otherValue
  const pairsOf = (row: CoveringRow): readonly number[] =>
    row.flatMap((value, one) =>
      row.slice(one + 1).map((otherValue, index) => pair(one, value, one + 1 + index, otherValue)),
    )
  for (const [one, count] of levels.entries())
    for (const [index, others] of levels.slice(one + 1).entries())
      for (let value = 0; value < count; value += 1)
        for (let other = 0; other < others; other += 1) missing.add(pair(one, value, one + 1 + index, other))

  const factorOf = (place: number): number => offsets.findLastIndex((offset) => offset <= place)
  const rows: CoveringRow[] = []
  while (missing.size > 0) {
    const [seed = 0] = missing
    const places = [Math.floor(seed / total), seed % total]
    let best: CoveringRow = []
    let most = 0
    for (let time = 0; time < drawn; time += 1) {
      const row = levels.map(below)
      for (const place of places) row[factorOf(place)] = place - (offsets[factorOf(place)] ?? 0)
      const covers = pairsOf(row).filter((each) => missing.has(each)).length
      if (covers > most) [best, most] = [row, covers]
    }
    for (const each of pairsOf(best)) missing.delete(each)
    rows.push(best)
  }
  return rows
}

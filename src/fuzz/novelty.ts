/** In rounds: what is like nothing before comes first, by the last of these names; within a round by the one before it, and so on. */
export function byNovelty<T>(list: readonly T[], names: readonly ((one: T) => string)[]): readonly T[] {
  const counts = names.map(() => new Map<string, number>())
  const ranked = list.map((one, place) => ({
    one,
    place,
    ranks: names.map((name, index) => {
      const key = name(one)
      const times = counts[index]?.get(key) ?? 0
      counts[index]?.set(key, times + 1)
      return times
    }),
  }))
  return ranked
    .toSorted((a, b) => {
      const at = a.ranks.findIndex((rank, index) => rank !== b.ranks[index])
      return at === -1 ? a.place - b.place : (a.ranks[at] ?? 0) - (b.ranks[at] ?? 0)
    })
    .map(({ one }) => one)
}

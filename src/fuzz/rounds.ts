/** Things of one sort, and how many of it come in each round. */
export interface Sort<T> {
  readonly cases: Iterable<T>
  readonly each: number
}

/** So many of each sort, one sort after the other, round by round until none is left. */
export function* inRounds<T>(sorts: readonly Sort<T>[]): Generator<T, void, undefined> {
  const left = new Map(sorts.map(({ cases, each }) => [cases[Symbol.iterator](), each]))
  while (left.size > 0)
    for (const [from, each] of left)
      for (let time = 0; time < each && left.has(from); time += 1) {
        const { value, done } = from.next()
        if (done === true) left.delete(from)
        else yield value
      }
}

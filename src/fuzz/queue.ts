/** What is still to be played. */
export interface Queue<T> {
  /** So many, or what is left. */
  take(most: number): readonly T[]
  /** They come first again. */
  putBack(left: readonly T[]): void
}

export function queueOf<T>(from: Iterable<T>): Queue<T> {
  const iterator = from[Symbol.iterator]()
  let first: readonly T[] = []
  return {
    take(most) {
      const made = first.slice(0, most)
      first = first.slice(most)
      while (made.length < most) {
        const { value, done } = iterator.next()
        if (done === true) break
        made.push(value)
      }
      return made
    },
    putBack: (left) => void (first = [...left, ...first]),
  }
}

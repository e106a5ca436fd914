/** Numbers from 0 up to, not including, 1: the same seed, the same numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A list in another order. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const made = [...list]
  for (let last = made.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [one, two] = [made[last] as T, made[other] as T]
    made[last] = two
    made[other] = one
  }
  return made
}

/** Lets one at a time pass with the same key; those with different keys do not wait for each other. */
export function createTurnstile() {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async pass<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
      const before = Promise.all(keys.map((key) => tails.get(key) ?? Promise.resolve()))
      const turn = before.then(task)
      const settled = turn.then(
        () => {},
        () => {},
      )
      for (const key of keys) tails.set(key, settled)
      try {
        return await turn
      } finally {
        for (const key of keys) if (tails.get(key) === settled) tails.delete(key)
      }
    },
  }
}
export type Turnstile = ReturnType<typeof createTurnstile>

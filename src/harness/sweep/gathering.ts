import { setTimeout } from 'node:timers/promises'

/** One of those who are to meet with the same disturbance at the same time. */
export interface Gathering {
  /** Resolves when the disturbance is over. */
  arrive(): Promise<void>
  /** Never comes; after `arrive` it says nothing. */
  leave(): void
}

/**
 * The disturbance happens once, when the last of those who were expected has come or has said that it never does.
 *
 * @param patience milliseconds for which the first waits for the last
 */
export function createGathering(expected: number, patience: number, disturb: () => Promise<void>): () => Gathering {
  const over = Promise.withResolvers<void>()
  let [missing, begun] = [expected, false]
  const begin = (): void => {
    if (begun) return
    begun = true
    disturb().then(over.resolve, over.reject)
  }
  return () => {
    let counted = false
    const count = (): void => {
      if (counted) return
      counted = true
      missing -= 1
      if (missing === 0) begin()
    }
    return {
      arrive() {
        count()
        void setTimeout(patience, undefined, { ref: false }).then(begin)
        return over.promise
      },
      leave: count,
    }
  }
}

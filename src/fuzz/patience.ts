/** How long what the target has seen can still be answered: as long as such answers have taken so far. */
export interface Patience {
  /** One more was seen, and not answered by then. */
  saw(): void
  /** One of them was answered, so many milliseconds after it was seen. */
  answeredAfter(milliseconds: number): void
  /** Milliseconds; without end as long as little is known. */
  ofSeen(): number
}

/** What is known after so many. */
const enough = 100
const least = 200
const margin = 4

export function createPatience(): Patience {
  let seen = 0
  let slowest = 0
  return {
    saw() {
      seen += 1
    },
    answeredAfter(milliseconds) {
      slowest = Math.max(slowest, milliseconds)
    },
    ofSeen: () => (seen < enough ? Number.POSITIVE_INFINITY : Math.max(least, margin * slowest)),
  }
}

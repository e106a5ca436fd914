/** Makes what must be unique in space and time: tags (RFC 3261 19.3), Call-IDs (8.1.1.4), branches (8.1.1.7). */
export interface Identifiers {
  /** A token of letters and digits, never the same twice. */
  token(): string
  /** 0 up to, not including, 1. */
  fraction(): number
}

/** Thirty-two random bits. */
export type Random = () => number

/** "Globally unique and cryptographically random with at least 32 bits of randomness" (RFC 3261 19.3). */
export function systemRandom(): Random {
  const drawn = new Uint32Array(256)
  let next = drawn.length
  return () => {
    if (next === drawn.length) {
      crypto.getRandomValues(drawn)
      next = 0
    }
    next += 1
    return drawn[next - 1] ?? 0
  }
}

/** A counter makes tokens unique, random bits make them hard to guess. */
export function createIdentifiers(random: Random): Identifiers {
  const run = random().toString(36)
  let count = 0
  return {
    token() {
      count += 1
      return `${run}${count.toString(36)}x${random().toString(36)}`
    },
    fraction: () => random() / 2 ** 32,
  }
}

/** Makes what must be unique in space and time: tags (RFC 3261 19.3), Call-IDs (8.1.1.4), branches (8.1.1.7). */
export interface Identifiers {
  /** A token of letters and digits, never the same twice. */
  token(): string
  /** A branch never used before (RFC 3261 8.1.1.7); `tag`: a token of the dialog, hard to guess already. */
  branch(tag: string): string
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

/** A counter makes tokens unique, random bits make them hard to guess. Decimal: numbers are quickest written so. */
export function createIdentifiers(random: Random): Identifiers {
  const run = random().toString(36)
  let count = 0
  return {
    token() {
      count += 1
      return `${run}${count}x${random() >>> 1}`
    },
    branch(tag) {
      count += 1
      return `z9hG4bK${tag}b${count}`
    },
    fraction: () => random() / 2 ** 32,
  }
}

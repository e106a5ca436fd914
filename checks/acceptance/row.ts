/** One thing the product must show. */
export interface Row {
  /** What, in one line. */
  readonly shows: string
  /** Looks at it and tells what it did; what falls short comes back, one line each, nothing when the row holds. */
  readonly look: (args: readonly string[], say: (line: string) => void) => Promise<readonly string[]>
}

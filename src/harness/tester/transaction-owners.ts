import type { CaseLine } from './case-line.ts'

/** The cases that transactions belong to, by the key of each. */
export interface TransactionOwners {
  of(key: string): CaseLine | undefined
  /** Once a case is over, nothing more does. */
  own(key: string, line: CaseLine): void
  /** The case is over: its transactions belong to nobody any more. Which those were. */
  release(line: CaseLine): readonly string[]
}

export function createTransactionOwners(): TransactionOwners {
  const owners = new Map<string, CaseLine>()
  const owned = new Map<CaseLine, Set<string>>()
  const released = new WeakSet<CaseLine>()
  return {
    of: (key) => owners.get(key),
    own(key, line) {
      if (released.has(line)) return
      owners.set(key, line)
      const keys = owned.get(line)
      if (keys === undefined) owned.set(line, new Set([key]))
      else keys.add(key)
    },
    release(line) {
      const keys = [...(owned.get(line) ?? [])].filter((key) => owners.get(key) === line)
      owned.delete(line)
      released.add(line)
      for (const key of keys) owners.delete(key)
      return keys
    },
  }
}

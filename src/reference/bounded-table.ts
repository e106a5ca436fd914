/** A map that holds at most so many entries: the oldest goes when a new one comes. */
export interface BoundedTable<Value> {
  readonly size: number
  get(key: string): Value | undefined
  /** Puts the entry last, as the youngest. */
  set(key: string, value: Value): void
  delete(key: string): boolean
  deleteWhere(condition: (value: Value) => boolean): void
  clear(): void
  values(): IterableIterator<Value>
}

/** `dropped` is called with an entry that had to go for another. */
export function boundedTable<Value>(limit: number, dropped?: (value: Value) => void): BoundedTable<Value> {
  const entries = new Map<string, Value>()
  return {
    get size() {
      return entries.size
    },
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= limit) return
      const oldest = entries.entries().next()
      if (oldest.done === true) return
      entries.delete(oldest.value[0])
      dropped?.(oldest.value[1])
    },
    delete: (key) => entries.delete(key),
    deleteWhere(condition) {
      for (const [key, value] of entries) if (condition(value)) entries.delete(key)
    },
    clear: () => entries.clear(),
    values: () => entries.values(),
  }
}

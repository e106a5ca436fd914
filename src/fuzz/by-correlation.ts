import { lastDigitsOf } from './correlation.ts'

/** What is known by the identifiers of executions, which are drawn one after the other: thousands come and go each second. */
export interface ByCorrelation<T> {
  set(correlation: string, value: T): void
  get(correlation: string): T | undefined
  delete(correlation: string): void
  /** What is known now. */
  values(): readonly T[]
}

/** A power of two. */
const slots = 1024

/**
 * Slots by the last digits of an identifier, twice as many whenever two that are known would share one. A `Map` that things come to and leave all the time
 * would keep what has left: each table that it has outgrown leads to the next, so that the first one that grows old takes with it whatever was ever in it.
 */
export function byCorrelation<T>(): ByCorrelation<T> {
  let names: (string | undefined)[] = emptySlots(slots)
  let values: (T | undefined)[] = emptySlots(slots)

  const slotIn = (size: number, correlation: string): number => lastDigitsOf(correlation) & (size - 1)

  function grow(): void {
    const [hadNames, had] = [names, values]
    names = emptySlots(2 * hadNames.length)
    values = emptySlots(2 * hadNames.length)
    for (const [index, name] of hadNames.entries())
      if (name !== undefined) {
        const slot = slotIn(names.length, name)
        names[slot] = name
        values[slot] = had[index]
      }
  }

  return {
    set(correlation, value) {
      let slot = slotIn(names.length, correlation)
      while (names[slot] !== undefined && names[slot] !== correlation) {
        grow()
        slot = slotIn(names.length, correlation)
      }
      names[slot] = correlation
      values[slot] = value
    },
    get(correlation) {
      const slot = slotIn(names.length, correlation)
      return names[slot] === correlation ? values[slot] : undefined
    },
    delete(correlation) {
      const slot = slotIn(names.length, correlation)
      if (names[slot] !== correlation) return
      names[slot] = undefined
      values[slot] = undefined
    },
    values: () => values.filter((value) => value !== undefined),
  }
}

const emptySlots = (size: number): undefined[] => Array<undefined>(size).fill(undefined)

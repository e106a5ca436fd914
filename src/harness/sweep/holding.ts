import type { RunEvent } from '#verdict'

/** Keeps back what is told of some cases, until it is known whether that counts. */
export interface Holding {
  tell(event: RunEvent): void
  hold(cases: readonly string[]): void
  /** Records what was kept back of them. */
  release(cases: readonly string[]): void
  drop(cases: readonly string[]): void
}

export function openHolding(record: (event: RunEvent) => void): Holding {
  const held = new Map<string, RunEvent[]>()
  return {
    tell(event) {
      const kept = 'case' in event && event.case !== null ? held.get(event.case) : undefined
      if (kept) kept.push(event)
      else record(event)
    },
    hold: (cases) => cases.forEach((id) => held.set(id, [])),
    release(cases) {
      for (const id of cases) {
        const kept = held.get(id) ?? []
        held.delete(id)
        kept.forEach(record)
      }
    },
    drop: (cases) => cases.forEach((id) => held.delete(id)),
  }
}

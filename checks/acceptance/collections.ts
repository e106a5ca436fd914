import { PerformanceObserver } from 'node:perf_hooks'

/** When memory was collected, so that what it took is not held against what was read meanwhile. */
export interface Collections {
  /** Milliseconds of collecting between two moments of `performance.now`, once they are known: soon after. */
  between(from: number, to: number): number
  /** Of what was before nobody asks any more. */
  forget(): void
  close(): void
}

export function watchCollections(): Collections {
  let seen: { readonly from: number; readonly to: number }[] = []
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.push({ from: startTime, to: startTime + duration })
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    between: (from, to) =>
      seen.reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)), 0),
    forget: () => void (seen = []),
    close: () => observer.disconnect(),
  }
}

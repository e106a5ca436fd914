import type { Arrival, Clock } from '#play'

/** Arrivals of one case in the order they came, awaited one at a time. */
export function createArrivalQueue(clock: Clock) {
  const waiting: Arrival[] = []
  let wake: (() => void) | undefined
  return {
    push(arrival: Arrival): void {
      waiting.push(arrival)
      wake?.()
    },
    async take(until: number): Promise<Arrival | undefined> {
      for (;;) {
        const next = waiting.shift()
        if (next) return next
        const left = until - clock.now()
        if (left <= 0) return undefined
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.ceil(left))
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = undefined
      }
    },
  }
}
export type ArrivalQueue = ReturnType<typeof createArrivalQueue>

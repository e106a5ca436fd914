/** So many at once, the others wait for their turn. */
export interface Permits {
  take(): Promise<void>
  give(): void
}

export function createPermits(most: number): Permits {
  const waiting: (() => void)[] = []
  let free = most
  return {
    async take() {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    give() {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    },
  }
}

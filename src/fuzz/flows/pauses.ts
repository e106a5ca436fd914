/** Pauses, none of which outlasts what they are made for. */
export interface Pauses {
  pause(milliseconds: number): Promise<void>
  /** Nobody waits any longer: those that are under way never end, and hold no process. */
  close(): void
}

export function createPauses(): Pauses {
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  return {
    pause: (milliseconds) =>
      new Promise((resolve) => {
        if (closed) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          resolve()
        }, milliseconds)
        timers.add(timer)
      }),
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

const ends = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first Ctrl-C ends the run in order, the second one at once. */
export function interruptible(): { readonly signal: AbortSignal; over(): void } {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(3)
    console.error('\nmcx: interrupted; what was judged is kept (again to leave at once)')
    controller.abort()
  }
  for (const signal of ends) process.on(signal, stop)
  return {
    signal: controller.signal,
    over: () => {
      for (const signal of ends) process.off(signal, stop)
    },
  }
}

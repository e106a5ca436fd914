import type { Clock } from '#play'

const beat = 20
/** How far back a stall is remembered, milliseconds. */
const remembered = 120_000

/** A clock that notices when its own process could not run: an overloaded machine must not fail anybody. */
export function openStallWatch(now: () => number): Clock & { close(): void } {
  const stalls: { readonly at: number; readonly length: number }[] = []
  let last = now()
  const timer = setInterval(() => {
    const at = now()
    const length = at - last - beat
    last = at
    if (length > beat) stalls.push({ at, length })
    while ((stalls[0]?.at ?? at) < at - remembered) stalls.shift()
  }, beat)
  timer.unref()
  return {
    now,
    stalled(since) {
      const running = Math.max(0, now() - last - beat)
      return stalls.reduce((longest, stall) => (stall.at > since ? Math.max(longest, stall.length) : longest), running)
    },
    close: () => clearInterval(timer),
  }
}

import type { Clock } from './clock.ts'

/** Time between two packets of a talker: one frame of speech (RFC 4867 1). Milliseconds. */
export const frameInterval = 20

/** One timer for many talkers. */
export interface Pacemaker {
  /** Calls `speak` every frame interval, for the first time within one, until it is stopped. */
  start(speak: () => void): { stop(): void }
  /** How late the latest turn was, in milliseconds: a pause of our own making. */
  readonly latest: () => number
}

/** Turns within a frame interval: talkers are spread over them, so that they do not all speak in one burst. */
const turns = 4
/** After a longer pause of the process talkers go on from now on, as a codec would that had slept. Frame intervals. */
const mostMissed = 50

/**
 * Runs only while somebody talks. When the process was late, what is due is spoken at once: nothing is lost of our making.
 *
 * @param interval milliseconds between two calls of each talker
 */
export function createPacemaker(clock: Clock, interval = frameInterval): Pacemaker {
  const groups: Set<() => void>[] = Array.from({ length: turns }, () => new Set())
  const step = interval / turns
  let timer: { cancel(): void } | undefined
  let due = 0
  let turn = 0
  let latest = 0

  const beat = (): void => {
    const now = clock.now()
    latest = Math.max(latest, now - due)
    if (now - due > mostMissed * interval) due = now
    while (due <= now) {
      for (const speak of groups[turn] ?? []) speak()
      turn = (turn + 1) % turns
      due += step
    }
    timer = groups.some((group) => group.size > 0) ? clock.after(Math.max(0, due - clock.now()), beat) : undefined
  }

  return {
    latest: () => latest,
    start(speak) {
      const group = groups.reduce((least, one) => (one.size < least.size ? one : least))
      // A function of its own for each start: the same `speak` may be started twice.
      const entry = (): void => speak()
      group.add(entry)
      if (timer === undefined) {
        due = clock.now()
        timer = clock.after(0, beat)
      }
      return {
        stop() {
          group.delete(entry)
          if (groups.some((one) => one.size > 0)) return
          timer?.cancel()
          timer = undefined
        },
      }
    },
  }
}

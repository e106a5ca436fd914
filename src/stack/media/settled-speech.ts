import type { Clock } from './clock.ts'
import type { Listener } from './listener.ts'
import type { Spoken } from './talker.ts'

export interface SettlingOptions {
  readonly clock: Clock
  /** All that may hear it: the one before a change of path, and the one after. */
  readonly listeners: readonly Listener[]
  /** What is to be heard; asked again and again, as the talker may still talk. */
  readonly spoken: () => Spoken
  /** Packets are lost when nothing has come for so long. Milliseconds. */
  readonly quiet: number
  /** The longest wait of all. Milliseconds. */
  readonly most: number
}

/** How often is looked. Milliseconds. */
const step = 10

/**
 * Resolves once listeners have heard all that a talker has said, at once if it has; else when nothing has come for a while, for who is silent
 * is not waited for. Only time in which this process ran counts: after a pause of its own what came meanwhile is still to be read.
 */
export function settledSpeech({ clock, listeners, spoken, quiet, most }: SettlingOptions): Promise<void> {
  return new Promise((resolve) => {
    let [counted, silent, waited, last] = [0, 0, 0, clock.now()]
    const seen = new Map<Listener, number>()
    const counters = new Set<number>()
    const look = (): void => {
      const { talker, count } = spoken()
      for (const listener of listeners) {
        const heard = listener.heard()
        for (const packet of heard.slice(seen.get(listener) ?? 0))
          if (packet.talker === talker) counters.add(packet.counter)
        seen.set(listener, heard.length)
      }
      const now = clock.now()
      const ran = Math.min(now - last, step * 2)
      silent = counters.size > counted ? 0 : silent + ran
      waited += ran
      counted = counters.size
      last = now
      if (counted >= count || silent >= quiet || waited >= most) resolve()
      else clock.after(step, look)
    }
    look()
  })
}

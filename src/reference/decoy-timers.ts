import type { SipTimers } from '#stack/sip'
import type { DecoyName } from './decoys.ts'

/** The timers of a functional entity, as they are when it opens. */
export function decoyTimers({ t1, t2, t4 }: SipTimers, shows: (name: DecoyName) => boolean): SipTimers {
  const times = shows('timers-long') ? 2 : shows('timers-short') ? 0.5 : 1
  return { t1: t1 * times, t2: t2 * times, t4: t4 * times }
}

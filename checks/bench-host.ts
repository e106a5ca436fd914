import { readFileSync } from 'node:fs'

// A virtual machine does not have its processors for itself: what its host gives to others is no time of ours, and no fault of the code.

/** Jiffies of all processors since the start: all of them, and those that the host gave to others (proc(5): `steal`, the eighth). */
function jiffies(): { readonly all: number; readonly taken: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const times = line.split(/\s+/).slice(1, 9).map(Number)
  return { all: times.reduce((sum, time) => sum + time, 0), taken: times[7] ?? 0 }
}

/** Begins to look; then says, once asked, which part of the processors' time the host has given to others since. `undefined` where it does not tell. */
export function watchHost(): () => number | undefined {
  const reading = (): ReturnType<typeof jiffies> | undefined => {
    try {
      return jiffies()
    } catch {
      return undefined
    }
  }
  const before = reading()
  return () => {
    const after = reading()
    if (before === undefined || after === undefined || after.all === before.all) return undefined
    return (after.taken - before.taken) / (after.all - before.all)
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** Processes that descend from this one now, with their command lines; by /proc, so on Linux alone. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) parents.set(Number(name), parent)
  }
  const found = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child)
  return [...found, ...found.flatMap(descendantsOf)]
}

function parentOf(pid: number): number | undefined {
  try {
    // The name of the program, in brackets, may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z')
  } catch {
    return false
  }
}

/** Those that are still there after so many milliseconds. */
export async function aliveAfter(pids: readonly number[], patience: number): Promise<readonly number[]> {
  const until = performance.now() + patience
  for (;;) {
    const alive = pids.filter(isAlive)
    if (alive.length === 0 || performance.now() > until) return alive
    await setTimeout(20)
  }
}

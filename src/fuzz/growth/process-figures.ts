import { readdirSync, readFileSync } from 'node:fs'

/** What a program and those that it started hold. */
export interface ProcessFigures {
  /** Octets of memory that are resident. */
  readonly memory: number
  /** Files and sockets that are open. */
  readonly descriptors: number
}

/** `undefined` once it has ended, and where the operating system has no `/proc`. */
export function processFiguresOf(id: number): ProcessFigures | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'latin1')
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
    if (kilobytes === undefined) return undefined
    const own = { memory: Number(kilobytes) * 1024, descriptors: readdirSync(`/proc/${id}/fd`).length }
    return startedBy(id)
      .map(processFiguresOf)
      .filter((one) => one !== undefined)
      .reduce((sum, one) => ({ memory: sum.memory + one.memory, descriptors: sum.descriptors + one.descriptors }), own)
  } catch {
    return undefined
  }
}

const startedBy = (id: number): readonly number[] =>
  readdirSync(`/proc/${id}/task`).flatMap((thread) =>
    readFileSync(`/proc/${id}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  )

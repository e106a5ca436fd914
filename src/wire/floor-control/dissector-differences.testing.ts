import { readFileSync } from 'node:fs'

/** Differences of tshark that are explained in fixtures/dissectors/tshark-floor-control.md, and those that were met. */
export interface Differences {
  /** Takes note that this difference is there; throws when nobody has explained it. */
  meet(name: string): void
  /** Explained, and not met any more. */
  readonly unmet: () => readonly string[]
}

const table = new URL('../../../fixtures/dissectors/tshark-floor-control.md', import.meta.url)

export function readDifferences(): Differences {
  const rows = readFileSync(table, 'utf8').split('\n')
  const names = rows.flatMap((row) => /^\| ([\w-]+) +\|/.exec(row)?.[1] ?? [])
  const explained = new Set(names.filter((name) => name !== 'Difference' && !/^-+$/.test(name)))
  const met = new Set<string>()
  return {
    meet(name) {
      if (!explained.has(name)) throw new Error(`the difference ${name} has no row in ${table.pathname}`)
      met.add(name)
    },
    unmet: () => [...explained].filter((name) => !met.has(name)),
  }
}

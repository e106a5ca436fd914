import type { Edit, FuzzCase } from './case.ts'

/** Draws cases of several changes from those of one. */
interface Combiner {
  /** So many more. */
  next(count: number): readonly FuzzCase[]
}

/** How many changes are put together, by how often that is done: pairs mostly. */
const sizes = [2, 2, 2, 3, 4] as const

/**
 * Changes of one message put together: two, three or four at different places, and now and then an operation on its sending. Single changes that did not
 * spoil the message are its legal variations; with one that does they make the one illegal value among legal ones.
 */
export function createCombiner(single: readonly FuzzCase[], random: () => number): Combiner {
  const byScenario = Map.groupBy(single, ({ scenario }) => scenario)
  const scenarios = [...byScenario.keys()]
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]

  function draw(): FuzzCase | undefined {
    const all = byScenario.get(pick(scenarios) ?? '') ?? []
    const base = pick(all)
    if (base === undefined) return undefined
    const edits: Edit[] = []
    const ops = [...base.ops]
    const size = pick(sizes) ?? 2
    for (let tries = 0; edits.length + ops.length < size && tries < 16; tries += 1) {
      const other = pick(all)
      const [edit] = other?.edits ?? []
      if (edit !== undefined && edits.every(({ path }) => path !== edit.path)) edits.push(edit)
      else if (ops.length === 0) ops.push(...(other?.ops ?? []))
    }
    return { ...base, edits, ops }
  }

  return {
    next: (count) => Array.from({ length: count }, draw).filter((one) => one !== undefined),
  }
}

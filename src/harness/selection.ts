import type { PlannedCase } from './case-plan.ts'

/** Which of the cases a command line asks for. */
export interface Selection {
  /** Globs over case ids; none selects all. `!` in front takes away. */
  readonly ids: readonly string[]
  readonly role?: string | undefined
  readonly clause?: string | undefined
  readonly tag?: string | undefined
  readonly sut?: string | undefined
  readonly transport?: string | undefined
}

/** What `--clause` is looked for in. */
export const clauseOf = ({ derived }: PlannedCase): string =>
  `${derived.source.doc} ${derived.source.clause} step ${derived.step}`

export function select(cases: readonly PlannedCase[], selection: Selection): readonly PlannedCase[] {
  const wanted = selection.ids.filter((glob) => !glob.startsWith('!')).map(matcher)
  const unwanted = selection.ids.filter((glob) => glob.startsWith('!')).map((glob) => matcher(glob.slice(1)))
  return cases.filter(
    (one) =>
      (wanted.length === 0 || wanted.some((fits) => fits(one.id))) &&
      !unwanted.some((fits) => fits(one.id)) &&
      (selection.role === undefined || one.derived.sut.includes(selection.role)) &&
      (selection.clause === undefined || clauseOf(one).includes(selection.clause)) &&
      (selection.tag === undefined || one.tags.includes(selection.tag)) &&
      (selection.sut === undefined || one.sut.name === selection.sut) &&
      (selection.transport === undefined || one.transport === selection.transport),
  )
}

/** A glob over ids: `*` stands for any run of characters, everything else for itself. */
export const matcher = (glob: string): ((id: string) => boolean) => {
  const parts = glob.split('*')
  if (parts.length === 1) return (id) => id === glob
  return (id) => {
    const [first = '', ...rest] = parts
    if (!id.startsWith(first)) return false
    let at = first.length
    for (const [index, part] of rest.entries()) {
      if (index === rest.length - 1) return id.length - part.length >= at && id.endsWith(part)
      const found = id.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return true
  }
}

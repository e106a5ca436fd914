import fc from 'fast-check'
import type { Edit, FuzzCase } from './case.ts'
import { kindNamed } from './kinds/index.ts'
import type { Place } from './place.ts'
import { reduceList } from './reduce.ts'

export interface ShrinkOptions {
  /** The first of these cases that still shows the same finding; all of them may be played at once. */
  readonly fails: (candidates: readonly FuzzCase[]) => Promise<FuzzCase | undefined>
  /** Candidates at once. */
  readonly width: number
  readonly timeLeft: () => boolean
}

/**
 * The simplest case that still shows the finding. Edits are taken out by ddmin; then each of those left is made simpler by fast-check, which shrinks values
 * that it has not made: the list may become empty, so its least length is 0.
 */
export async function shrinkCase(one: FuzzCase, options: ShrinkOptions): Promise<FuzzCase> {
  const { width, timeLeft } = options
  const withEdits = (edits: readonly Edit[]): FuzzCase => ({ ...one, edits })
  async function first<T>(candidates: readonly T[], caseOf: (candidate: T) => FuzzCase): Promise<T | undefined> {
    for (let from = 0; from < candidates.length && timeLeft(); from += width) {
      const some = candidates.slice(from, from + width)
      const cases = some.map(caseOf)
      const failing = await options.fails(cases)
      if (failing !== undefined) return some[cases.indexOf(failing)]
    }
    return undefined
  }
  const ops = await reduceList(one.ops, (lists) => first(lists, (some) => ({ ...one, ops: some })))
  let edits = await reduceList(one.edits, (lists) => first(lists, (some) => ({ ...withEdits(some), ops })))
  if (edits.length === 0) return { ...one, edits, ops }
  const arbitrary = fc.array(fc.oneof(...edits.map(simplerEdits)), { minLength: 0 })
  for (let smaller: readonly Edit[] | undefined = edits; smaller !== undefined && timeLeft();) {
    const candidates = [...arbitrary.shrink([...edits], undefined).take(64)].map(({ value }): readonly Edit[] => value)
    smaller = await first(candidates, (some) => ({ ...withEdits(some), ops }))
    edits = smaller ?? edits
  }
  return { ...withEdits(edits), ops }
}

/** The same edit with smaller numbers, of those that its kind knows; a row of a table stays what it is. */
function simplerEdits(edit: Edit): fc.Arbitrary<Edit> {
  const numbers = numbersOf(edit)
  const at = numbers.indexOf(edit.p ?? '')
  if (at <= 0) return fc.constant(edit)
  return fc.integer({ min: 0, max: at }).map(
    (index): Edit => ({ ...edit, p: numbers[index] ?? 0 }),
    (value) => {
      const index = numbers.indexOf((value as Edit).p ?? '')
      if (index === -1) throw new TypeError('no edit of that kind')
      return index
    },
  )
}

const numbersOf = ({ kind, p }: Edit): readonly (string | number)[] => {
  if (p === undefined || !/^-?\d+$/.test(String(p))) return []
  const known = kindNamed(kind)?.parameters('', nowhere) ?? []
  return [...known, p]
    .filter((one) => /^-?\d+$/.test(String(one)) && BigInt(one) >= 0n && BigInt(one) <= BigInt(p))
    .filter((one, index, all) => all.indexOf(one) === index)
    .toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
}

const nowhere: Place = { path: '', type: 'integer', span: { start: 0, end: 0 }, whole: { start: 0, end: 0 } }

import type { Baseline } from './baseline.ts'
import type { Edit } from './case.ts'
import { kindNamed } from './kinds/index.ts'
import type { Around } from './kind.ts'
import type { Place } from './place.ts'

/** The octets of one execution, and which edits changed nothing. */
export interface Assembled {
  readonly octets: Buffer
  /** By place in the list of edits: what it names is not there, or it leaves the text as it was. */
  readonly without: readonly number[]
  /** Whether the body is no longer that of the baseline. */
  readonly bodyChanged: boolean
}

interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The octets of a baseline with edits made to it, under the correlation identifier of the execution. */
export function assemble(
  baseline: Baseline,
  placeAt: (path: string) => Place | undefined,
  edits: readonly Edit[],
  around: Omit<Around, 'place' | 'sender'>,
): Assembled {
  const octets = Buffer.from(baseline.octets)
  for (const at of baseline.correlations) octets.write(around.canary, at, 'latin1')
  if (edits.length === 0) return { octets, without: [], bodyChanged: false }
  const without: number[] = []
  const splices: Splice[] = []
  for (const [index, edit] of edits.entries()) {
    const splice = spliceOf(octets, placeAt(edit.path), edit, around, baseline.sender)
    if (splice === undefined || splices.some((other) => meet(other, splice))) without.push(index)
    else splices.push(splice)
  }
  const bodyChanged = splices.some(({ end }) => end > baseline.body)
  const touched = splices.some((one) => meet(one, { ...baseline.length, text: '' }))
  const grown = splices.reduce(
    (sum, one) => sum + (one.start >= baseline.body ? one.text.length - (one.end - one.start) : 0),
    0,
  )
  if (grown !== 0 && !touched && edits.every(({ repair }) => repair !== 'freeze'))
    splices.push({ ...baseline.length, text: String(octets.length - baseline.body + grown) })
  return { octets: spliced(octets, splices), without, bodyChanged }
}

function spliceOf(
  octets: Buffer,
  place: Place | undefined,
  edit: Edit,
  around: Omit<Around, 'place' | 'sender'>,
  sender: Around['sender'],
) {
  const kind = kindNamed(edit.kind)
  if (place === undefined || kind === undefined) return undefined
  const { start, end } = kind.of === 'whole' ? place.whole : place.span
  const was = octets.toString('latin1', start, end)
  const text = kind.apply(was, edit.p, { ...around, place, sender })
  return text === was ? undefined : { start, end, text }
}

// Two insertions at one place meet too: their order would decide.
const meet = (one: Splice, other: Splice): boolean =>
  one.start === other.start || (one.start < other.end && other.start < one.end)

function spliced(octets: Buffer, splices: Splice[]): Buffer {
  if (splices.length === 0) return octets
  splices.sort((one, other) => one.start - other.start)
  let length = octets.length
  for (const { start, end, text } of splices) length += text.length - (end - start)
  const made = Buffer.allocUnsafe(length)
  let from = 0
  let at = 0
  for (const { start, end, text } of splices) {
    at += octets.copy(made, at, from, start)
    at += made.write(text, at, 'latin1')
    from = end
  }
  octets.copy(made, at, from)
  return made
}

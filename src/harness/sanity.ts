import { asWritten as asWrittenIn } from '#derive'
import type { Finding, Verdict } from '#verdict'
import { inWorldOf, type PlannedCase } from './case-plan.ts'
import { playPart, type Around, type PartOptions } from './play-part.ts'
import type { Turnstile } from './turnstile.ts'

/** The flow of a case as written, in the same place. */
export function asWritten(planned: PlannedCase): PlannedCase {
  const { flow, sut } = planned.derived
  const found = asWrittenIn({ ...flow, variants: { same: { title: '', without: [] } } }, sut, (place) => {
    return place.service === planned.service
  })
  if (!found) throw new RangeError(`${planned.id}: the flow cannot be played as written`)
  return { ...planned, derived: inWorldOf(planned.sut, { ...found, variant: planned.derived.variant }) }
}

/** The flow as written for a user of its own: does the system under test serve at all, does it still? */
export const playSanity = (
  options: PartOptions,
  turnstile: Turnstile,
  planned: PlannedCase,
  slot: 'preamble' | 'postamble',
  findings: Finding[],
  sent: Set<string>,
  around: Around,
): Promise<Verdict> => playPart(options, turnstile, asWritten(planned), slot, findings, sent, around)

import { carriedAt, type MessageStep, type Variation } from '#derive'
import { nameOfTerm, type Flow } from '#flow'
import type { IeValues } from './port.ts'
import type { Lease } from './script.ts'

/** What the tester knows so far: term to value. */
export type Known = Map<string, string>

/** The elements of a message as the flow has them; what has no value in this world is left out. */
export function elementsAt(flow: Flow, step: MessageStep, known: Known): IeValues {
  const ies: Record<string, string> = {}
  for (const [name, term] of Object.entries(carriedAt(flow, step))) {
    const value = 'literal' in term ? term.literal : known.get(term.term)
    if (value !== undefined) ies[name] = value
  }
  return ies
}

/** The same with the case's alteration, when it is at this step. */
export function alteredElements(
  flow: Flow,
  step: MessageStep,
  known: Known,
  variation: Variation,
  lease: Lease,
): IeValues {
  const ies = elementsAt(flow, step, known)
  if (!('ie' in variation) || variation.step !== step.step) return ies
  const { ie } = variation
  const term = carriedAt(flow, step)[ie]
  switch (variation.kind) {
    case 'omit':
    case 'without':
      return Object.fromEntries(Object.entries(ies).filter(([name]) => name !== ie))
    case 'malform':
    case 'foreign':
      return term ? { ...ies, [ie]: lease.flawed(nameOfTerm(term), term.kind, variation.flaw) } : ies
  }
}

import { expect } from 'vitest'
import type { Finding } from '#verdict'
import type { ArrivalDraft, Behaviour, Saying } from './peer.testing.ts'
import type { Played } from './playing.testing.ts'

// Mistakes to give to a system that is right in everything else.

type Change = (saying: Saying) => readonly (Saying | ArrivalDraft)[]

/** Changes what is said at one step; everything else stays. */
export const at = (step: string, change: Change): Behaviour => ({
  says: (saying) => (saying.step === step ? change(saying) : [saying]),
})

export const never: Change = () => []

export const withIe =
  (ie: string, value: string): Change =>
  (saying) => [{ ...saying, ies: { ...saying.ies, [ie]: value } }]

export const withoutIe =
  (ie: string): Change =>
  (saying) => [{ ...saying, ies: Object.fromEntries(Object.entries(saying.ies).filter(([name]) => name !== ie)) }]

/** The one finding there is. */
export function only({ findings }: Pick<Played, 'findings'>): Finding {
  expect(findings).toHaveLength(1)
  const [finding] = findings
  if (!finding) throw new Error('no finding')
  return finding
}

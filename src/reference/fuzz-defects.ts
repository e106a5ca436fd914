import type { EntityRole } from './defects.ts'
import { fuzzIdentityDefects } from './fuzz-identity-defects.ts'
import { fuzzTransactionDefects } from './fuzz-transaction-defects.ts'

/** What a robustness test finds a defect by: see `fixtures/fuzz-defects`, where a trigger stands for each. */
export interface FuzzDefect {
  readonly id: string
  readonly name: FuzzDefectName
  /** The functional entities that show it. */
  readonly roles: readonly EntityRole[]
  /** The requirement it breaks, or the published fault it is made after. */
  readonly after: string
  /** What is wrong, as a sentence about the functional entity. */
  readonly title: string
}

export type FuzzDefectName = keyof typeof rows

/** Wrong behaviours that no right message provokes: only a hostile, a damaged or an untimely one. */
const rows = { ...fuzzTransactionDefects, ...fuzzIdentityDefects }

export const fuzzDefects: readonly FuzzDefect[] = Object.entries(rows).map(([name, [id, roles, after, title]]) => ({
  id,
  name: name as FuzzDefectName,
  roles,
  after,
  title,
}))

/** Defects of the catalogue for which the reference system lacks the interface. */
export const absentFuzzDefects: readonly { readonly id: string; readonly title: string; readonly reason: string }[] = [
  { id: 'P15', title: 'an AVP length below 8 never advances the reader', reason: 'no Diameter in the reference yet' },
  {
    id: 'R07',
    title: 'grouped AVPs are read by recursion without a limit',
    reason: 'no Diameter in the reference yet',
  },
  {
    id: 'C05',
    title: 'a Diameter answer that races its time-out is used twice',
    reason: 'no Diameter in the reference yet',
  },
]

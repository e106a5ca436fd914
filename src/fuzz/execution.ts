import type { FuzzCase } from './case.ts'
import type { Expectation } from './expectation.ts'
import type { Legality } from './legality.ts'
import type { Observation, Passage } from './observation.ts'
import type { Complaint } from './oracle.ts'

/** One execution of a case, over. */
export interface Execution {
  readonly one: FuzzCase
  readonly octets: Uint8Array
  readonly correlation: string
  readonly user: number
  /** Edits that changed nothing. */
  readonly without: readonly number[]
  readonly read: Legality
  readonly expectation: Expectation
  readonly observation: Observation
  readonly complaints: readonly Complaint[]
  /** Of a flow: all that passed. */
  readonly passages?: readonly Passage[]
}

import type { FuzzCase } from './case.ts'
import type { Complaint } from './oracle.ts'
import type { Execution } from './execution.ts'

/** Something that an oracle did not let pass, and that showed again when its case was played alone. */
export interface Finding {
  readonly signature: string
  readonly one: FuzzCase
  readonly complaint: Complaint
  readonly execution: Execution
  /** Executions and milliseconds until it was first seen. */
  readonly executions: number
  readonly after: number
}

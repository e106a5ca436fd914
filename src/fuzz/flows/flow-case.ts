import type { Edit, FlowOperation, FuzzCase } from '../case.ts'

/** A flow, as it is unless something is changed. */
export const flowCase = (
  scenario: string,
  edits: readonly Edit[] = [],
  ops: readonly FlowOperation[] = [],
): FuzzCase => ({
  v: 1,
  scenario,
  baseline: 'plain',
  edits,
  ops,
})

/** The id of the flow as it is written, of which this one is derived. */
export const asWrittenOf = (id: string): string => id.replace(/\/[^/#]*#/, '/as-written#')

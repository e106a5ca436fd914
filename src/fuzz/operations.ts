import type { FlowOperation } from './case.ts'
import type { Scenario } from './scenario.ts'

/** What can be done to the sending of one message, beside changing it. */
const sendings = ['at once', 'after the answer'] as const
const cancellations = ['foreign branch', 'foreign tag', 'itself'] as const

/** Every single operation on the message of a scenario (5.17, as far as it needs no other message of the flow). */
export function singleOperations({ step, answer, within }: Scenario): readonly FlowOperation[] {
  const duplicates = sendings.map((p): FlowOperation => ({ op: 'duplicate', at: step, p }))
  if (answer === undefined || within !== undefined) return duplicates
  return [...duplicates, ...cancellations.map((p): FlowOperation => ({ op: 'cancel', at: step, p }))]
}

/** Whether the operation lets the receiver do other than with the message alone: what is cancelled may end, and the branch decides (RFC 3261 9.2). */
export const changesOutcome = ({ op, p }: FlowOperation): boolean => op === 'cancel' && p !== 'foreign branch'

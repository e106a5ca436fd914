import type { PlannedCase } from '#harness'
import { header } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import { complaint, type Complaint } from '../oracle.ts'
import { beginsCall, methodOf } from './dialogs.ts'
import type { Passage, Playing } from './disturbance.ts'

/** Of these the message leaves once more, as a request of its own. */
const again: ReadonlySet<string> = new Set(['duplicate', 'replay'])

/** Whoever was told once in which call to do something else does it once, however often that is said (TS 23.280 10.16.y.3 step 3). */
export function secondCall(
  { ops }: FuzzCase,
  { log, disturbed }: Pick<Playing, 'log' | 'disturbed'>,
  { derived: { source } }: PlannedCase,
): readonly Complaint[] {
  const from = log.findIndex(({ step }) => step !== undefined && step === disturbed)
  const further = log.slice(Math.max(0, from))
  const told = further.filter(({ step, message }) => step !== undefined && header(message, 'In-Reply-To') !== undefined)
  const [first] = told
  if (from === -1 || first !== log[from] || !ops.some(({ op }) => again.has(op))) return []
  const byCalled = Map.groupBy(
    further.filter(({ direction, message }) => direction === 'received' && beginsCall(message)),
    ({ role, message }) => `${role} ${header(message, 'To')}`,
  )
  const callsOf = (each: readonly Passage[]): number =>
    new Set(each.map(({ message }) => header(message, 'Call-ID'))).size
  const most = Math.max(0, ...[...byCalled.values()].map(callsOf))
  // The flow may say so several times itself.
  if (first === undefined || most <= told.length) return []
  const what = `a ${methodOf(first.message)} that comes again makes another call`
  return [complaint('once', `${source.doc} ${source.clause}`, 'robustness', what, String(told.length), String(most))]
}

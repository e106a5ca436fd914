import type { PlannedCase } from '#harness'
import type { Legality } from '../legality.ts'
import type { Complaint } from '../oracle.ts'
import { brokenDocument, brokenRule, isSound } from '../oracles/other-legs.ts'
import type { Playing } from './disturbance.ts'

/** What leaves because of a sound message is sound itself, whatever its elements say. */
export function brokenRequests(
  { log }: Pick<Playing, 'log'>,
  { service }: PlannedCase,
  sent: Legality,
): readonly Complaint[] {
  if (!isSound(sent)) return []
  return log
    .filter(({ direction, message }) => direction === 'received' && message.startLine.kind === 'request')
    .flatMap(({ role, message }) => [...brokenDocument(role, message, service), ...brokenRule(role, message)])
    .slice(0, 1)
}

import type { ExpectedFailure, Finding, Verdict } from '#verdict'
import type { PlannedCase } from './case-plan.ts'
import { matcher } from './selection.ts'

/** How the outcome stands to what the configuration declares. */
export function declaredFailure(
  planned: PlannedCase,
  verdict: Verdict,
  findings: readonly Finding[],
  today: string,
): ExpectedFailure | undefined {
  const declared = planned.sut.expectedFailures.find((one) => matcher(one.case)(planned.id))
  if (!declared) return undefined
  const { message, reason, owner, expires } = declared
  const asDeclared = findings.some((finding) =>
    [finding.requirement, finding.actual, ...finding.expected].some((text) => text.includes(message)),
  )
  const state =
    verdict === 'pass' ? 'surprise-pass' : expires < today ? 'expired' : asDeclared ? 'met' : 'other-failure'
  return { message, reason, owner, expires, state }
}

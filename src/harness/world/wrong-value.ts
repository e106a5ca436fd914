import { messageSteps, seatOf } from '#derive'
import type { IeKind } from '#flow'
import type { PlannedCase } from '../case-plan.ts'
import { flawedTokens, issueToken, type TokenContent } from './access-token.ts'
import { entityOf } from './functional-entity.ts'
import { digest } from './world-user.ts'

/** What is not well formed, for each kind. */
export const garbled: Readonly<Record<Exclude<IeKind, 'credentials'>, string>> = {
  mcServiceId: '::not a URI::',
  groupId: '::not a URI::',
  serverId: '::not a URI::',
  systemId: '..not a domain..',
  result: 'perhaps',
  profileIndex: 'second',
  securityDomain: '::not a URI::',
  indication: 'perhaps',
  reason: 'for no reason',
}

/** Well formed and unknown. Who routes by the domain is given one that nobody serves, who knows users a wrong user. */
export function stranger(
  kind: Exclude<IeKind, 'credentials'>,
  planned: PlannedCase,
  right: string,
  seed: number,
): string {
  if (kind === 'systemId') return 'nobody-knows.partner.example'
  if (kind === 'serverId') return 'sip:nobody-knows.iops.example'
  const domain = routesOnward(planned) ? 'nobody-serves.example' : right.slice(right.indexOf('@') + 1)
  return `sip:stranger-${digest(seed, planned.id, 'stranger').slice(0, 12)}@${domain}`
}

/** Whether what is altered would be sent on to another entity than it came from, and not to a client. */
function routesOnward({ derived: { flow, sut, variation } }: PlannedCase): boolean {
  const steps = messageSteps(flow)
  const at = 'step' in variation ? steps.findIndex(({ step }) => step === variation.step) : -1
  const next = steps.slice(at + 1).find(({ act }) => seatOf(act, sut) === 'sut-sends')
  return next !== undefined && next.act.to !== steps[at]?.act.from && entityOf(next.act.to) !== 'client'
}

/** A token with a flaw. */
export async function tokenWith(
  flaw: string,
  content: TokenContent,
  planned: PlannedCase,
  seed: number,
): Promise<string> {
  const make = (flawedTokens as Readonly<Record<string, (content: TokenContent) => Promise<string>>>)[flaw]
  if (make) return make(content)
  const key = digest(seed, planned.id, 'other user').slice(0, 12)
  const domain = content.mcServiceId.slice(content.mcServiceId.indexOf('@') + 1)
  return issueToken({
    ...content,
    mcServiceId: `sip:user-${key}@${domain}`,
    servedAs: `sip:visitor-${key}@${content.system}`,
  })
}

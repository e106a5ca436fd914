import { createHash } from 'node:crypto'
import { sameUri } from '#wire/sip'
import type { IeKind } from '#flow'
import type { Lease } from '#play'
import type { PlannedCase } from '../case-plan.ts'
import { audienceOf, flawedTokens, issuerOf, issueToken, type TokenContent } from './access-token.ts'
import { sideOf, systemsOf, type SystemPair } from './systems.ts'

/** What a case needs a user for. */
export type Slot = 'body' | 'second' | 'preamble' | 'postamble'

/** One MC service user of the world, and how it is to be treated. */
export interface WorldUser {
  readonly mcServiceId: string
  readonly temporaryId: string
  readonly pair: SystemPair
  /** Neither MC system lets this one migrate. */
  readonly refused: boolean
}

/** A short name that depends on nothing but its parts. */
export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex')

/** The user of a case: the same for the same seed, whatever else is played. */
export function userOf(planned: PlannedCase, slot: Slot, seed: number): WorldUser {
  const { derived, sut, transport } = planned
  // Where the tester takes the decision, nothing of the world need be different.
  const fails = slot === 'body' && ownCheck(planned) ? derived.world.fails : undefined
  const pair = systemsOf(sut, derived.variant, transport, fails?.way === 'anyUser' || fails?.way === 'thatPartner')
  const refused = fails?.way === 'thisUser'
  // Within a group one preamble user is enough, since the preamble is played once.
  const owner = slot === 'preamble' ? groupOf(planned) : planned.id
  const key = digest(seed, owner, slot).slice(0, 12)
  const fixed = sut.users ? (refused ? sut.users.refused : sut.users.permitted) : []
  const mcServiceId = fixed[Number.parseInt(key.slice(0, 8), 16) % fixed.length] ?? `sip:user-${key}@${pair.primary}`
  return { mcServiceId, temporaryId: `sip:visitor-${key}@${pair.partner}`, pair, refused }
}

/** Cases that share their preamble: the same system under test seen in the same way. */
export const groupOf = ({ sut, derived, alternative, transport }: PlannedCase): string =>
  [sut.name, derived.sut.join('+'), derived.variant, alternative, transport].join(' ')

/** Whether the system under test itself takes the decision that turns out negative. */
function ownCheck({ derived }: PlannedCase): boolean {
  const { variation, flow, sut } = derived
  const act = variation.kind === 'deny' ? flow.steps.find(({ step }) => step === variation.step)?.act : undefined
  return act?.act === 'check' && sut.includes(act.at)
}

/** The values of a case and the wrong ones in their place. */
export async function leaseOf(planned: PlannedCase, slot: Slot, seed: number, scope: string): Promise<Lease> {
  const user = userOf(planned, slot, seed)
  const { pair } = user
  const allocated = planned.derived.world.conditions['temporaryIdentityAllocated'] ?? true
  const content: TokenContent = {
    mcServiceId: user.mcServiceId,
    servedAs: allocated ? user.temporaryId : user.mcServiceId,
    issuer: issuerOf(pair.partner),
    audience: audienceOf(pair.partner),
    scope,
  }
  const { variation } = planned.derived
  const flaw = slot === 'body' && 'flaw' in variation && variation.ie === 'credentials' ? variation.flaw : undefined
  const wrongToken = flaw === undefined ? '' : await tokenWith(flaw, content, seed, planned.id)
  const key = digest(seed, planned.id, 'stranger').slice(0, 12)
  return {
    values: {
      mcServiceId: user.mcServiceId,
      ...(allocated && { temporaryId: user.temporaryId }),
      partnerSystem: pair.partner,
      credentials: await issueToken(content),
      ...(planned.sut.ics['userProfileIndex'] !== false && { userProfileIndex: '2' }),
    },
    flawed(_term, kind) {
      if (kind === 'credentials') return wrongToken
      return 'flaw' in variation && variation.kind === 'foreign' ? stranger(kind, planned, pair, key) : garbled[kind]
    },
    same: sameValue,
  }
}

const garbled: Readonly<Record<Exclude<IeKind, 'credentials'>, string>> = {
  mcServiceId: '::not a URI::',
  systemId: '..not a domain..',
  result: 'perhaps',
  profileIndex: 'second',
  securityDomain: '::not a URI::',
  indication: 'perhaps',
  reason: 'for no reason',
}

/** Well formed and unknown. Who routes by the domain is given one that nobody serves, who knows users a wrong user. */
function stranger(kind: Exclude<IeKind, 'credentials'>, planned: PlannedCase, pair: SystemPair, key: string): string {
  if (kind === 'systemId') return 'nobody-knows.partner.example'
  const { variation, sut } = planned.derived
  const answering = 'step' in variation && Number.parseInt(variation.step, 10) > 7
  const knowsUsers = answering || (sut.includes('primaryServer') && sideOf(planned.sut) === 'primary')
  return `sip:stranger-${key}@${knowsUsers ? pair.primary : 'nobody-serves.example'}`
}

async function tokenWith(flaw: string, content: TokenContent, seed: number, id: string): Promise<string> {
  const make = (flawedTokens as Readonly<Record<string, (content: TokenContent) => Promise<string>>>)[flaw]
  if (make) return make(content)
  const key = digest(seed, id, 'other user').slice(0, 12)
  const domain = content.mcServiceId.slice(content.mcServiceId.indexOf('@') + 1)
  return issueToken({
    ...content,
    mcServiceId: `sip:user-${key}@${domain}`,
    servedAs: `sip:visitor-${key}@${content.audience.slice('mc-server.'.length)}`,
  })
}

/** Identities compare as URIs (RFC 3261 19.1.4), domains without regard to case, all else as written. */
function sameValue(kind: IeKind, a: string, b: string): boolean {
  switch (kind) {
    case 'mcServiceId':
      return a === b || sameUri(a, b)
    case 'systemId':
      return a.toLowerCase() === b.toLowerCase()
    case 'profileIndex':
      return /^\d+$/.test(a) && /^\d+$/.test(b) ? BigInt(a) === BigInt(b) : a === b
    case 'credentials':
    case 'result':
    case 'securityDomain':
    case 'indication':
    case 'reason':
      return a === b
  }
}

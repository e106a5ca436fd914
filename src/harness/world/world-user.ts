import { createHash } from 'node:crypto'
import { sameTerm, type Term } from '#flow'
import type { PlannedCase } from '../case-plan.ts'
import { playerOf } from '../players.ts'
import { systemsOf, type Systems } from './systems.ts'

/** What a case needs a user for. */
export type Slot = 'body' | 'second' | 'preamble' | 'postamble'

/** One MC service user of the world, who may migrate, and another one who calls; and how they are to be treated. */
export interface WorldUser {
  readonly mcServiceId: string
  readonly temporaryId: string
  /** In the MC system it migrates to after that. */
  readonly furtherId: string
  /** To which a private call is redirected that is redirected without end, by the names they have in the flow. */
  readonly targets: Readonly<Record<string, string>>
  readonly systems: Systems
  /** This one may not migrate; which MC system says so is in the next two. */
  readonly refused: boolean
  readonly refusedByPartner: boolean
  /** Where the primary MC system lets this one migrate. */
  readonly permittedPartners: readonly string[] | '*'
  /** Whether the primary MC system may serve this one. */
  readonly mayBeServed: boolean
  readonly caller: Caller
  /** The MC service group whose group call is ongoing. */
  readonly groupId: string
  /** By which the user is known in the partner MC system; one that nobody authorized there, where that is what is wrong. */
  readonly servedIdentity: string
  /** Whether the user is a member of it. */
  readonly member: boolean
  /** The same for the primary MC system alone. */
  readonly memberAtHome: boolean
  /** Who takes part in the same communication of an IOPS MC system. */
  readonly otherUser: string
  /** The key management server that goes with the identity used whilst migrated. */
  readonly securityDomain: string
}

/** Who calls the user. */
interface Caller {
  readonly mcServiceId: string
  /** In the MC system C, where the caller migrates to it. */
  readonly migratedId: string
  /** Neither MC system lets the caller migrate. */
  readonly refused: boolean
  readonly mayBeServed: boolean
  /** Whom this one may call: everybody, all but the user, nobody. */
  readonly mayCall: 'anybody' | 'others' | 'nobody'
}

/** Of the user profile that is selected whilst migrated. */
export const profileIndex = '2'

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']

/** A short name that depends on nothing but its parts. */
export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex')

/** The user of a case: the same for the same seed, whatever else is played. */
export function userOf(planned: PlannedCase, slot: Slot, seed: number): WorldUser {
  const { derived, sut, transport } = planned
  // Where the tester takes the decision, nothing of the world need be different.
  const fails = slot === 'body' && ownCheck(planned) ? derived.world.fails : undefined
  const ofCaller = fails !== undefined && isAbout(planned, migratingCaller)
  // Who may not migrate further has migrated before.
  const further = fails !== undefined && isAbout(planned, furtherSystem)
  const untrusted = fails?.way === 'untrusted'
  const unwelcome =
    untrusted || fails?.way === 'anyUser' || (fails?.way === 'thatPartner' && (ofCaller || further ? 'second' : true))
  const systems = systemsOf(
    (role) => playerOf(planned, role).system,
    derived.sut,
    derived.variant,
    transport,
    unwelcome,
  )
  // Whom a server that is not trusted asks for is in a communication all the same.
  const home = untrusted ? systems.primary.replace(/^unwelcome-/, '') : systems.primary
  const refused = fails?.way === 'thisUser' && !ofCaller
  // Who may not migrate further may have migrated before: whose check it is refuses, and nobody else.
  const byPrimary = deniedCheck(planned)?.at === 'primaryServer'
  const callerRefused = fails?.way === 'thisUser' && ofCaller
  // Within a group one preamble user is enough, since the preamble is played once.
  const owner = slot === 'preamble' ? planned.group : (planned.persons ?? planned.id)
  const key = digest(seed, owner, slot).slice(0, 12)
  const fixed = sut.users ? (refused ? sut.users.refused : sut.users.permitted) : []
  const mcServiceId = fixed[Number.parseInt(key.slice(0, 8), 16) % fixed.length] ?? `sip:user-${key}@${home}`
  const callers = (callerRefused ? sut.users?.refused : sut.users?.callers) ?? []
  const caller =
    callers[Number.parseInt(key.slice(0, 8), 16) % callers.length] ?? `sip:caller-${key}@${systems.primary}`
  return {
    mcServiceId,
    temporaryId: `sip:visitor-${key}@${systems.partner}`,
    furtherId: `sip:visitor-${key}@${systems.second}`,
    targets: Object.fromEntries(
      ordinals.map((ordinal) => [`${ordinal}Target`, `sip:${ordinal}-${key}@${systems.partner}`]),
    ),
    systems,
    refused,
    refusedByPartner: refused && !byPrimary,
    permittedPartners: refused && byPrimary ? (further ? [systems.partner] : []) : '*',
    mayBeServed: ofCaller || fails?.way !== 'notServed',
    caller: {
      mcServiceId: caller,
      migratedId: `sip:visiting-caller-${key}@${systems.second}`,
      refused: callerRefused,
      mayBeServed: !ofCaller || fails?.way !== 'notServed',
      mayCall: fails?.way === 'noPrivateCalls' ? 'nobody' : fails?.way === 'thisTarget' ? 'others' : 'anybody',
    },
    groupId: `sip:group-${key}@${home}`,
    servedIdentity: `sip:${fails?.way === 'notAuthorized' ? 'unserved' : 'visitor'}-${key}@${systems.partner}`,
    member: fails?.way !== 'notMember',
    memberAtHome: fails?.way !== 'notMember' || !byPrimary,
    otherUser: `sip:other-${key}@${home}`,
    securityDomain: `https://kms.${systems.partner}/keymanagement/identity/v1`,
  }
}

/** Whether the check that turns out negative is about that. */
const isAbout = (planned: PlannedCase, what: Term): boolean =>
  deniedCheck(planned)?.check.about.some((term) => sameTerm(term, what)) ?? false

/** As the flows name the calling party where a check asks whether a user may migrate. */
const migratingCaller = { kind: 'mcServiceId', term: 'callingParty' } as const

/** As the flows name the MC system to which a user migrates who has migrated before. */
const furtherSystem = { kind: 'systemId', term: 'secondPartnerSystem' } as const

/** Whether the system under test itself takes the decision that turns out negative. */
function ownCheck(planned: PlannedCase): boolean {
  const check = deniedCheck(planned)
  return check !== undefined && planned.derived.sut.includes(check.at)
}

function deniedCheck({ derived: { variation, flow } }: PlannedCase) {
  const act = variation.kind === 'deny' ? flow.steps.find(({ step }) => step === variation.step)?.act : undefined
  return act?.act === 'check' ? act : undefined
}

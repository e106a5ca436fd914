import { caseId, casesOf, sutStarts, type DerivedCase } from '#derive'
import type { Flow } from '#flow'
import type { Configuration, SutConfiguration, Transport } from './configuration.ts'

/** A case with all its axes: ready for identities. */
export interface PlannedCase {
  readonly id: string
  readonly derived: DerivedCase
  readonly sut: SutConfiguration
  readonly alternative: 'publish' | 'register'
  /** Whether the alternative makes any difference to what the system under test sees. */
  readonly alternativeMatters: boolean
  readonly transport: Transport
  readonly tags: readonly string[]
  /** Why it is not played, when it is not. */
  readonly excluded?: string
}

/** Everything the systems under test could be asked, in a fixed order: positives before negatives. */
export function planCases(flows: readonly Flow[], configuration: Configuration): readonly PlannedCase[] {
  const rolesOf = (sut: SutConfiguration): string => sut.roles.toSorted().join('+')
  const planned = configuration.suts.flatMap((sut) => {
    // Who is alone in its roles needs no name in ids, so that they are the same for every build of it.
    const alone = configuration.suts.every((other) => other === sut || rolesOf(other) !== rolesOf(sut))
    return flows.flatMap((flow) => casesFor(flow, sut, alone ? [] : [sut.name.replaceAll(' ', '-')]))
  })
  const rank = (one: PlannedCase): number => (one.tags.includes('positive') ? 0 : 1)
  return planned
    .map((one, index) => ({ one, index }))
    .sort((a, b) => rank(a.one) - rank(b.one) || a.index - b.index)
    .map(({ one }) => one)
}

function casesFor(flow: Flow, sut: SutConfiguration, named: readonly string[]): readonly PlannedCase[] {
  const roles = Object.keys(flow.actors).filter((role) => (sut.roles as readonly string[]).includes(role))
  if (roles.length === 0) return []
  const matters = roles.some((role) => role === 'client' || role === 'partnerServer')
  const derived = [...casesOf(flow, roles)]
    .filter((one) => sut.variants.some((variant) => one.variant.split(',')[0] === variant))
    .map((one) => inWorldOf(sut, one))
  const alternatives = matters ? sut.alternatives : sut.alternatives.slice(0, 1)
  return alternatives.flatMap((alternative) =>
    sut.transports.flatMap((transport) =>
      derived.map((one): PlannedCase => {
        const axes = [one.variant, ...(matters ? [alternative] : []), transport, ...named]
        const excluded = whyNot(one, sut, transport)
        return {
          id: caseId(flow.id, roles, one.variation, axes),
          derived: one,
          sut,
          alternative,
          alternativeMatters: matters,
          transport,
          tags: tagsOf(one),
          ...(excluded && { excluded }),
        }
      }),
    ),
  )
}

/** The world as the conformance statement has it: what is not claimed does not hold in any case. */
export const inWorldOf = (sut: SutConfiguration, derived: DerivedCase): DerivedCase =>
  sut.ics['temporaryIdentity'] === false
    ? {
        ...derived,
        world: { ...derived.world, conditions: { ...derived.world.conditions, temporaryIdentityAllocated: false } },
      }
    : derived

const tagsOf = ({ variation, oracle }: DerivedCase): readonly string[] => [
  ['as-written', 'without', 'unless'].includes(variation.kind) ? 'positive' : 'negative',
  variation.kind,
  oracle,
]

/** The printed reason why a case is not played against this system under test. */
function whyNot(one: DerivedCase, sut: SutConfiguration, transport: Transport): string | undefined {
  const { variation } = one
  if (variation.kind === 'twice' && transport !== 'udp')
    return 'a reliable transport has no retransmissions (RFC 3261 17.2.2)'
  if (sut.ics['temporaryIdentity'] === false) {
    if ('ie' in variation && variation.ie === 'temporaryId')
      return 'the conformance statement claims no temporary identities'
    if (variation.kind === 'unless')
      return 'the conformance statement claims no temporary identities: every case is in this world'
  }
  if (sut.ics['userProfileIndex'] === false && 'ie' in variation && variation.ie === 'userProfileIndex')
    return 'the conformance statement claims no user profile index'
  const implied = impliedByTransaction(one)
  if (implied) return implied
  if (sutStarts(one.flow, one.sut) && !canBeStimulated(sut))
    return 'the system under test speaks first and its configuration has no control adapter to set it going'
  if (sut.users && variation.kind === 'deny' && sut.users.refused.length === 0 && isOwnCheck(one))
    return 'the configuration names no refused user (suts[].users.refused)'
  // Who was never told whom to refuse cannot be blamed for letting everybody in.
  if (!sut.users && variation.kind === 'deny' && variation.way === 'thisUser' && isOwnCheck(one) && !canBeTold(sut))
    return 'the system under test cannot be provisioned (suts[].control), and the configuration names no refused user (suts[].users.refused)'
  return undefined
}

/** A response says by its transaction whom it is for, and by its status code what the result is. */
function impliedByTransaction({ variation, flow }: DerivedCase): string | undefined {
  if (variation.kind !== 'omit') return undefined
  const step = flow.steps.find(({ step: number }) => number === variation.step)
  const response = step?.act.act === 'send' && step.act.message.name === 'migration service authorization response'
  return response
    ? `${variation.ie} is implied by the SIP transaction and its status code, so it cannot be left out`
    : undefined
}

const isOwnCheck = ({ variation, flow, sut }: DerivedCase): boolean => {
  const act = variation.kind === 'deny' ? flow.steps.find(({ step }) => step === variation.step)?.act : undefined
  return act?.act === 'check' && sut.includes(act.at)
}

const canBeTold = ({ control }: SutConfiguration): boolean =>
  control.http !== undefined || control.provision !== undefined

const canBeStimulated = ({ control }: SutConfiguration): boolean =>
  control.http !== undefined || control.stimulate !== undefined

/** Which of the cases a command line asks for. */
export interface Selection {
  /** Globs over case ids; none selects all. `!` in front takes away. */
  readonly ids: readonly string[]
  readonly role?: string | undefined
  readonly clause?: string | undefined
  readonly tag?: string | undefined
  readonly sut?: string | undefined
  readonly transport?: string | undefined
}

/** What `--clause` is looked for in. */
export const clauseOf = ({ derived }: PlannedCase): string =>
  `${derived.source.doc} ${derived.source.clause} step ${derived.step}`

export function select(cases: readonly PlannedCase[], selection: Selection): readonly PlannedCase[] {
  const wanted = selection.ids.filter((glob) => !glob.startsWith('!')).map(matcher)
  const unwanted = selection.ids.filter((glob) => glob.startsWith('!')).map((glob) => matcher(glob.slice(1)))
  return cases.filter(
    (one) =>
      (wanted.length === 0 || wanted.some((fits) => fits(one.id))) &&
      !unwanted.some((fits) => fits(one.id)) &&
      (selection.role === undefined || one.derived.sut.includes(selection.role)) &&
      (selection.clause === undefined || clauseOf(one).includes(selection.clause)) &&
      (selection.tag === undefined || one.tags.includes(selection.tag)) &&
      (selection.sut === undefined || one.sut.name === selection.sut) &&
      (selection.transport === undefined || one.transport === selection.transport),
  )
}

/** A glob over ids: `*` stands for any run of characters, everything else for itself. */
export const matcher = (glob: string): ((id: string) => boolean) => {
  const parts = glob.split('*')
  if (parts.length === 1) return (id) => id === glob
  return (id) => {
    const [first = '', ...rest] = parts
    if (!id.startsWith(first)) return false
    let at = first.length
    for (const [index, part] of rest.entries()) {
      if (index === rest.length - 1) return id.length - part.length >= at && id.endsWith(part)
      const found = id.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return true
  }
}

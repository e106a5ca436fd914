import { bindingsOf, isService, profiles, type Profile, type Service } from '#bindings'
import {
  axisOf,
  caseId,
  casesOf,
  isPositive,
  isWhole,
  messageSteps,
  nameOf,
  seatOf,
  writtenOut,
  type CrashPoint,
  type DerivedCase,
} from '#derive'
import { defineFlow, everyStep, isMessage, type Flow, type Step } from '#flow'
import type { Configuration, SutConfiguration, Transport } from './configuration.ts'
import { whyNot } from './exclusion.ts'
import { matcher } from './selection.ts'
import { groupsOf } from './world/functional-entity.ts'

/** How a peer of the system under test is lost, or that system itself. */
export const disturbances = {
  dies: 'the peer falls silent and its ports are closed; it is back when all timers have run out',
  restarts: 'the peer is back at once at the same address, and knows of no dialog and no transaction',
  'cut-both-ways': 'nothing gets through between the peer and the system under test',
  'cut-towards-sut': 'nothing of the peer gets to the system under test',
  'cut-from-sut': 'nothing of the system under test gets to the peer',
  'sut-restarts': 'the system under test is back at once at the same address, as it was provisioned',
} as const
export type Disturbance = keyof typeof disturbances

export interface PlannedCrash extends CrashPoint {
  readonly disturbance: Disturbance
}

/** A case with all its axes: ready for identities. */
export interface PlannedCase {
  readonly id: string
  readonly derived: DerivedCase
  readonly service: Service
  readonly sut: SutConfiguration
  /** Others that are under test in the same case, in roles of their own. */
  readonly together: readonly SutConfiguration[]
  readonly alternative: 'publish' | 'register'
  /** Whether the alternative makes any difference to what the system under test sees. */
  readonly alternativeMatters: boolean
  readonly transport: Transport
  readonly tags: readonly string[]
  /** Of those that share their preamble: the same system under test seen in the same way. */
  readonly group: string
  /** Whether media is looked at, or only declined; absent where the flow has none. */
  readonly media?: 'judged' | 'declined'
  /** At which moment a peer is lost, and how; in a sweep alone. */
  readonly crash?: PlannedCrash
  /** Which time it is: of the case, and of the same user in it. */
  readonly attempt?: readonly number[]
  /** What its users are made of, where that is not the id. */
  readonly persons?: string
  /** Why it is not played, when it is not. */
  readonly excluded?: string
}

/** Everything the systems under test could be asked, in a fixed order: positives before negatives. */
export function planCases(flows: readonly Flow[], configuration: Configuration): readonly PlannedCase[] {
  const library = Object.fromEntries(flows.map((flow) => [flow.id, flow]))
  const whole = flows.map((flow) => writtenOut(flow, library))
  const profile = profileOf(configuration)
  const everyTransport = (flow: string): boolean => configuration.everyTransport.some((one) => matcher(one)(flow))
  const rolesOf = (sut: SutConfiguration): string => sut.roles.toSorted().join('+')
  const planned = configuration.suts.flatMap((sut) => {
    // Who is alone in its roles needs no name in ids, so that they are the same for every build of it.
    const alone = configuration.suts.every((other) => other === sut || rolesOf(other) !== rolesOf(sut))
    const named = alone ? [] : [sut.name.replaceAll(' ', '-')]
    return whole.flatMap((flow) =>
      groupsOf(actorsOf(flow), sut.roles).flatMap((roles) =>
        casesFor(flow, roles, sut, profile, named, everyTransport(flow.id)),
      ),
    )
  })
  const joined = configuration.together.flatMap((names) =>
    whole.flatMap((flow) => casesTogether(flow, names, configuration, profile)),
  )
  const rank = (one: PlannedCase): number => (one.tags.includes('positive') ? 0 : 1)
  return [...planned, ...joined]
    .map((one, index) => ({ one, index }))
    .sort((a, b) => rank(a.one) - rank(b.one) || a.index - b.index)
    .map(({ one }) => one)
}

/** Who can be under test. */
const actorsOf = ({ actors, misbehaving }: Flow): readonly string[] =>
  Object.keys(actors).filter((role) => !misbehaving.includes(role))

/** The profile that is selected, else the first there is. */
export function profileOf({ profile = 'rel-18' }: Pick<Configuration, 'profile'>): Profile {
  const found = profiles[profile]
  if (!found) throw new RangeError(`there is no profile ${profile}; profiles: ${Object.keys(profiles).join(', ')}`)
  return found
}

/** Cases in which several systems are under test at once: without gateway servers, by the first transport they share. */
function casesTogether(
  flow: Flow,
  names: readonly string[],
  { suts }: Configuration,
  profile: Profile,
): readonly PlannedCase[] {
  const [first, ...others] = names.flatMap((name) => suts.find((sut) => sut.name === name) ?? [])
  const transport = first?.transports.find((one) => others.every(({ transports }) => transports.includes(one)))
  if (!first || others.length === 0 || !transport) return []
  const roles = [...new Set([first, ...others].flatMap((sut) => sut.roles))]
  const all: SutConfiguration = { ...first, roles, variants: ['no-gateways'], transports: [transport] }
  return groupsOf(actorsOf(flow), roles)
    .filter((group) => group.length > 1)
    .flatMap((group) => casesFor(flow, group, all, profile, ['together'], true))
    .map((one) => ({ ...one, sut: first, together: others, ...(isGeneralRefusal(one) && { excluded: metElsewhere }) }))
}

/** Whether media is part of it. */
const isSpoken = ({ flow }: DerivedCase): boolean => everyStep(flow.steps).some(({ act }) => act.act === 'media')

/** A rule about a whole MC system cannot be otherwise for one case between two systems that are what they are. */
const isGeneralRefusal = ({ derived: { world } }: PlannedCase): boolean =>
  world.fails?.way === 'anyUser' || world.fails?.way === 'thatPartner'
const metElsewhere = 'both MC systems are under test, and know each other as permitted'

function casesFor(
  flow: Flow,
  roles: readonly string[],
  sut: SutConfiguration,
  profile: Profile,
  named: readonly string[],
  everyTransport: boolean,
): readonly PlannedCase[] {
  const services = Object.keys(flow.services).filter(isService)
  return services.flatMap((service, index) => {
    const observable = withoutImplied(flow, profile, service)
    const derived = [...casesOf(observable, roles, service)]
      .filter((one) => sut.variants.some((variant) => one.variant.split(',')[0] === variant))
      .map((one) => inWorldOf(sut, one))
    const matters = alternativeMatters(observable, roles, profile, service)
    const alternatives = matters ? sut.alternatives : sut.alternatives.slice(0, 1)
    const cells = alternatives.flatMap((alternative) =>
      sut.transports.flatMap((transport) =>
        derived.map((one): PlannedCase => {
          const place = [...axisOf(flow, service), one.variant, ...(matters ? [alternative] : []), transport, ...named]
          const excluded = whyNot(one, { sut, transport, alternative, profile, service })
          return {
            id: caseId(flow.id, roles, one.variation, place),
            derived: one,
            service,
            sut,
            together: [],
            alternative,
            alternativeMatters: matters,
            transport,
            tags: tagsOf(one),
            group: [sut.name, flow.id, service, roles.join('+'), one.variant, alternative, transport].join(' '),
            ...(isSpoken(one) && { media: isWhole(one.variation) ? ('judged' as const) : ('declined' as const) }),
            ...(excluded && { excluded }),
          }
        }),
      ),
    )
    if (index > 0) return inTurn(cells, index, (one) => nameOf(one.derived.variation))
    if (everyTransport) return cells
    return inTurn(cells, index, ({ derived: { variation, variant }, alternative }) =>
      JSON.stringify([nameOf(variation), variant, alternative]),
    )
  })
}

/**
 * What is as written is played in every place there is, all else in one of the places that are alike, a different one for
 * each. Alike to the first MC service are the transports, where the configuration does not ask for each of them; to the
 * others all places.
 */
function inTurn(
  cells: readonly PlannedCase[],
  offset: number,
  alike: (one: PlannedCase) => string,
): readonly PlannedCase[] {
  return [...Map.groupBy(cells, alike).values()].flatMap((places, index) => {
    if (places.some(({ derived }) => nameOf(derived.variation) === 'as-written')) return places
    const played = places.filter(({ excluded }) => excluded === undefined)
    const turn = (played.length > 0 ? played : places)[(index + offset) % Math.max(played.length, 1)]
    return turn ? [turn] : []
  })
}

/** Without the messages that have no octets of their own in this profile. */
function withoutImplied(flow: Flow, profile: Profile, service: Service): Flow {
  const implied = new Set(
    bindingsOf(profile, service, 'publish').flatMap((binding) =>
      binding.carrier === 'implied' ? [binding.message] : [],
    ),
  )
  const said = ({ act }: Step): boolean => !isMessage(act) || !implied.has(act.message.name)
  const without = (steps: readonly Step[]): readonly Step[] =>
    steps.filter(said).map((step) => {
      if (step.act.act !== 'either') return step
      const alternatives = Object.entries(step.act.alternatives).map(([name, inner]) => [name, without(inner)] as const)
      return { ...step, act: { ...step.act, alternatives: Object.fromEntries(alternatives) } }
    })
  return implied.size === 0 ? flow : defineFlow({ ...flow, steps: without(flow.steps) })
}

/** Whether the way of service authorization makes any difference to what these roles send or get. */
function alternativeMatters(flow: Flow, roles: readonly string[], profile: Profile, service: Service): boolean {
  const [publish, register] = (['publish', 'register'] as const).map((one) => bindingsOf(profile, service, one))
  return messageSteps(flow).some(({ act }) => {
    const seat = seatOf(act, roles)
    if (seat !== 'tester-sends' && seat !== 'sut-sends') return false
    const named = ({ message }: { readonly message: string }): boolean => message === act.message.name
    return publish?.find(named)?.summary !== register?.find(named)?.summary
  })
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
  isPositive(variation) ? 'positive' : 'negative',
  variation.kind,
  oracle,
]

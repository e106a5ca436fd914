import type { Flow, Source } from '#flow'
import { choicesOf, inVariant, inWorld, messageSteps, refusedAt, type Course } from './course.ts'
import { negatives, passesOn } from './negatives.ts'
import { elsewhere, positives } from './positives.ts'
import { seatOf } from './project.ts'
import { purposeOf } from './purpose.ts'
import { isPositive, nameOf, type Oracle, type Variation } from './variation.ts'

/** What a world must be like for a case. */
export interface WorldNeed {
  /** Conditions by key; one that is not named here holds. */
  readonly conditions: Readonly<Record<string, boolean>>
  /** The check that must turn out negative, and how. */
  readonly fails?: { readonly check: string; readonly way: string }
}

/** A case before anyone chose transport, binding and identities. */
export interface DerivedCase {
  /** `migration/service-authorization@primaryServer/5~omit:mcServiceId#no-gateways` */
  readonly id: string
  readonly title: string
  readonly purpose: string
  readonly source: Source
  /** The flow in this variant, the whole of it. */
  readonly flow: Flow
  /** Key of the MC service. */
  readonly service: string
  readonly variant: string
  readonly sut: readonly string[]
  readonly variation: Variation
  readonly oracle: Oracle
  /** The course that is played. */
  readonly course: Course
  readonly world: WorldNeed
  /** The requirement's step. */
  readonly step: string
}

/** The id of a case: flow, roles under test, variation, then the axes that say where it is played. */
export const caseId = (flow: string, sut: readonly string[], variation: Variation, axes: readonly string[]): string =>
  `${flow}@${sut.join('+')}/${nameOf(variation)}#${axes.join(',')}`

/** Every case of a flow for the roles under test, in every MC service, or one, and every variant in which these roles exist. */
export function* casesOf(flow: Flow, sut: readonly string[], only?: string): Generator<DerivedCase> {
  for (const [place, course] of placesOf(flow, sut)) {
    if (only !== undefined && place.service !== only) continue
    const { without = [], always = [], sometimes = [] } = flow.services[place.service] ?? {}
    for (const variation of positives(course, place.sut, [...without, ...always, ...sometimes]))
      yield deriveCase(course, place, variation)
    for (const variation of elsewhere(place.whole, place.sut, sometimes)) yield deriveCase(course, place, variation)
    for (const variation of negatives(course, place.sut)) yield deriveCase(course, place, variation)
  }
}

/** The flow as written, in the first place that fits; undefined where there is none. */
export function asWritten(
  flow: Flow,
  sut: readonly string[],
  fits: (place: Pick<DerivedCase, 'service' | 'variant'>) => boolean,
): DerivedCase | undefined {
  for (const [place, course] of placesOf(flow, sut))
    if (fits(place)) return deriveCase(course, place, { kind: 'as-written' })
  return undefined
}

function* placesOf(flow: Flow, sut: readonly string[]): Generator<readonly [Place, Flow]> {
  for (const [service, { without, sometimes = [] }] of Object.entries(flow.services)) {
    const never = Object.fromEntries([...without, ...sometimes].map((condition) => [condition, false]))
    for (const variant of Object.keys(flow.variants)) {
      for (const choice of choicesOf(inVariant(flow, variant))) {
        const own = sut.filter((role) => role in choice.flow.actors && !flow.misbehaving.includes(role))
        if (own.length === 0 || own.length < sut.length) continue
        const name = choice.name ? `${variant},${choice.name}` : variant
        yield [{ service, variant: name, sut: own, never, whole: choice.flow }, inWorld(choice.flow, never)]
      }
    }
  }
}

/** Where a case is played. */
interface Place {
  readonly service: string
  readonly variant: string
  readonly sut: readonly string[]
  /** The conditions that do not hold in this service, or not as written. */
  readonly never: Readonly<Record<string, boolean>>
  /** With the steps for which these would have to hold. */
  readonly whole: Flow
}

function deriveCase(asIs: Flow, { service, variant, sut, never, whole }: Place, variation: Variation): DerivedCase {
  const flow = variation.kind === 'where' ? inWorld(whole, worldOf(variation, never).conditions) : asIs
  const step = 'step' in variation ? variation.step : (messageSteps(flow)[0]?.step ?? '1')
  const world = worldOf(variation, never)
  const course =
    variation.kind === 'deny' ? refusedAt(flow, variation.step) : { flow: inWorld(flow, world.conditions), cut: [] }
  return {
    id: caseId(flow.id, sut, variation, [...axisOf(flow, service), variant]),
    title: `${flow.title}: ${nameOf(variation)}`,
    purpose: purposeOf(flow, sut, variation),
    source: flow.spec,
    flow,
    service,
    variant,
    sut,
    variation,
    oracle: oracleOf(flow, sut, variation),
    course,
    world,
    step,
  }
}

/** The MC service as part of an id: where there is but one it says nothing. */
export const axisOf = (flow: Flow, service: string): readonly string[] =>
  Object.keys(flow.services).length > 1 ? [service] : []

function worldOf(variation: Variation, never: Readonly<Record<string, boolean>>): WorldNeed {
  if (variation.kind === 'unless') return { conditions: { ...never, [variation.condition]: false } }
  if (variation.kind === 'where') return { conditions: { ...never, [variation.condition]: true } }
  if (variation.kind === 'deny') return { conditions: never, fails: { check: variation.check, way: variation.way } }
  return { conditions: never }
}

function oracleOf(flow: Flow, sut: readonly string[], variation: Variation): Oracle {
  if (isPositive(variation)) return 'course'
  switch (variation.kind) {
    case 'deny':
    case 'twice':
    case 'crossed':
      return 'course'
    case 'withhold':
    case 'omit':
    case 'foreign':
      return 'refusal'
    case 'before':
      return 'either'
    case 'malform': {
      const steps = messageSteps(flow)
      const step = steps.find((one) => one.step === variation.step)
      const mandatory = step?.act.message.ies[variation.ie]?.status === 'M'
      return mandatory || (step && passesOn(steps, sut, step)) ? 'refusal' : 'either'
    }
    case 'as-written':
    case 'without':
    case 'unless':
    case 'where':
      return 'course'
  }
}

/** Whether the roles under test speak first, so that somebody must set them going. */
export const sutStarts = (flow: Flow, sut: readonly string[]): boolean => {
  const first = messageSteps(flow)[0]
  return first !== undefined && seatOf(first.act, sut) === 'sut-sends'
}

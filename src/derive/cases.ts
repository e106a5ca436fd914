import type { Flow, Source } from '#flow'
import { choicesOf, inVariant, messageSteps, refusedAt, type Course } from './course.ts'
import { negatives, passesOn } from './negatives.ts'
import { positives } from './positives.ts'
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

/** Every case of a flow for the roles under test, in every variant in which these roles exist. */
export function* casesOf(flow: Flow, sut: readonly string[]): Generator<DerivedCase> {
  for (const variant of Object.keys(flow.variants)) {
    for (const choice of choicesOf(inVariant(flow, variant))) {
      const own = sut.filter((role) => role in choice.flow.actors)
      if (own.length === 0 || own.length < sut.length) continue
      const axis = choice.name ? `${variant},${choice.name}` : variant
      for (const variation of [...positives(choice.flow, own), ...negatives(choice.flow, own)])
        yield deriveCase(choice.flow, axis, own, variation)
    }
  }
}

function deriveCase(flow: Flow, variant: string, sut: readonly string[], variation: Variation): DerivedCase {
  const step = 'step' in variation ? variation.step : (messageSteps(flow)[0]?.step ?? '1')
  return {
    id: caseId(flow.id, sut, variation, [variant]),
    title: `${flow.title}: ${nameOf(variation)}`,
    purpose: purposeOf(flow, sut, variation),
    source: flow.spec,
    flow,
    variant,
    sut,
    variation,
    oracle: oracleOf(flow, sut, variation),
    course: variation.kind === 'deny' ? refusedAt(flow, variation.step) : { flow, cut: [] },
    world: worldOf(variation),
    step,
  }
}

function worldOf(variation: Variation): WorldNeed {
  if (variation.kind === 'unless') return { conditions: { [variation.condition]: false } }
  if (variation.kind === 'deny') return { conditions: {}, fails: { check: variation.check, way: variation.way } }
  return { conditions: {} }
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
      return 'course'
  }
}

/** Whether the roles under test speak first, so that somebody must set them going. */
export const sutStarts = (flow: Flow, sut: readonly string[]): boolean => {
  const first = messageSteps(flow)[0]
  return first !== undefined && seatOf(first.act, sut) === 'sut-sends'
}

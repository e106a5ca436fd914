import { kindOf, malformedWays, type Flow, type Otherwise } from '#flow'
import { conditionOf, messageSteps } from './course.ts'
import type { Variation } from './variation.ts'

/** The test purpose as one sentence, in the words of the flow. */
export function purposeOf(flow: Flow, sut: readonly string[], variation: Variation): string {
  const who = sut.map((role) => `the ${flow.actors[role]}`).join(' and ')
  const message = (step: string): string => {
    const found = messageSteps(flow).find((one) => one.step === step)
    return found ? `the ${found.act.message.name} of step ${step}` : `step ${step}`
  }
  const flaw = (step: string, ie: string, sort: 'malformed' | 'foreign', key: string): string => {
    const found = messageSteps(flow).find((one) => one.step === step)?.act.message.ies[ie]
    if (!found) return key
    return (sort === 'malformed' ? malformedWays(found) : kindOf(found.kind).foreign)[key] ?? key
  }
  switch (variation.kind) {
    case 'as-written':
      return `Ensure that ${who} plays its part in ${flow.spec.doc} ${flow.spec.clause} as written.`
    case 'without':
      return `Ensure that ${who} goes on as written when ${message(variation.step)} leaves out ${variation.ie}, which is optional.`
    case 'unless':
      return `Ensure that ${who} plays its part when it is not so that ${conditionOf(flow, variation.condition)?.that ?? variation.condition}.`
    case 'where':
      return `Ensure that ${who} plays its part where ${conditionOf(flow, variation.condition)?.that ?? variation.condition}.`
    case 'deny': {
      const check = flow.steps.find(({ step }) => step === variation.step)?.act
      const [at, way, then] =
        check?.act === 'check'
          ? [flow.actors[check.at], check.check.ways[variation.way], firstOf(check.otherwise)]
          : ['', variation.way, '']
      return `Ensure that ${who} takes the refusal path to step ${then} when at the ${at} ${way}.`
    }
    case 'omit':
      return `Ensure that ${who} grants nothing and passes nothing on when ${message(variation.step)} lacks ${variation.ie}, which is mandatory.`
    case 'malform':
      return `Ensure that ${who} does not take ${variation.ie} in ${message(variation.step)} for good when it is ${flaw(variation.step, variation.ie, 'malformed', variation.flaw)}.`
    case 'foreign':
      return `Ensure that ${who} grants nothing when ${variation.ie} in ${message(variation.step)} is ${flaw(variation.step, variation.ie, 'foreign', variation.flaw)}.`
    case 'twice':
      return `Ensure that ${who} acts once when ${message(variation.step)} arrives twice.`
    case 'withhold':
      return `Ensure that ${who} grants nothing while ${message(variation.step)} never arrives.`
    case 'before':
      return `Ensure that ${who} is not misled when ${message(variation.step)} arrives before ${message(variation.earlier)}.`
    case 'crossed':
      return `Ensure that ${who} keeps two users apart when ${message(variation.step)} of the second, refused user arrives first.`
  }
}

const firstOf = (otherwise: Otherwise): string =>
  'instead' in otherwise ? (otherwise.instead[0]?.step ?? '') : otherwise.step

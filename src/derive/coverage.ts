import { everyStep, nameOfTerm, type Flow, type Ie, type Step } from '#flow'
import type { DerivedCase } from './cases.ts'
import { conditionOf, messageSteps } from './course.ts'
import { isWhole } from './variation.ts'

/** One requirement of the flow; for each role the cases that judge it when that role is under test, or why none does. */
export interface CoverageRow {
  readonly flow: string
  readonly step: string
  readonly clause: string
  readonly requirement: string
  readonly roles: Readonly<Record<string, readonly string[] | string>>
}

/**
 * The coverage matrix of a flow over the given cases: every step and every element row, for every role. `observable`
 * says whether a case can see what its system under test holds.
 */
export function coverageOf<Case extends DerivedCase>(
  flow: Flow,
  cases: readonly Case[],
  observable: (one: Case) => boolean = () => true,
): readonly CoverageRow[] {
  const clause = (step: string): string => `${flow.spec.doc} ${flow.spec.clause} step ${step}`
  const row = (
    step: string,
    requirement: string,
    judge: (one: Case, role: string) => boolean,
    why: (role: string) => string,
  ): CoverageRow => ({
    flow: flow.id,
    step,
    clause: clause(step),
    requirement,
    roles: Object.fromEntries(
      Object.keys(flow.actors).map((role) => {
        const judging = cases.filter((one) => one.sut.includes(role) && judge(one, role)).map((one) => one.id)
        return [role, judging.length > 0 ? judging : flow.misbehaving.includes(role) ? misbehaves : why(role)]
      }),
    ),
  })
  const unplayed = Object.values(flow.unplayed).map(({ title, why }) => ({
    flow: flow.id,
    step: '-',
    clause: `${flow.spec.doc} ${flow.spec.clause}`,
    requirement: `the whole procedure in: ${title}`,
    roles: Object.fromEntries(Object.keys(flow.actors).map((role) => [role, why])),
  }))
  const sometimes = new Set(Object.values(flow.services).flatMap((service) => service.sometimes ?? []))
  const elsewhere = [...sometimes].flatMap((key) => {
    const condition = conditionOf(flow, key)
    const isSo = ({ variation }: Case): boolean => variation.kind === 'where' && variation.condition === key
    const whole = condition && row('-', `the whole procedure where ${condition.that}`, isSo, () => notSelected)
    return whole ? [{ ...whole, clause: `${flow.spec.doc} ${flow.spec.clause}` }] : []
  })
  const open = (flow.furtherStudy ?? []).map(({ step, that, option }) =>
    row(
      step,
      `for further study: ${that}`,
      () => false,
      () => `option: ${option}`,
    ),
  )
  const denies = (one: Case, checks: readonly (string | undefined)[]): boolean =>
    one.variation.kind === 'deny' && checks.includes(one.variation.check)
  const before = [
    ...flow.given.map(({ that, shownBy, taken }) => ({ that, shownBy, why: () => taken })),
    ...flow.preconditions.map(({ that, shownBy, flow: by, between }) => ({
      that,
      shownBy: [shownBy],
      why: (role: string) => (between.includes(role) ? `brought about by ${by}, whose own cases judge it` : noPart()),
    })),
  ].map(({ that, shownBy, why }) => ({
    ...row('-', `precondition: ${that}`, (one) => denies(one, shownBy), why),
    clause: `${flow.spec.doc} ${flow.spec.clause}`,
  }))
  const played = everyStep(flow.steps).flatMap((step): readonly CoverageRow[] => {
    const { act } = step
    switch (act.act) {
      case 'send':
      case 'forward': {
        const part = (role: string): string => (role === act.from || role === act.to ? notSelected : noPart())
        const arrow = `the ${flow.actors[act.from]} ${act.act === 'send' ? 'sends' : 'forwards'} the ${act.message.name}`
        const rows = [row(step.step, arrow, (one, role) => plays(one, step, role) || alters(one, step.step), part)]
        if (act.act === 'send')
          for (const [name, term] of Object.entries(act.carries)) {
            const ie = act.message.ies[name]
            rows.push(
              row(
                step.step,
                `${name} (${ie?.status ?? '?'}): ${ie?.describes ?? nameOfTerm(term)}`,
                (one, role) => holds(one, ie) && carries(one, act.message.name, name, role),
                part,
              ),
            )
          }
        return rows
      }
      case 'check':
        return [
          row(
            step.step,
            `the ${flow.actors[act.at]} checks that ${act.check.that}`,
            (one) => one.variation.kind === 'deny' && one.variation.step === step.step,
            (role) => (role === act.at ? 'not observable from here' : 'sees no consequence of this check'),
          ),
        ]
      case 'record':
        return [
          row(
            step.step,
            `the ${flow.actors[act.at]} records ${Object.keys(act.what).join(', ')}`,
            (one, role) => role === act.at && one.oracle !== 'either' && observable(one) && has(one, step),
            (role) =>
              role === act.at
                ? `not observable from here${act.state.observedBy ? `; observed by ${act.state.observedBy}` : ''}`
                : noPart(),
          ),
        ]
      case 'media':
        return [
          row(
            step.step,
            `speech of ${nameOfTerm(act.talker)} goes along ${act.path.map((role) => `the ${flow.actors[role]}`).join(', ')}`,
            (one, role) => has(one, step) && judgesMedia(one, act, role),
            (role) =>
              act.path.at(0) === role || act.path.at(-1) === role ? 'an end of the media: not observable' : noPart(),
          ),
          row(
            step.step,
            `the floor at the ${flow.actors[act.floorAt]} is as it was: who has it, who waits for it, and what kind of call it is`,
            (one, role) => role === act.floorAt && has(one, step) && judgesMedia(one, act, role),
            (role) => (role === act.floorAt ? notSelected : 'decides nothing of the floor'),
          ),
        ]
      case 'perform':
        return [row(step.step, `performs ${act.flow}`, () => false, noPart)]
      case 'anyOrder':
      case 'either':
        return []
    }
  })
  return [...before, ...played, ...elsewhere, ...open, ...unplayed]
}

const misbehaves = 'misbehaves here, so that it is never under test'
/** Media is looked at where a role passes it on, or did so before, in the whole flow. */
const judgesMedia = ({ variation }: DerivedCase, { path, insteadOf }: MediaAct, role: string): boolean =>
  isWhole(variation) && [path, insteadOf].some((one) => one.slice(1, -1).includes(role))
type MediaAct = Extract<Step['act'], { act: 'media' }>

const noPart = (): string => 'takes no part'
const notSelected = 'no case of this run judges it'

/** Whether a conditional element is there in the world of the case. */
const holds = ({ world }: DerivedCase, ie: Ie | undefined): boolean =>
  ie?.when === undefined || (world.conditions[ie.when.key] ?? true)

/** Whether the flow of the case has that step. */
const has = ({ flow }: DerivedCase, { step }: Step): boolean => everyStep(flow.steps).some((one) => one.step === step)

const plays = (one: DerivedCase, step: Step, role: string): boolean =>
  one.oracle === 'course' &&
  messageSteps(one.course.flow).some((other) => other.step === step.step && other.act.from === role)

const alters = (one: DerivedCase, step: string): boolean =>
  one.variation.kind !== 'deny' && 'step' in one.variation && one.variation.step === step

function carries(one: DerivedCase, message: string, ie: string, role: string): boolean {
  if ('ie' in one.variation) {
    const altered = one.variation
    const step = messageSteps(one.flow).find((other) => other.step === altered.step)
    return altered.ie === ie && step?.act.message.name === message
  }
  return (
    isWhole(one.variation) &&
    messageSteps(one.course.flow).some((step) => step.act.from === role && step.act.message.name === message)
  )
}

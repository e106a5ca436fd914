import { nameOfTerm, type Flow, type Step } from '#flow'
import type { DerivedCase } from './cases.ts'
import { nameOf, type Variation } from './variation.ts'

/** One arrow or note of a ladder diagram. For anything but a message `from` equals `to`. */
export interface Rung {
  readonly step: string
  readonly kind: 'message' | 'check' | 'record' | 'outcome'
  readonly from: string
  readonly to: string
  readonly label: string
  readonly altered?: string
}

/** What stands for a step number where the specification says in the end only what holds for a role. */
export const outcomeStep = (role: string): string => `then:${role}`

/** The flow as rungs, in the order of the text. */
export const rungsOf = (flow: Flow): readonly Rung[] => [
  ...flow.steps.flatMap(rungs),
  ...flow.outcome.map(({ at, state }): Rung => ({
    step: outcomeStep(at),
    kind: 'outcome',
    from: at,
    to: at,
    label: state.that,
  })),
]

function rungs({ step, act }: Step): readonly Rung[] {
  switch (act.act) {
    case 'send':
    case 'forward':
      return [{ step, kind: 'message', from: act.from, to: act.to, label: act.message.name }]
    case 'check':
      return [{ step, kind: 'check', from: act.at, to: act.at, label: act.check.that }]
    case 'record':
      return [{ step, kind: 'record', from: act.at, to: act.at, label: act.state.that }]
    case 'media':
      return [
        { step, kind: 'record', from: act.floorAt, to: act.floorAt, label: `speech of ${nameOfTerm(act.talker)}` },
      ]
    case 'perform':
      return [{ step, kind: 'check', from: act.at, to: act.at, label: act.flow }]
    case 'anyOrder':
      return act.steps.flatMap(rungs)
    case 'either':
      return Object.values(act.alternatives).flatMap((steps) => steps.flatMap(rungs))
  }
}

/** The ladder of a case: the course it takes, with the step it alters said in words. */
export const ladderOf = ({ course, variation }: DerivedCase): readonly Rung[] =>
  rungsOf(course.flow).map((rung) => {
    const altered = 'step' in variation && rung.step === variation.step ? alteration(variation) : undefined
    return altered ? { ...rung, altered } : rung
  })

function alteration(variation: Variation): string {
  switch (variation.kind) {
    case 'omit':
    case 'without':
      return `without ${variation.ie}`
    case 'malform':
    case 'foreign':
      return `${variation.ie} ${variation.flaw}`
    case 'deny':
      return `not so: ${variation.way}`
    case 'twice':
      return 'twice'
    case 'withhold':
      return 'never sent'
    case 'before':
      return `before step ${variation.earlier}`
    case 'crossed':
      return 'second user first'
    case 'as-written':
    case 'unless':
    case 'where':
      return nameOf(variation)
  }
}

/** The sequence diagram in Mermaid. */
export const mermaid = (flow: Flow): string =>
  [
    'sequenceDiagram',
    ...Object.entries(flow.actors).map(([key, title]) => `  participant ${key} as ${title}`),
    ...rungsOf(flow).map(({ step, kind, from, to, label }) =>
      kind === 'message'
        ? `  ${from}->>${to}: ${step}. ${label}`
        : `  Note over ${from}: ${kind === 'outcome' ? 'then' : `${step}.`} ${label}`,
    ),
    '',
  ].join('\n')

import { nameOfTerm, type Carried, type Flow, type Step } from '#flow'
import { conditionOf } from './course.ts'

/** The flow in plain English, numbered as in the specification. Printed, never parsed. */
export const sentences = (flow: Flow): string =>
  [
    `${flow.title} (${flow.spec.doc} ${flow.spec.clause}, figure ${flow.spec.figure})`,
    '',
    'Given:',
    ...flow.given.map(({ that }) => `- ${that}.`),
    ...flow.misbehaving.map((role) => `- the ${flow.actors[role]} misbehaves, so that it is never under test.`),
    ...flow.preconditions.map(({ that, flow: by }) => `- ${that} (${by}).`),
    '',
    ...flow.steps.flatMap((step) => sentence(flow, step)),
    ...(flow.outcome.length > 0 ? ['', 'Then:'] : []),
    ...flow.outcome.map(
      ({ at, state, ended }) =>
        `- for the ${flow.actors[at]}, ${ended ? 'it is no longer so that ' : ''}${state.that}.`,
    ),
    ...(flow.furtherStudy ? ['', 'For further study, never a failure by itself:'] : []),
    ...(flow.furtherStudy ?? []).map(({ step, that, option }) => `- step ${step}: ${that}: ${option}.`),
    ...(Object.keys(flow.services).length > 1 ? ['', 'MC services:'] : []),
    ...(Object.keys(flow.services).length > 1
      ? Object.entries(flow.services).map(([name, { title }]) => `- ${name}: ${title}.`)
      : []),
    ...sometimesIn(flow),
    ...(Object.keys(flow.unplayed).length > 0 ? ['', 'Not played:'] : []),
    ...Object.entries(flow.unplayed).map(([name, { title, why }]) => `- ${name}: ${title}, since ${why}.`),
    ...(Object.keys(flow.variants).length > 0 ? ['', 'Variants:'] : []),
    ...Object.entries(flow.variants).map(([name, { title, without }]) =>
      without.length > 0
        ? `- ${name}: ${title}; without ${without.map((role) => `the ${flow.actors[role]}`).join(' and ')}.`
        : `- ${name}: ${title}.`,
    ),
    '',
  ].join('\n')

/** What does not hold as written, and in a variation. */
function sometimesIn(flow: Flow): readonly string[] {
  const keys = new Set(Object.values(flow.services).flatMap(({ sometimes = [] }) => sometimes))
  const named = [...keys].filter((key) => conditionOf(flow, key) !== undefined)
  return named.length === 0
    ? []
    : ['', 'Played too where:', ...named.map((key) => `- ${conditionOf(flow, key)?.that}.`)]
}

function sentence(flow: Flow, { step, act, within, when, byUser, dueBy }: Step): readonly string[] {
  const the = (role: string): string => `the ${flow.actors[role]}`
  const bounds = within
    ? `${within.atLeast ? `, not before ${within.atLeast.means}` : ''}${within.atMost ? `, within ${within.atMost.means}` : ''}`
    : ''
  const limit = `${byUser ? ', as its user wishes' : ''}${when ? `, if ${when.that}` : ''}${dueBy === undefined ? '' : `, at any time until step ${dueBy} has happened`}${bounds}`
  switch (act.act) {
    case 'send':
      return [
        `${step}. ${capital(the(act.from))} sends ${article(act.message.name)} to ${the(act.to)}${limit}${elements(act.message.ies, act.carries)}.`,
      ]
    case 'forward': {
      const by = act.routedBy ? `, identified from the ${nameOfTerm(act.routedBy)}` : ''
      const hides = act.hides?.length ? `, hiding ${act.hides.map(the).join(' and ')}` : ''
      return [
        `${step}. ${capital(the(act.from))} forwards the ${act.message.name} to ${the(act.to)}${by}${hides}${limit}.`,
      ]
    }
    case 'check':
      return [
        ...('instead' in act.otherwise
          ? [
              `${step}. ${capital(the(act.at))} checks that ${act.check.that}; otherwise, in place of all that follows:`,
              ...act.otherwise.instead.flatMap((inner) => sentence(flow, inner)).map((line) => `  ${line}`),
            ]
          : [
              `${step}. ${capital(the(act.at))} checks that ${act.check.that}; otherwise step ${act.otherwise.step} with ${list(act.otherwise.set)}${ending(act.otherwise)}.`,
            ]),
      ]
    case 'record': {
      const seen = act.state.observedBy ? ` (observed by ${act.state.observedBy})` : ''
      return [`${step}. ${capital(the(act.at))} records that ${act.state.that}${limit}, with ${list(act.what)}${seen}.`]
    }
    case 'media': {
      const along = (path: readonly string[]): string => path.map(the).join(', ')
      const former = act.insteadOf.length > 0 ? `, and no longer along ${along(act.insteadOf)}` : ''
      return [`${step}. Speech of ${nameOfTerm(act.talker)} goes along ${along(act.path)}${former}.`]
    }
    case 'perform':
      return [`${step}. ${capital(the(act.at))} performs ${act.flow}${limit}.`]
    case 'anyOrder':
      return ['In any order:', ...act.steps.flatMap((inner) => sentence(flow, inner)).map((line) => `  ${line}`)]
    case 'either':
      return Object.entries(act.alternatives).flatMap(([name, steps], index) => [
        `${index === 0 ? 'Either' : 'or'} ${name}:`,
        ...steps.flatMap((inner) => sentence(flow, inner)).map((line) => `  ${line}`),
      ])
  }
}

const elements = (
  ies: Readonly<Record<string, { readonly status: string; readonly when?: { readonly that: string } }>>,
  carries: Carried,
): string => {
  const carried = Object.entries(carries).map(([name, term]) => {
    const value = 'literal' in term ? ` ${term.literal}` : nameOfTerm(term) === name ? '' : ` ${nameOfTerm(term)}`
    const ie = ies[name]
    const status = ie?.status === 'O' ? ' (optional)' : ie?.when ? ` (if ${ie.when.that})` : ''
    return `${name}${value}${status}`
  })
  return carried.length === 0 ? '' : `, with ${carried.join(', ')}`
}

const list = (carried: Carried): string =>
  Object.entries(carried)
    .map(([name, term]) => ('literal' in term ? `${name} ${term.literal}` : name))
    .join(', ')

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const article = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`

/** Where a refused course ends that does not go on to the end of the flow. */
const ending = ({ step, last }: { readonly step: string; readonly last?: string }): string =>
  last === undefined ? '' : last === step ? ', and there it ends' : `, and it ends with step ${last}`

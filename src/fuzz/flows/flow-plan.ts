import { nameOf } from '#derive'
import type { Edit, FlowOperation, FuzzCase } from '../case.ts'
import { byNovelty } from '../novelty.ts'
import { isGeneric } from '../kinds/index.ts'
import { placesOf } from '../places.ts'
import { editsAt } from '../grid.ts'
import { shuffled } from '../random.ts'
import type { Baseline } from './flow-judge.ts'
import { ending } from './disturbance.ts'
import { abandon, flowOperators } from './flow-operators.ts'
import { together, type FlowScenario, type FlowStage } from './flow-stage.ts'

export const flowCase = (
  scenario: string,
  edits: readonly Edit[] = [],
  ops: readonly FlowOperation[] = [],
): FuzzCase => ({
  v: 1,
  scenario,
  baseline: 'plain',
  edits,
  ops,
})

/** What is derived of the flows themselves: order, omissions, foreign values; the least alike first. */
export const plannedDerived = ({ derived }: FlowStage, random: () => number): readonly FuzzCase[] =>
  byNovelty(shuffled(derived, random), [
    ({ derived: { flow, sut, variation } }) => [flow.id, sut.join('+'), nameOf(variation)].join(' '),
    ({ derived: { variation } }) => variation.kind,
  ]).map(({ id }) => flowCase(id))

interface Place {
  readonly scenario: FlowScenario
  readonly baseline: Baseline
}

const stepsOf = (written: readonly FlowScenario[]): readonly Place[] =>
  written.flatMap((scenario) => [...scenario.steps.values()].map((baseline) => ({ scenario, baseline })))

/** Which messages are of one kind, whichever flow they are in. */
const sortOf = ({ scenario, baseline: { role, shape, read } }: Place): string => {
  const { startLine } = shape.message
  const said = startLine.kind === 'request' ? startLine.method : startLine.kind === 'response' ? startLine.status : ''
  return [scenario.planned.derived.sut.join('+'), role, said, read.name ?? '', shape.inside].join(' ')
}

/** Every operation at every message that the tester sends: each once at each sort of message first. */
export function plannedOperations({ written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const all = stepsOf(written).flatMap((place) =>
    flowOperators
      .filter(({ suits }) => suits(place.baseline.shape))
      .flatMap(({ name, parameters }) => parameters.map((p) => ({ place, name, p }))),
  )
  return byNovelty(
    shuffled(
      all.filter(({ name }) => name !== abandon),
      random,
    ),
    [
      ({ place, name, p }) => [sortOf(place), name, p].join(' '),
      ({ name, p, place }) => [name, p, place.scenario.planned.derived.flow.id].join(' '),
      ({ name, p }) => `${name} ${p}`,
    ],
  ).map(({ place, name, p }) => flowCase(place.scenario.id, [], [{ op: name, at: place.baseline.shape.step, p }]))
}

/** What is derived, and behind the message that is not as it should be one that is. */
export function plannedRepairs({ derived, written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const names = new Map(written.map((one) => [one.id, one]))
  const all = derived.flatMap(({ id, derived: { flow, variation } }) => {
    if (!('ie' in variation)) return []
    const baseline = names.get(id.replace(/\/[^/#]*#/, '/as-written#'))?.steps.get(variation.step)
    return flowOperators
      .filter(({ name, suits }) => name === 'as it should be behind' && baseline && suits(baseline.shape))
      .flatMap(({ name, parameters }) =>
        parameters.map((p) => ({
          sort: `${flow.id} ${variation.ie} ${variation.kind}`,
          ie: variation.ie,
          one: flowCase(id, [], [{ op: name, at: variation.step, p }]),
        })),
      )
  })
  return byNovelty(shuffled(all, random), [({ sort }) => sort, ({ ie }) => ie]).map(({ one }) => one)
}

/** One of each sort of message after which nobody says anything: it takes as long as everything else together, and waits beside it. */
export function plannedAbandoned({ written }: FlowStage): readonly FuzzCase[] {
  const first = new Map<string, Place>()
  for (const place of stepsOf(written)) if (place.baseline.shape.step !== ending) first.set(sortOf(place), place)
  const used = new Set<string>()
  return [...first.values()].flatMap(({ scenario, baseline }) => {
    // Each has one user who has the time.
    if (used.has(scenario.id)) return []
    used.add(scenario.id)
    return [flowCase(scenario.id, [], [{ op: abandon, at: baseline.shape.step, p: 'for ever' }])]
  })
}

/** Every flow by several users at the same time. */
export const plannedTogether = ({ written }: FlowStage): readonly FuzzCase[] =>
  written.map(({ id }) => flowCase(id, [], [{ op: together, at: 'flow', p: 4 }]))

/** What is put into a message that passes a gateway server, and must not be seen behind it. */
const namesSender = ({ place, edit }: { readonly place: Place; readonly edit: Edit }): boolean =>
  place.scenario.planned.derived.sut.some((role) => role.endsWith('Gateway')) && /sender/.test(`${edit.kind} ${edit.p}`)

/** Every edit of every sort of message, in the first flow that has it. */
export function plannedEdits({ written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const first = new Map<string, Place>()
  for (const place of stepsOf(written)) if (!first.has(sortOf(place))) first.set(sortOf(place), place)
  const all = [...first.values()].flatMap((place) => {
    const { octets, shape } = place.baseline
    const places = new Map(placesOf(octets).map((one) => [one.path, one]))
    return editsAt(shape.step, Buffer.from(octets), [...places.values()]).map((edit) => ({
      place,
      edit,
      type: places.get(edit.path)?.type ?? '',
    }))
  })
  const [typed, generic] = [
    all.filter((one) => !isGeneric(one.edit.kind) && !namesSender(one)),
    all.filter(({ edit }) => isGeneric(edit.kind)),
  ]
  const order = [
    // What a gateway server is for is asked first.
    ...shuffled(all.filter(namesSender), random),
    ...byNovelty(shuffled(typed, random), [
      ({ edit }) => `${edit.path} ${edit.kind} ${edit.p}`,
      ({ edit, type }) => `${type} ${edit.kind}`,
    ]),
    // There are so many of them that chance is as good an order as any.
    ...shuffled(generic, random),
  ]
  return order.map(({ place, edit }) => flowCase(place.scenario.id, [edit]))
}

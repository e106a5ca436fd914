import { nameOf } from '#derive'
import type { EditsPlanned } from '../coverage.ts'
import type { FuzzCase } from '../case.ts'
import { byNovelty } from '../novelty.ts'
import { isGeneric } from '../kinds/index.ts'
import { placesOf } from '../places.ts'
import { draws, inTurns, type Draw } from '../draws.ts'
import { changesAt, editOf, type Change } from '../grid.ts'
import { shuffled } from '../random.ts'
import type { Baseline } from './flow-expectation.ts'
import { asWrittenOf, flowCase } from './flow-case.ts'
import type { FlowOperator } from './flow-operator.ts'
import { flowOperators } from './flow-operators.ts'
import { together } from './flow-copies.ts'
import type { FlowStage } from './flow-stage.ts'
import type { FlowScenario } from './written-flows.ts'

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

interface Operation {
  readonly place: Place
  readonly name: string
  readonly p: string
}

/** Those operations at every message that the tester sends, where they make sense. */
const operationsOf = (
  written: readonly FlowScenario[],
  isMeant: (one: FlowOperator) => boolean,
): readonly Operation[] =>
  stepsOf(written).flatMap((place) =>
    flowOperators
      .filter((one) => isMeant(one) && one.suits(place.baseline.shape))
      .flatMap(({ name, parameters }) => parameters.map((p) => ({ place, name, p }))),
  )

const operated = ({ place: { scenario, baseline }, name, p }: Operation): FuzzCase =>
  flowCase(scenario.id, [], [{ op: name, at: baseline.shape.step, p }])

/** Every operation: each once at each sort of message first. */
export function plannedOperations({ written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const all = operationsOf(written, ({ takesLong, ofTwo }) => takesLong === undefined && ofTwo !== true)
  return byNovelty(shuffled(all, random), [
    ({ place, name, p }) => [sortOf(place), name, p].join(' '),
    ({ name, p, place }) => [name, p, place.scenario.planned.derived.flow.id].join(' '),
    ({ name, p }) => `${name} ${p}`,
  ]).map(operated)
}

/** So often more is played what shows by chance alone. */
const chances = 8

/** Each operation that shows something by chance alone: over and over again, beside others each time. */
export function plannedRaces({ written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const all = operationsOf(written, ({ isRace }) => isRace === true).map(operated)
  return Array.from({ length: chances }, () => shuffled(all, random)).flat()
}

/** What is derived, and behind the message that is not as it should be one that is. */
export function plannedRepairs({ derived, written }: FlowStage, random: () => number): readonly FuzzCase[] {
  const names = new Map(written.map((one) => [one.id, one]))
  const all = derived.flatMap(({ id, derived: { flow, variation } }) => {
    if (!('ie' in variation)) return []
    const baseline = names.get(asWrittenOf(id))?.steps.get(variation.step)
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

/** Each operation after which it takes as long as everything else together until something shows, at one of each sort of message: it waits beside that. */
export const plannedLong = ({ written }: FlowStage): readonly FuzzCase[] =>
  flowOperators
    .filter((one) => one.takesLong !== undefined)
    .flatMap((operator) => inFlowsOfTheirOwn(operator, stepsOf(written)))

/** Each of these is the only one in its flow, as one user for each operation has the time. */
function inFlowsOfTheirOwn(
  { name, parameters, suits, takesLong = [] }: FlowOperator,
  places: readonly Place[],
): readonly FuzzCase[] {
  const isOf = ({ planned }: FlowScenario): boolean =>
    takesLong.length === 0 || takesLong.some((role) => planned.derived.sut.includes(role))
  const suiting = places.filter(({ scenario, baseline }) => isOf(scenario) && suits(baseline.shape))
  const sorts = Map.groupBy(suiting, (place) => (takesLong.length === 0 ? sortOf(place) : place.scenario.id))
  const used = new Set<FlowScenario>()
  return [...sorts.values()]
    .toSorted((one, other) => one.length - other.length)
    .flatMap((sort, index) => {
      const place = sort.findLast(({ scenario }) => !used.has(scenario))
      if (place === undefined) return []
      used.add(place.scenario)
      const p = parameters[index % parameters.length] ?? ''
      return [flowCase(place.scenario.id, [], [{ op: name, at: place.baseline.shape.step, p }])]
    })
}

/** Every flow by several users at the same time, and what is done to two of them. */
export const plannedTogether = ({ written }: FlowStage): readonly FuzzCase[] =>
  written.flatMap(({ id, steps }) => [
    flowCase(id, [], [{ op: together, at: 'flow', p: 4 }]),
    ...flowOperators
      .filter(({ ofTwo }) => ofTwo === true)
      .flatMap(({ name, parameters: [p = ''], suits }) =>
        [...steps.values()]
          .filter(({ shape }) => suits(shape))
          .map(({ shape: { step } }) =>
            flowCase(
              id,
              [],
              [
                { op: name, at: step, p },
                { op: together, at: 'flow', p: 2 },
              ],
            ),
          ),
      ),
  ])

interface ChangeAt extends Change {
  readonly at: Place
  /** It is that of another flow, played there for what that flow has seen before. */
  readonly again: boolean
}

/** What is put into a message that passes a gateway server, and must not be seen behind it. */
const namesSender = ({ at, kind }: ChangeAt, p: string | number | undefined): boolean =>
  at.scenario.planned.derived.sut.some((role) => role.endsWith('Gateway')) && /sender/.test(`${kind.name} ${p}`)

/** Edits of flows: there are far more than are ever played, and so each is made when its turn comes. */
export interface PlannedEdits {
  /** How many there are, by field and kind. */
  readonly cells: readonly EditsPlanned[]
  /** In the order in which they are played. */
  readonly cases: Iterable<FuzzCase>
}

/** Every edit of every sort of message, in the first flow that has it; those of identities in each flow, as it depends on what went before who is taken for whom. */
export function plannedEdits({ written }: FlowStage, random: () => number): PlannedEdits {
  const [first, inFlow] = [new Set<string>(), new Set<string>()]
  const all = stepsOf(written).flatMap((at): readonly ChangeAt[] => {
    const [sort, ofFlow] = [sortOf(at), `${sortOf(at)} ${at.scenario.planned.derived.flow.id}`]
    if (inFlow.has(ofFlow)) return []
    inFlow.add(ofFlow)
    const again = first.has(sort)
    first.add(sort)
    const { octets } = at.baseline
    const places = placesOf(octets).filter(({ type }) => !again || type === 'uri-text')
    return changesAt(Buffer.from(octets), places)
      .filter(({ kind }) => !again || !isGeneric(kind.name))
      .map((change) => ({ ...change, at, again }))
  })
  return {
    cells: all.map(({ at, place, kind, parameters }) => ({
      scenario: at.scenario.id,
      path: place.path,
      kind: kind.name,
      edits: parameters.length,
    })),
    cases: inOrder(all, random),
  }
}

function* inOrder(all: readonly ChangeAt[], random: () => number): Generator<FuzzCase, void, undefined> {
  // What a gateway server is for is asked first.
  const asked = all.flatMap((one) => one.parameters.filter((p) => namesSender(one, p)).map((p) => ({ one, p })))
  for (const each of shuffled(asked, random)) yield caseOf(each)
  const [typed, generic] = [
    all.filter(({ kind }) => !isGeneric(kind.name)),
    all.filter(({ kind }) => isGeneric(kind.name)),
  ]
  const byType = Map.groupBy(typed, ({ place, kind, again }) => `${place.type} ${kind.name} ${again}`)
  const lists = [...byType.values()].map((list) => draws(list, random))
  for (const each of inTurns(lists, ({ one: { at, place, kind, again }, p }) =>
    [place.path, kind.name, p, again && at.scenario.id].join(' '),
  ))
    if (!namesSender(each.one, each.p)) yield caseOf(each)
  // There are so many of them that chance is as good an order as any.
  for (const each of draws(generic, random)) if (!namesSender(each.one, each.p)) yield caseOf(each)
}

const caseOf = ({ one, p }: Draw<ChangeAt>): FuzzCase =>
  flowCase(one.at.scenario.id, [editOf(one.at.baseline.shape.step, one, p)])

import { asWritten, recast, sutStarts, writtenOut, type DerivedCase } from '#derive'
import { everyStep, type Flow, type Precondition, type State } from '#flow'
import type { IeValues } from '#play'
import type { PlannedCase } from './case-plan.ts'
import { flows } from './flows.ts'

/** A state that holds at a role once a flow has been played. */
export interface Left {
  readonly at: string
  readonly state: State
}

/** A flow that is played for the same users before the one under test, so that its precondition holds. */
export interface Preparation {
  readonly that: string
  readonly planned: PlannedCase
  /** What it leaves the roles under test with. */
  readonly leaves: readonly Left[]
  /** Names that values have in the case and may not have in this flow. */
  readonly takes: readonly string[]
  /** The values of the case under the names that this flow has for them. */
  valuesOf(values: IeValues): IeValues
}

/** What makes the preconditions of a case hold at the roles under test; what the tester plays alone is as it should be. */
export const preparationsOf = (planned: PlannedCase): readonly Preparation[] =>
  planned.derived.flow.preconditions
    .filter(({ shownBy }) => shownBy === undefined || planned.derived.world.fails?.check !== shownBy)
    .flatMap((precondition) => {
      const derived = caseOf(planned, precondition)
      if (!derived) return []
      const { that, values: names } = precondition
      return [
        {
          that,
          planned: { ...planned, derived },
          leaves: leavesOf(precondition, derived.sut),
          takes: Object.values(names),
          valuesOf: (values: IeValues): IeValues => ({
            ...values,
            ...Object.fromEntries(
              Object.entries(names).flatMap(([theirs, ours]) =>
                values[ours] === undefined ? [] : [[theirs, values[ours]]],
              ),
            ),
          }),
        },
      ]
    })

function flowOf(id: string): Flow {
  const flow = flows.find((one) => one.id === id)
  if (!flow) throw new RangeError(`a precondition rests on ${id}, which is no flow of the harness`)
  return flow
}

function leavesOf({ flow: id, as }: Precondition, sut: readonly string[]): readonly Left[] {
  const flow = flowOf(id)
  const recorded = everyStep(flow.steps).flatMap(({ act }) => (act.act === 'record' ? [act] : []))
  return [...recorded, ...flow.outcome.filter(({ ended }) => ended !== true)]
    .map(({ at, state }) => ({ at: as[at] ?? at, state }))
    .filter(({ at }) => sut.includes(at))
}

/** The flow as written, in the same place; undefined where no role under test takes part in it. */
function caseOf({ derived, sut, service }: PlannedCase, { flow: id, as }: Precondition): DerivedCase | undefined {
  const flow = flowOf(id)
  const own = recastFor(flow, as)
  const roles = derived.sut.filter((role) => role in own.actors)
  const place = derived.variant.split(',')[0] ?? ''
  const alone = Object.keys(own.variants).length === 1
  const found = asWritten(own, roles, ({ variant }) => alone || variant === place)
  // Nobody can make a client register that is not set going from outside: it is taken to be registered.
  const canBeStimulated = sut.control.http !== undefined || sut.control.stimulate !== undefined
  if (!found || (sutStarts(found.flow, found.sut) && !canBeStimulated)) return undefined
  return { ...found, service, variant: place, world: { conditions: derived.world.conditions } }
}

const library = Object.fromEntries(flows.map((flow) => [flow.id, flow]))
const known = new Map<string, Flow>()
function recastFor(flow: Flow, as: Readonly<Record<string, string>>): Flow {
  const key = `${flow.id} ${JSON.stringify(as)}`
  const made = known.get(key) ?? recast(writtenOut(flow, library), as)
  known.set(key, made)
  return made
}

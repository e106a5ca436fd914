import type { Edit, FuzzCase } from './case.ts'
import { kinds } from './kinds/index.ts'
import type { Kind } from './kind.ts'
import type { Place } from './place.ts'
import type { Scenario } from './scenario.ts'

/** A case without any change. */
export const validCase = ({ id }: Scenario): FuzzCase => ({ v: 1, scenario: id, baseline: 'plain', edits: [], ops: [] })

const fits = ({ on }: Kind, { type }: Place): boolean => on === undefined || on.length === 0 || on.includes(type)

/** Every single edit of a scenario: each place, each kind that fits it, each parameter of the kind. */
export function singleEdits(scenario: Scenario, octets: Buffer, places: readonly Place[]): readonly Edit[] {
  return places.flatMap((place) =>
    kinds
      .filter((kind) => fits(kind, place))
      .flatMap((kind) => {
        const text = octets.toString('latin1', place.span.start, place.span.end)
        const edit = { at: scenario.step, path: place.path, kind: kind.name, layer: kind.layer }
        const parameters = kind.parameters(text, place)
        return parameters.length === 0 ? [edit] : parameters.map((p): Edit => ({ ...edit, p }))
      }),
  )
}

import type { FuzzCase } from './case.ts'
import type { Coverage } from './coverage.ts'
import { validCase } from './grid.ts'
import { torture, tortureNames } from './kinds/torture.ts'
import type { Player } from './player.ts'
import { comesFirst, type Scenario } from './scenario.ts'

/** Every torture message to every functional entity under test. */
export function planTorture(scenarios: readonly Scenario[], player: Player, coverage: Coverage): readonly FuzzCase[] {
  const first = new Map(scenarios.filter(comesFirst).map((one) => [one.role, one]))
  return [...first.values()].flatMap((scenario) => {
    const place = player.places(scenario).find(({ type }) => type === 'message')
    if (place === undefined) return []
    coverage.plan(scenario, place, torture.name, tortureNames.length)
    return tortureNames.map((p) => ({
      ...validCase(scenario),
      edits: [{ at: scenario.step, path: place.path, kind: torture.name, p, layer: torture.layer }],
    }))
  })
}

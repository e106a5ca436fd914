import type { Edit, FuzzCase } from './case.ts'
import { coveringArray } from './covering-array.ts'
import { validCase } from './grid.ts'
import type { Player } from './player.ts'
import { areaOf } from './signature.ts'
import { shuffled } from './random.ts'
import type { Scenario } from './scenario.ts'

/** Edits of each scenario whose legality is looked at, places at which it is varied, and ways of each. */
const [looked, mostPlaces, mostWays] = [600, 24, 3]
/** Legal variations around each change that is illegal. */
const around = 16

/** A message in ways of writing it that are all legal. */
interface Variations {
  readonly scenario: Scenario
  /** Of one place each. */
  readonly ways: readonly (readonly Edit[])[]
}

/** By the octets that would leave: each of these edits alone leaves the message as legal as it was. */
function variationsOf(
  scenario: Scenario,
  single: readonly FuzzCase[],
  player: Pick<Player, 'due'>,
  random: () => number,
): Variations {
  const ways = new Map<string, Edit[]>()
  for (const one of shuffled(single, random).slice(0, looked)) {
    const [edit] = one.edits
    // What lies within another place cannot be changed beside it.
    const area = areaOf(edit?.path ?? 'Message')
    const known = ways.get(area) ?? []
    if (edit === undefined || area === 'Message' || known.length === mostWays) continue
    if (player.due(one).class === 'accept') ways.set(area, [...known, edit])
  }
  return { scenario, ways: [...ways.values()].slice(0, mostPlaces) }
}

/** What combines legal variations. */
export interface LegalPhase {
  /** Each way beside each other way, and beside none, at least once. */
  readonly covering: readonly FuzzCase[]
  /** Each of the changes once more, alone among many legal variations: who refuses at the first field that is wrong hides what lies behind it. */
  amongLegal(changes: readonly FuzzCase[]): Iterable<FuzzCase>
}

export function planLegal(
  scenarios: readonly Scenario[],
  single: readonly FuzzCase[],
  player: Pick<Player, 'due'>,
  random: () => number,
): LegalPhase {
  const all = scenarios
    .filter(({ within, challenged }) => within === undefined && challenged !== true)
    .map((scenario) => {
      const its = single.filter(({ scenario: id, ops }) => id === scenario.id && ops.length === 0)
      return variationsOf(scenario, its, player, random)
    })
  const byId = new Map(all.map((one) => [one.scenario.id, one.ways]))
  return {
    covering: all.flatMap(({ scenario, ways }) =>
      coveringArray(
        ways.map((each) => each.length + 1),
        random,
      ).map((row) => ({
        ...validCase(scenario),
        edits: row.flatMap((value, index) => ways[index]?.[value - 1] ?? []),
      })),
    ),
    *amongLegal(changes) {
      for (const one of changes) {
        const ways = byId.get(one.scenario) ?? []
        const [own] = one.edits
        if (own === undefined || ways.length === 0) continue
        const legal = shuffled(ways, random)
          .map((each) => each[Math.floor(random() * each.length)])
          .filter((each) => each !== undefined && areaOf(each.path) !== areaOf(own.path))
          .slice(0, around)
        yield { ...one, edits: [own, ...legal.filter((each) => each !== undefined)] }
      }
    },
  }
}

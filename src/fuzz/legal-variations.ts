import type { Edit, FuzzCase } from './case.ts'
import { coveringArray } from './covering-array.ts'
import { validCase } from './grid.ts'
import { isGeneric } from './kinds/index.ts'
import { byNovelty } from './novelty.ts'
import type { Player } from './player.ts'
import { areaOf } from './signature.ts'
import { shuffled } from './random.ts'
import { comesFirst, type Scenario } from './scenario.ts'

/** Places at which a message is varied. */
const mostPlaces = 24
/** How header fields are written, and what stands in them: edits that are looked at, and ways of one place up to which they are taken. */
const sorts = [
  { isOf: (kind: string) => kind === 'line', looked: 100, ways: 3 },
  { isOf: (kind: string) => kind !== 'line' && !isGeneric(kind), looked: 200, ways: 5 },
]
/** Legal variations around each change that is illegal. */
const around = 16

/** A message in ways of writing it that are all legal: those of one place each. */
type Ways = readonly (readonly Edit[])[]

/** By the octets that would leave: each of these edits alone leaves the message as legal as it was. */
function variationsOf(single: readonly FuzzCase[], player: Pick<Player, 'due'>, random: () => number): Ways {
  const ways = new Map<string, Edit[]>()
  const mixed = shuffled(single, random)
  for (const { isOf, looked, ways: most } of sorts) {
    // Every way of writing comes once before one of them comes at another place.
    const its = mixed.filter(({ edits: [edit] }) => edit !== undefined && isOf(edit.kind))
    const various = byNovelty(its, [({ edits: [edit] }) => `${edit?.kind} ${edit?.p}`])
    for (const one of various.slice(0, looked)) {
      const [edit] = one.edits
      // What lies within another place cannot be changed beside it.
      const area = areaOf(edit?.path ?? 'Message')
      const known = ways.get(area) ?? []
      if (edit === undefined || area === 'Message' || known.length >= most) continue
      if (player.due(one).class === 'accept') ways.set(area, [...known, edit])
    }
  }
  return [...ways.values()].slice(0, mostPlaces)
}

/** What is legal by itself may not be beside another one: as many of the edits as are legal together. */
function legalPart(one: FuzzCase, player: Pick<Player, 'due'>): FuzzCase {
  const isLegal = (edits: readonly Edit[]): boolean => player.due({ ...one, edits }).class === 'accept'
  if (isLegal(one.edits)) return one
  const kept = one.edits.reduce<readonly Edit[]>((all, edit) => (isLegal([...all, edit]) ? [...all, edit] : all), [])
  return { ...one, edits: kept }
}

/** What combines legal variations. */
export interface LegalPhase {
  /** Each way beside each other way, and beside none, at least once. */
  covering(): Iterable<FuzzCase>
  /** Each of the changes once more, alone among many legal variations: who refuses at the first field that is wrong hides what lies behind it. */
  amongLegal(changes: readonly FuzzCase[]): Iterable<FuzzCase>
}

export function planLegal(
  scenarios: readonly Scenario[],
  single: readonly FuzzCase[],
  player: Pick<Player, 'due'>,
  random: () => number,
): LegalPhase {
  const varied = scenarios.filter(comesFirst)
  const known = new Map<string, Ways>()
  // One after the other, when its turn comes: somebody else may want the time in between.
  function waysOf(id: string): Ways {
    const found = known.get(id)
    if (found !== undefined) return found
    const its = single.filter((one) => one.scenario === id && one.ops.length === 0)
    const ways = varied.some((one) => one.id === id) ? variationsOf(its, player, random) : []
    known.set(id, ways)
    return ways
  }
  return {
    *covering() {
      for (const scenario of varied) {
        const ways = waysOf(scenario.id)
        for (const row of coveringArray(
          ways.map((each) => each.length + 1),
          random,
        )) {
          const edits = row.flatMap((value, index) => ways[index]?.[value - 1] ?? [])
          yield legalPart({ ...validCase(scenario), edits }, player)
        }
      }
    },
    *amongLegal(changes) {
      for (const one of changes) {
        const ways = waysOf(one.scenario)
        const [own] = one.edits
        if (own === undefined || ways.length === 0) continue
        const legal = shuffled(ways, random)
          .flatMap((each) => each[Math.floor(random() * each.length)] ?? [])
          .filter(({ path }) => areaOf(path) !== areaOf(own.path))
          .slice(0, around)
        yield { ...one, edits: [own, ...legal] }
      }
    },
  }
}

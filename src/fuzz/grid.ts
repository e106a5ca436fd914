import { hash } from 'node:crypto'
import { largestDatagram } from '#transport'
import type { Edit, FuzzCase } from './case.ts'
import { anyCorrelation } from './correlation.ts'
import type { Coverage } from './coverage.ts'
import { isAnywhere, isGeneric, isMeaning, kinds } from './kinds/index.ts'
import type { Kind } from './kind.ts'
import { jointOperations, singleOperations } from './operators/index.ts'
import { byNovelty } from './novelty.ts'
import type { Place } from './place.ts'
import type { Player } from './player.ts'
import { shuffled } from './random.ts'
import { inRounds } from './rounds.ts'
import type { Scenario } from './scenario.ts'

/** A case without any change. */
export const validCase = ({ id }: Scenario): FuzzCase => ({ v: 1, scenario: id, baseline: 'plain', edits: [], ops: [] })

const fits = ({ on }: Kind, { type }: Place): boolean => on === undefined || on.length === 0 || on.includes(type)

/** One kind of change of one place of a message, with all its parameters: of none there is one edit without. */
export interface Change {
  readonly place: Place
  readonly kind: Kind
  readonly parameters: readonly (string | number | undefined)[]
}

/** Every change of a message: each place, each kind that fits it. */
export function changesAt(octets: Buffer, places: readonly Place[]): readonly Change[] {
  return places.flatMap((place) => {
    const text = octets.toString('latin1', place.span.start, place.span.end)
    return kinds
      .filter((kind) => fits(kind, place))
      .map((kind) => {
        const parameters = kind.parameters(text, place)
        return { place, kind, parameters: parameters.length === 0 ? withoutAny : parameters }
      })
  })
}

const withoutAny: readonly undefined[] = [undefined]

export const editOf = (at: string, { place, kind }: Change, p: string | number | undefined): Edit => ({
  at,
  path: place.path,
  kind: kind.name,
  layer: kind.layer,
  ...(p !== undefined && { p }),
})

/** Every single edit of a message: each change, each parameter. */
export const editsAt = (at: string, octets: Buffer, places: readonly Place[]): readonly Edit[] =>
  changesAt(octets, places).flatMap((change) => change.parameters.map((p) => editOf(at, change, p)))

/**
 * Every single operation, as they are few; then every single edit, the scenarios mixed, in an order that the seed decides: six that change what is said and two that change how, for one that does not know what stands at its place. What leaves as
 * the same octets is played once.
 */
export function planGrid(
  scenarios: readonly Scenario[],
  player: Player,
  coverage: Coverage,
  random: () => number,
): readonly FuzzCase[] {
  const meaning: FuzzCase[] = []
  const spelling: FuzzCase[] = []
  const generic: FuzzCase[] = []
  const piles = [meaning, spelling, generic]
  const operated: FuzzCase[] = []
  for (const scenario of scenarios) {
    const places = player.places(scenario)
    const octets = Buffer.from(player.assemble(validCase(scenario), 0, anyCorrelation).octets)
    const placeAt = new Map(places.map((place) => [place.path, place]))
    for (const operation of singleOperations(scenario)) {
      coverage.planOperation(scenario, operation)
      operated.push({ ...validCase(scenario), ops: [operation] })
    }
    operated.push(...jointOperations(scenario).map((ops) => ({ ...validCase(scenario), ops })))
    // Of those that leave the same octets, the one that knows most of what it changes.
    const known = new Map<string, Planned>()
    for (const edit of editsAt(scenario.step, octets, places)) {
      const one: FuzzCase = { ...validCase(scenario), edits: [edit] }
      const made = player.assemble(one, 0, anyCorrelation).octets
      const place = placeAt.get(edit.path)
      // What is longer cannot leave.
      if (place === undefined || made.length > largestDatagram) continue
      const digest = hash('sha1', made, 'base64')
      const pile = isGeneric(edit.kind) ? generic : isMeaning(edit.kind, edit.p, place) ? meaning : spelling
      const other = known.get(digest)
      if (other === undefined || piles.indexOf(pile) < piles.indexOf(other.pile))
        known.set(digest, { one, place, pile })
    }
    for (const { one, place, pile } of known.values()) {
      coverage.plan(scenario, place, one.edits[0]?.kind ?? '', 1)
      pile.push(one)
    }
  }
  // They are few, and what they find is found by nothing else.
  const ordered = (cases: readonly FuzzCase[]): readonly FuzzCase[] =>
    byNovelty(shuffled(cases, random), [sortOf, ({ edits: [edit] }) => edit?.kind ?? ''])
  return [
    ...shuffled(operated, random),
    ...inRounds([
      { cases: ordered(meaning), each: 6 },
      { cases: ordered(spelling), each: 2 },
      { cases: ordered(generic), each: 1 },
    ]),
  ]
}

interface Planned {
  readonly one: FuzzCase
  readonly place: Place
  readonly pile: FuzzCase[]
}

/** What is done once before anything is done twice: what makes sense at few places each of its ways, what does anywhere at each place. */
function sortOf({ edits: [edit] }: FuzzCase): string {
  const { kind = '', path = '', p = '' } = edit ?? {}
  return isAnywhere(kind) ? `${kind} at ${path}` : `${kind} ${p}`
}

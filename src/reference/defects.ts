import { communicationContinuityDefects } from './communication-continuity-defects.ts'
import { crashPointDefects } from './crash-point-defects.ts'
import { decoys } from './decoys.ts'
import type { DecoyName } from './decoys.ts'
import { departureDefects } from './departure-defects.ts'
import { disclosureDefects } from './disclosure-defects.ts'
import { fuzzDefects } from './fuzz-defects.ts'
import type { FuzzDefectName } from './fuzz-defects.ts'
import { growthDefects } from './growth-defects.ts'
import type { GrowthDefectName } from './growth-defects.ts'
import { groupCommunicationDefects } from './group-communication-defects.ts'
import { migrationDuringCommunicationDefects } from './migration-during-communication-defects.ts'
import { migrationServiceAuthorizationDefects } from './migration-service-authorization-defects.ts'
import { privateCallDefects } from './private-call-defects.ts'
import { sessionDefects } from './session-defects.ts'
import { returnDefects } from './return-defects.ts'

/** A functional entity of TR 23.781 6.x.1, TS 23.280 10.16.y and TR 23.778 6.X.2. */
export type Role = (typeof roles)[number]

/** The same, and the entity that speaks no SIP. */
export type EntityRole = Role | 'configurationServer'

export const migrationRoles = ['client', 'partnerServer', 'partnerGateway', 'primaryGateway', 'primaryServer'] as const

/** Those of migration and redirection alone. */
export type MigrationRole = (typeof migrationRoles)[number]

export const roles = [
  ...migrationRoles,
  'participatingServer',
  'iopsParticipatingServer',
  'iopsControllingServer',
] as const

/** A wrong behaviour that the reference system shows on demand. */
export interface Defect {
  readonly name: ConformanceDefectName
  readonly role: EntityRole
  /** What is wrong, as a sentence about the role. */
  readonly title: string
  /** The requirement it breaks. */
  readonly clause: string
}

/** Those that the derived cases of a flow show. */
type ConformanceDefectName = keyof typeof catalogue

/** What is switched on by name; a decoy is no defect, and switched on likewise. */
export type DefectName = ConformanceDefectName | FuzzDefectName | GrowthDefectName | DecoyName

/** Rows of the catalogue, by the name of the defect. */
export type DefectRows = Readonly<Record<string, readonly [role: EntityRole, clause: string, title: string]>>

const catalogue = {
  ...migrationServiceAuthorizationDefects,
  ...privateCallDefects,
  ...sessionDefects,
  ...departureDefects,
  ...returnDefects,
  ...disclosureDefects,
  ...migrationDuringCommunicationDefects,
  ...groupCommunicationDefects,
  ...communicationContinuityDefects,
  ...crashPointDefects,
}

export const defects: readonly Defect[] = Object.entries(catalogue).map(([name, [role, clause, title]]) => ({
  name: name as ConformanceDefectName,
  role,
  title,
  clause,
}))

const named: ReadonlyMap<string, DefectName> = new Map<string, DefectName>([
  ...defects.map(({ name }) => [name, name] as const),
  ...[...fuzzDefects, ...growthDefects, ...decoys].flatMap(({ id, name }) => [
    [id, name] as const,
    [name, name] as const,
  ]),
])

/** The catalogued names among `names`, which may be ids; throws an `Error` of one line, which lists the nearest names, at the first that is none. */
export function readDefectNames(names: readonly string[]): readonly DefectName[] {
  return names.map((name) => {
    const found = named.get(name)
    if (found !== undefined) return found
    throw new Error(`no defect is named '${name.slice(0, 80)}'; the nearest are ${nearest(name).join(', ')}`)
  })
}

function nearest(name: string): readonly string[] {
  const wanted = wordsOf(name)
  return [...new Set(named.values())]
    .map((each) => ({ name: each, distance: distanceOf(wanted, wordsOf(each)) }))
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map((each) => each.name)
}

const wordsOf = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .slice(0, 80)
    .split(/[^a-z]+/)

/** Sum over the words of both sides of the edit distance to the closest word of the other. */
function distanceOf(a: readonly string[], b: readonly string[]): number {
  return toClosest(a, b) + toClosest(b, a)
}

const toClosest = (from: readonly string[], to: readonly string[]): number =>
  from.reduce((sum, word) => sum + Math.min(...to.map((other) => edits(word, other))), 0)

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

import type { RunRecord, SweptPoint } from './run-record.ts'

/** A step of a flow at a role, and what became of it under each disturbance. */
export interface SweepRow {
  readonly flow: string
  readonly role: string
  readonly step: string
  /** Roles that were lost. */
  readonly peers: readonly string[]
  /** By disturbance; of several places and peers the worst, `-` where none was asked for. */
  readonly outcomes: Readonly<Record<string, SweptPoint['outcome'] | '-'>>
}

export interface SweepTable {
  /** In the order in which they were first met with. */
  readonly disturbances: readonly string[]
  readonly rows: readonly SweepRow[]
  /** Steps after which nothing can be lost that is seen from here, each with its reason. */
  readonly unseen: readonly SweptPoint[]
  readonly counts: Readonly<Record<SweptPoint['outcome'], number>>
  /** Those who survived when they were played once more, and not before. */
  readonly unsteady: readonly SweptPoint[]
}

const badness = ['-', 'survived', 'not-swept', 'left-behind', 'fell'] as const

/** The table of survivors, of a sweep's record. */
export function sweepTable({ crashPoints }: Pick<RunRecord, 'crashPoints'>): SweepTable {
  const unseen = crashPoints.filter(isUnseen)
  const points = crashPoints.filter((point) => !isUnseen(point))
  const disturbances = order.filter((name) => points.some(({ disturbance }) => disturbance === name))
  const groups = Map.groupBy(points, ({ flow, role, step }) => `${flow} ${role} ${step}`)
  const rows = [...groups.values()].map((those): SweepRow => {
    const { flow, role, step } = those[0] as SweptPoint
    const worst = (name: string) =>
      those
        .filter(({ disturbance }) => disturbance === name)
        .reduce<(typeof badness)[number]>(
          (so, { outcome }) => (badness.indexOf(outcome) > badness.indexOf(so) ? outcome : so),
          '-',
        )
    return {
      flow,
      role,
      step,
      peers: [...new Set(those.map(({ peer }) => peer).filter((peer) => peer !== '-'))],
      outcomes: Object.fromEntries(disturbances.map((name) => [name, worst(name)])),
    }
  })
  const count = (outcome: SweptPoint['outcome']): number => points.filter((point) => point.outcome === outcome).length
  return {
    disturbances,
    rows: rows.toSorted((a, b) => `${a.flow} ${a.role}`.localeCompare(`${b.flow} ${b.role}`)),
    unseen,
    unsteady: points.filter(({ outcome, why }) => outcome === 'survived' && why.length > 0),
    counts: {
      survived: count('survived'),
      fell: count('fell'),
      'left-behind': count('left-behind'),
      'not-swept': count('not-swept'),
    },
  }
}

/** A step inside the system under test or among roles of the tester. */
const isUnseen = ({ peer, disturbance }: SweptPoint): boolean => peer === '-' && disturbance !== 'sut-restarts'

const order = ['dies', 'restarts', 'cut-both-ways', 'cut-towards-sut', 'cut-from-sut', 'sut-restarts']

/** The table as lines of text. */
export function* sweepLines(table: SweepTable): Generator<string> {
  const { disturbances, rows, unseen, unsteady, counts } = table
  const width = Math.max(4, ...rows.map(({ flow, role, step }) => `${flow}@${role} ${step}`.length))
  yield ['step'.padEnd(width), ...disturbances].join('  ')
  for (const { flow, role, step, outcomes } of rows) {
    const cells = disturbances.map((name) => (outcomes[name] ?? '-').padEnd(name.length))
    yield [`${flow}@${role} ${step}`.padEnd(width), ...cells].join('  ').trimEnd()
  }
  if (unseen.length > 0)
    yield `${unseen.length} further steps are not seen from here: inside the system under test, or among roles of the tester`
  if (unsteady.length > 0) yield `${unsteady.length} survived when they were played once more, and not the first time`
  yield `${counts.survived} survived, ${counts.fell} fell, ${counts['left-behind']} left something behind, ${counts['not-swept']} not swept`
}

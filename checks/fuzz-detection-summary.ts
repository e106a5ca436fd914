/** What came of one defect, as it is written down. */
export interface Row {
  readonly id: string
  /** Those that were on at the same time. */
  readonly others: readonly string[]
  readonly class: keyof typeof goals
  readonly defect: string
  /** Edits and operations of the ground truth. */
  readonly truth: number
  /** Of the whole campaign. */
  readonly executions: number
  readonly seconds: number
  readonly found?: {
    readonly title: string
    readonly executions: number
    readonly seconds: number
    readonly size: number
    /** What making it small took. */
    readonly shrinking: { readonly executions: number; readonly seconds: number }
    /** How often it showed on a system started afresh. */
    readonly reproduced: { readonly times: number; readonly of: number }
  }
  /** Processes that wanted to run, on average of the last minute. */
  readonly load?: number
  /** What was found and is not the defect, and why. */
  readonly elsewhere: readonly string[]
}

interface Measure {
  readonly name: string
  readonly value: string
  readonly goal: string
  readonly isKept: boolean
}

/** Seconds in which a defect has to be found, by class: one edit; two; three events; a race. */
export const budgets = { B1: 60, B2: 300, B3: 600, B4: 1800 } as const

/** Pairs have the time of two changes. */
export const budgetOf = ({ others, class: budget }: Pick<Row, 'others' | 'class'>): number =>
  others.length > 0 ? budgets.B2 : budgets[budget]

/** What shows over a whole campaign alone is not played again. */
const isSeenAgain = ({ found }: Row): boolean => found?.reproduced.of === 0 || (found?.reproduced.times ?? 0) > 0

/** What was found after its time does not count, nor what never showed again. */
const isInTime = (row: Row): boolean =>
  row.found !== undefined && row.found.seconds <= budgetOf(row) && isSeenAgain(row)

/** Share of the defects of a class that has to be found. */
const goals = { B1: 0.95, B2: 0.9, B3: 0.85, B4: 0.7 } as const
const words = { B1: 'one edit', B2: 'two', B3: 'flows', B4: 'races' } as const

const percent = (share: number): string => `${Math.round(1000 * share) / 10} %`

/** The least of the values that so great a share of them does not pass. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** A race shows when it does. */
const isSure = (row: Row): boolean => row.class !== 'B4'

function measures(rows: readonly Row[]): readonly Measure[] {
  const detection = (name: string, some: readonly Row[], goal: number): readonly Measure[] => {
    if (some.length === 0) return []
    const found = some.filter(isInTime)
    const executions = quantile(
      found.map((row) => row.found?.executions ?? 0),
      0.5,
    )
    const share = found.length / some.length
    const value = `${found.length} of ${some.length} (${percent(share)}), median ${executions} executions`
    return [{ name, value, goal: `≥ ${percent(goal)}`, isKept: share >= goal }]
  }
  const alone = rows.filter(({ others }) => others.length === 0)
  const found = rows.flatMap((row) => (row.found === undefined ? [] : [{ ...row, found: row.found }]))
  const excess = found.map(({ truth, found: { size } }) => size - truth)
  const most = (name: string, values: readonly number[], share: number, goal: number): Measure => {
    const value = quantile(values, share)
    return { name, value: String(Math.round(10 * value) / 10), goal: `≤ ${goal}`, isKept: value <= goal }
  }
  const again = found.filter((row) => isSure(row) && row.found.reproduced.of > 0)
  const sure = again.filter(({ found: { reproduced } }) => reproduced.times === reproduced.of)
  return [
    ...Object.entries(goals).flatMap(([name, goal]) =>
      detection(
        `found, ${words[name as keyof typeof words]} (${name})`,
        alone.filter((row) => row.class === name),
        goal,
      ),
    ),
    ...detection(
      'found, of pairs active together',
      rows.filter(({ others }) => others.length > 0),
      goals.B2,
    ),
    ...(found.length === 0
      ? []
      : [
          most('changes of the smallest case beyond the truth, median', excess, 0.5, 0),
          most('changes of the smallest case beyond the truth, p95', excess, 0.95, 1),
          most(
            'executions to make it small, median',
            found.map((row) => row.found.shrinking.executions),
            0.5,
            150,
          ),
          most(
            'seconds to make it small, median',
            found.map((row) => row.found.shrinking.seconds),
            0.5,
            10,
          ),
        ]),
    ...(again.length === 0
      ? []
      : [
          {
            name: 'reproduced 3 of 3 on a system started afresh, but for races',
            value: `${sure.length} of ${again.length} (${percent(sure.length / again.length)})`,
            goal: '≥ 99 %',
            isKept: sure.length / again.length >= 0.99,
          },
        ]),
  ]
}

export const fails = (rows: readonly Row[]): boolean => measures(rows).some(({ isKept }) => !isKept)

export const summary = (rows: readonly Row[]): readonly string[] =>
  measures(rows).map(
    ({ name, value, goal, isKept }) => `${isKept ? 'kept  ' : 'MISSED'} ${name}: ${value} (goal ${goal})`,
  )

/** The table, as a page. */
export function markdown(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|')
  const line = (row: Row): string => {
    const { id, others, class: budget, defect, truth, found, executions, seconds, load = '' } = row
    const name = `${id}${others.map((other) => ` beside ${other}`).join('')}`
    const outcome = isInTime(row) ? 'found' : isSeenAgain(row) ? 'too late' : 'never again'
    const cells =
      found === undefined
        ? ['not found', String(executions), seconds.toFixed(1), '', '', '', '', '']
        : [
            outcome,
            String(found.executions),
            found.seconds.toFixed(1),
            `${found.size} / ${truth}`,
            String(found.shrinking.executions),
            found.shrinking.seconds.toFixed(1),
            `${found.reproduced.times}/${found.reproduced.of}`,
            cell(found.title),
          ]
    return `| ${[name, budget, defect, load, ...cells].join(' | ')} |`
  }
  return [
    '# Detection of the fuzzer',
    '',
    'What came last of `npm run fuzz:detection`, row by row: one campaign for each defect of the reference system, seed 1, on two shared',
    'processors. What was found brings no complaint about the system without the defect, of pairs not that one. Size: edits and operations of',
    'the smallest case, and those of the ground truth (`fixtures/fuzz-defects`). Load: how many processes wanted to run on those two',
    'processors, where that was written down; what is found in a minute on two that are free is found later on two that are not.',
    '',
    '| Measure | Value | Goal | Kept |',
    '| --- | --- | --- | --- |',
    ...measures(rows).map(
      ({ name, value, goal, isKept }) => `| ${name} | ${value} | ${goal} | ${isKept ? 'yes' : 'no'} |`,
    ),
    '',
    '| Defect | Class | Name | Load | Outcome | Executions | Seconds | Size | Shrinking: executions | Seconds | Again | Smallest case |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(line),
    '',
  ].join('\n')
}

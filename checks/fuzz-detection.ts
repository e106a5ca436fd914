import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fuzzTriggers, maskingPairs, type FuzzTrigger } from '../fixtures/fuzz-defects/index.ts'
import { campaignAgainst, type Campaign } from './fuzz-detection-campaign.ts'
import { budgetOf, fails, markdown, summary, type Row } from './fuzz-detection-summary.ts'

// `npm run fuzz:detection [defect...]`: one campaign against the reference system with each defect for robustness tests. It ends
// once the defect is found, which it is when the case brings no complaint about the system without it, or with the budget of the
// class; then the case is made small and played again. `--maskings` plays the pairs that may hide each other, `--no-maskings`
// leaves them out; `--budget=<s>` is the most for all classes; `--rows=<file>` adds what came of each to a file, of which
// `--summary=<file>` makes the summary; `--document=<file>` writes the table.

const given = process.argv.slice(2)
const option = (name: string): string | undefined =>
  given.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
const file = option('rows')
const most = Number(option('budget') ?? Infinity)
const wanted = given.filter((one) => !one.startsWith('--'))
const isWanted = ({ id, defect }: FuzzTrigger): boolean =>
  wanted.length === 0 || wanted.includes(id) || wanted.includes(defect)

const rows: Row[] = []

/** Several at once are a pair. */
async function detect(triggers: readonly FuzzTrigger[]): Promise<void> {
  const [first] = triggers as [FuzzTrigger]
  const seconds = budgetOf({ others: triggers.slice(1).map(({ id }) => id), class: first.class })
  const campaign = await campaignAgainst(triggers, Math.min(seconds, most))
  for (const [index, trigger] of triggers.entries()) {
    const others = triggers.filter((one) => one !== trigger).map(({ id }) => id)
    const row = rowOf(trigger, others, campaign, index)
    rows.push(row)
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`)
    for (const line of linesOf(row)) console.log(line)
  }
}

function rowOf(trigger: FuzzTrigger, others: readonly string[], campaign: Campaign, index: number): Row {
  const { id, class: budget, defect, edits, operators } = trigger
  const { executions, seconds, elsewhere } = campaign
  const truth = edits.length + operators.length
  const load = Math.round(loadavg()[0] ?? 0)
  const row = { id, others, class: budget, defect, truth, executions, seconds, elsewhere, load }
  const found = campaign.found[index]
  if (found === undefined) return row
  const { finding, title, size, shrinking, reproduced } = found
  return {
    ...row,
    found: {
      title: `${title}: ${finding.complaint.what}`,
      executions: finding.executions,
      seconds: finding.after / 1000,
      size,
      shrinking: { executions: shrinking.executions, seconds: shrinking.milliseconds / 1000 },
      reproduced,
    },
  }
}

function linesOf({
  id,
  others,
  class: budget,
  defect,
  found,
  executions,
  seconds,
  truth,
  elsewhere,
}: Row): readonly string[] {
  const named = `${id}${others.map((other) => ` beside ${other}`).join('')}`
  const head = `${named.padEnd(5)} ${budget} ${defect.padEnd(36)}`
  if (found === undefined)
    return [
      `${head} not found in ${executions} executions, ${seconds.toFixed(1)} s`,
      ...elsewhere.slice(0, 4).map((other) => `      not it: ${other.slice(0, 300)}`),
    ]
  const { shrinking, reproduced } = found
  const shrunk = `shrunk in ${shrinking.executions} executions, ${shrinking.seconds.toFixed(1)} s`
  return [
    `${head} found after ${found.executions} executions, ${found.seconds.toFixed(1)} s`,
    `      ${found.title.slice(0, 240)}`,
    `      size ${found.size} of ${truth}, ${shrunk}, again ${reproduced.times}/${reproduced.of}`,
  ]
}

/** What other processes have written down: of what was played again, the last. */
const readRows = (from: string): readonly Row[] => [
  ...new Map(
    readFileSync(from, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
      .map((row) => [[row.id, ...row.others].join(' '), row] as const),
  ).values(),
]

const written = option('summary')
if (written !== undefined) {
  const order = fuzzTriggers.map(({ id }) => id)
  const place = ({ id, others }: Row): number => order.indexOf(id) + (others.length > 0 ? order.length : 0)
  rows.push(...readRows(written).toSorted((one, other) => place(one) - place(other)))
} else {
  if (!given.includes('--maskings')) for (const trigger of fuzzTriggers.filter(isWanted)) await detect([trigger])
  if (wanted.length === 0 ? !given.includes('--no-maskings') : given.includes('--maskings'))
    for (const { defects } of maskingPairs) {
      const both = defects.flatMap((name) => fuzzTriggers.filter(({ defect }) => defect === name))
      if (wanted.length === 0 || both.some(isWanted)) await detect(both)
    }
}

for (const line of summary(rows)) console.log(line)
const document = option('document')
if (document !== undefined) writeFileSync(document, markdown(rows))
process.exitCode = fails(rows) ? 1 : 0

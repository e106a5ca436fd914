import { writeFileSync } from 'node:fs'
import { fuzzTriggers, maskingPairs, type FuzzTrigger } from '../fixtures/fuzz-defects/index.ts'
import { campaignAgainst, said } from './fuzz-detection-campaign.ts'
import { fails, markdown, summary, type Row } from './fuzz-detection-summary.ts'

// `npm run fuzz:detection [defect...]`: one campaign against the reference system with each defect for robustness tests. It ends
// once the defect is found, which it is when the case brings no complaint about the system without it, or with the budget of the
// class; then the case is made small and played again. `--maskings` plays the pairs that may hide each other, `--no-maskings`
// leaves them out; `--budget=<s>` is a budget for all classes; `--document=<file>` writes the table.

/** Seconds, by class: one edit; two; three events; a race. */
const budgets = { B1: 60, B2: 300, B3: 600, B4: 1800 } as const

const given = process.argv.slice(2)
const option = (name: string): string | undefined =>
  given.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3)
const most = Number(option('budget') ?? Infinity)
const wanted = given.filter((one) => !one.startsWith('--'))
const isWanted = ({ id, defect }: FuzzTrigger): boolean =>
  wanted.length === 0 || wanted.includes(id) || wanted.includes(defect)

const rows: Row[] = []

/** Several at once are a pair. */
async function detect(triggers: readonly FuzzTrigger[]): Promise<void> {
  const seconds = triggers.length > 1 ? budgets.B2 : budgets[(triggers[0] as FuzzTrigger).class]
  const campaign = await campaignAgainst(triggers, Math.min(seconds, most))
  for (const [index, trigger] of triggers.entries()) {
    const found = campaign.found[index]
    const others = triggers.filter((one) => one !== trigger).map(({ id }) => id)
    const row: Row = { trigger, others, found, executions: campaign.executions, seconds: campaign.seconds }
    rows.push(row)
    const about =
      found === undefined
        ? `not found in ${row.executions} executions, ${row.seconds.toFixed(1)} s`
        : `found after ${found.finding.executions} executions, ${(found.finding.after / 1000).toFixed(1)} s`
    const named = `${trigger.id}${others.map((id) => ` beside ${id}`).join('')}`
    console.log(`${named.padEnd(5)} ${trigger.class} ${trigger.defect.padEnd(36)} ${about}`)
    if (found !== undefined) {
      const truth = trigger.edits.length + trigger.operators.length
      const { executions, milliseconds } = found.shrinking
      const { times, of } = found.reproduced
      console.log(
        `      ${found.title}: ${found.finding.complaint.what}`.slice(0, 210),
        `\n      size ${found.size} of ${truth}, shrunk in ${executions} executions, ${(milliseconds / 1000).toFixed(1)} s, again ${times}/${of}`,
        found.title === '' ? said(found.finding) : '',
      )
    } else for (const other of campaign.elsewhere.slice(0, 4)) console.log(`      not it: ${other.slice(0, 300)}`)
  }
}

if (!given.includes('--maskings')) for (const trigger of fuzzTriggers.filter(isWanted)) await detect([trigger])
if (wanted.length === 0 ? !given.includes('--no-maskings') : given.includes('--maskings'))
  for (const { defects } of maskingPairs) {
    const both = defects.flatMap((name) => fuzzTriggers.filter(({ defect }) => defect === name))
    if (wanted.length === 0 || both.some(isWanted)) await detect(both)
  }

for (const line of summary(rows)) console.log(line)
const document = option('document')
if (document !== undefined) writeFileSync(document, markdown(rows))
process.exitCode = fails(rows) ? 1 : 0

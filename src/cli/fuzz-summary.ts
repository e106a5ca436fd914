import { relative } from 'node:path'
import { drainInWords, titleOf, trendInWords, type CampaignResult, type Examined, type Finding } from '#fuzz'
import { reproducedText } from '#verdict'

/** By signature; `place` is the directory of the finding. */
export type ExaminedFindings = ReadonlyMap<string, { readonly one: Examined; readonly place: string }>

/** Those that are not the same once they are made small: what began with other changes may have come out as one case with one complaint. */
export function distinct(findings: readonly Finding[], examined: ExaminedFindings): readonly Finding[] {
  const places = new Set<string>()
  return findings.filter(({ signature }) => {
    const place = examined.get(signature)?.place
    const isNew = place === undefined || !places.has(place)
    if (place !== undefined) places.add(place)
    return isNew
  })
}

const shownCells = 10

/** What was not covered comes first. */
export function showCampaign(
  result: CampaignResult,
  seed: number,
  examined: ExaminedFindings,
  cut: string | undefined,
): void {
  const { coverage, findings, executions, flows, milliseconds, notTested, undecided, inconclusive } = result
  if (notTested !== undefined) console.log(`not tested: ${notTested}`)
  if (notTested !== undefined && findings.length === 0) return
  for (const { scenario, why } of undecided) console.log(`not judged: ${scenario}, as it is written: ${why}`)
  const cells = [...coverage.cells.values()]
  const missing = cells.filter(({ executed, planned }) => executed < planned)
  if (cells.length === 0) console.log('not covered: anything, as the time was over before it was planned')
  else
    console.log(
      missing.length === 0
        ? `not covered: nothing of ${cells.length} cells (field × kind × state)`
        : `not covered: ${missing.length} of ${cells.length} cells (field × kind × state)`,
    )
  for (const { scenario, field, kind, executed, planned } of missing.slice(0, shownCells))
    console.log(`  ${scenario}: ${field} × ${kind}: ${executed} of ${planned}`)
  if (missing.length > shownCells) console.log(`  and ${missing.length - shownCells} more`)
  const seconds = milliseconds / 1000
  const many = (of: number): string => `${of} (${Math.round(of / seconds)}/s)`
  console.log(
    `${executions} executions in ${seconds.toFixed(1)} s (${Math.round(executions / seconds)}/s), seed ${seed}; ` +
      `chance that the next answer is new: ${coverage.unseen().toExponential(1)}; ${inconclusive} did not show again`,
  )
  console.log(`of them ${many(executions - flows)} single messages and ${many(flows)} whole flows`)
  const { trends, drained } = result
  for (const trend of trends) console.log(`held by the target: ${trendInWords(trend)}`)
  if (trends.length === 0) console.log('held by the target: too few looks after the warm-up to say whether it grows')
  if (drained !== undefined) console.log(`after the last case: ${drainInWords(drained)}`)
  showFindings(distinct(findings, examined), examined, cut === undefined ? '' : ` until ${cut}`)
}

/** One complaint may show in several places; what is one fault more often than not is told once. */
function showFindings(findings: readonly Finding[], examined: ExaminedFindings, until: string): void {
  const kinds = Map.groupBy(findings, ({ complaint: { what, clause } }) => `${clause} ${what}`)
  if (findings.length === 0) console.log(`no finding${until}`)
  else console.log(`${count(findings.length, 'finding')} of ${count(kinds.size, 'kind')}${until}:`)
  for (const [first, ...others] of kinds.values() as Iterable<readonly [Finding, ...Finding[]]>) {
    const { complaint, signature } = first
    console.log(`- ${titleIn(first, examined)}`)
    console.log(`  ${complaint.severity}: ${complaint.what} (${complaint.clause})`)
    console.log(`  expected ${complaint.expected}; observed ${complaint.observed}`)
    const known = examined.get(signature)
    if (known !== undefined) {
      for (const line of known.one.explanation) console.log(`  what matters: ${line}`)
      console.log(`  shown ${reproducedText(known.one.reproduced)}; ${relative(process.cwd(), known.place)}`)
    }
    for (const other of others) console.log(`  also ${titleIn(other, examined)}`)
  }
}

const titleIn = ({ one, signature }: Finding, examined: ExaminedFindings): string =>
  examined.get(signature)?.one.title ?? titleOf(one)

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

import { relative } from 'node:path'
import { titleOf, type CampaignResult, type Examined } from '#fuzz'

const shownCells = 10

/** What was not covered comes first. */
export function showCampaign(
  { coverage, findings, executions, milliseconds, notTested, inconclusive }: CampaignResult,
  seed: number,
  examined: ReadonlyMap<string, { readonly one: Examined; readonly place: string }>,
): void {
  const cells = [...coverage.cells.values()]
  const missing = cells.filter(({ executed, planned }) => executed < planned)
  console.log(
    missing.length === 0
      ? `not covered: nothing of ${cells.length} cells (field × kind × state)`
      : `not covered: ${missing.length} of ${cells.length} cells (field × kind × state)`,
  )
  for (const { scenario, field, kind, executed, planned } of missing.slice(0, shownCells))
    console.log(`  ${scenario}: ${field} × ${kind}: ${executed} of ${planned}`)
  if (missing.length > shownCells) console.log(`  and ${missing.length - shownCells} more`)
  const seconds = milliseconds / 1000
  console.log(
    `${executions} executions in ${seconds.toFixed(1)} s (${Math.round(executions / seconds)}/s), seed ${seed}; ` +
      `chance that the next answer is new: ${coverage.unseen().toExponential(1)}; ${inconclusive} did not show again`,
  )
  if (notTested !== undefined) console.log(`not tested: ${notTested}`)
  console.log(findings.length === 0 ? 'no finding' : `${findings.length} findings:`)
  for (const { one, complaint, signature } of findings) {
    const known = examined.get(signature)
    console.log(`- ${known?.one.title ?? titleOf(one)}`)
    console.log(`  ${complaint.severity}: ${complaint.what} (${complaint.clause})`)
    console.log(`  expected ${complaint.expected}; observed ${complaint.observed}`)
    if (known === undefined) continue
    for (const line of known.one.explanation) console.log(`  what matters: ${line}`)
    const { times, of } = known.one.reproduced
    console.log(`  shown ${times} of ${of} times on a system started afresh; ${relative(process.cwd(), known.place)}`)
  }
}

import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '#harness'
import { isCampaign, readRun, renderAllureReport, renderCampaign, renderRun } from '#report'
import { acting } from './acting.ts'

export function addReport(mcx: Command): void {
  mcx
    .command('report')
    .description('render every report again from the recorded events')
    .argument('[directory]', 'where the run recorded', 'reports')
    .option('--allure', 'make the Allure report too, in <directory>/allure-report')
    .action(acting(reportCommand))
}

async function reportCommand(directory: string, options: { readonly allure?: boolean }): Promise<number> {
  if (!existsSync(join(directory, 'events.ndjson')))
    throw new UsageError(`${directory} has no events.ndjson; name the directory a run recorded in`)
  if (await isCampaign(directory)) return reportCampaign(directory)
  const record = await readRun(directory)
  const [first] = record.problems
  if (!record.started && record.cases.length === 0 && first)
    throw new UsageError(
      `${join(directory, 'events.ndjson')} is no record of a run: line ${first.line}: ${first.text}; name the directory a run recorded in`,
    )
  await renderRun(directory, undefined, record)
  console.log(`${record.cases.length} cases rendered: ${relative(process.cwd(), join(directory, 'report.html'))}`)
  if (options.allure) console.log(`Allure: ${relative(process.cwd(), await renderAllureReport(directory))}`)
  return 0
}

async function reportCampaign(directory: string): Promise<number> {
  const { executions, findings } = await renderCampaign(directory)
  const page = relative(process.cwd(), join(directory, 'report.html'))
  console.log(`${executions} executions with ${findings.length} findings rendered: ${page}`)
  return 0
}

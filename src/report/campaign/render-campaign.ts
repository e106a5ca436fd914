import { join } from 'node:path'
import type { CampaignEvent } from '#verdict'
import { readLines } from '../read-events.ts'
import { writeWhole } from '../written-file.ts'
import { problemOfCampaignEvent } from './campaign-event-shape.ts'
import { campaignJunit } from './campaign-junit.ts'
import { campaignLines } from './campaign-lines.ts'
import { campaignPage } from './campaign-page.ts'
import { createCampaignFold, type CampaignRecord } from './campaign-record.ts'
import { campaignSarif } from './campaign-sarif.ts'

/** Whether what lies in a directory is the record of a campaign, and not of a run. */
export async function isCampaign(directory: string): Promise<boolean> {
  for await (const value of readLines<{ readonly event?: unknown }>(join(directory, 'events.ndjson'), () => undefined))
    return value.event === 'campaign-began'
  return false
}

/** Reads the record of a campaign, whatever became of it. Throws when there is none. */
export async function readCampaign(directory: string): Promise<CampaignRecord> {
  const fold = createCampaignFold()
  const events = readLines<CampaignEvent>(join(directory, 'events.ndjson'), problemOfCampaignEvent, (problem) =>
    fold.problem(problem),
  )
  for await (const event of events) fold.add(event)
  return fold.record()
}

/** Makes the reports of a campaign from its record alone, into the same directory. */
export async function renderCampaign(directory: string): Promise<CampaignRecord> {
  const record = await readCampaign(directory)
  writeWhole(join(directory, 'junit.xml'), campaignJunit(record))
  writeWhole(join(directory, 'findings.sarif'), [campaignSarif(record)])
  writeWhole(join(directory, 'findings.ndjson'), campaignLines(record))
  writeWhole(join(directory, 'report.html'), campaignPage(record))
  return record
}

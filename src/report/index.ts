export { openEventLog, recordFiles, type EventLog, type LogFailure } from './event-log.ts'
export { readEvents, type LineProblem } from './read-events.ts'
export {
  createFold,
  foldRun,
  type CaseRecord,
  type ExcludedCase,
  type RunFold,
  type RunRecord,
  type Totals,
} from './run-record.ts'
export { sweepLines, sweepTable, type SweepRow, type SweepTable } from './sweep-table.ts'
export { resultsOf, type Results } from './results-json.ts'
export { createConsole, type Console, type ConsoleOptions, type ConsoleOut } from './console.ts'
export { clearRenderings, readRun, renderedFolders, renderRun, renderings, type Rendering } from './render-run.ts'
export { renderAllureReport, type AllureGenerator } from './allure-report.ts'
export { isCampaign, readCampaign, renderCampaign } from './campaign/render-campaign.ts'
export type { CampaignRecord } from './campaign/campaign-record.ts'

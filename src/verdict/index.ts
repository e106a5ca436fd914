export { cite, weigh, type Basis, type Clause, type Source } from './basis.ts'
export type {
  CaseDescription,
  CoverageRow,
  ExpectedFailure,
  FieldComparison,
  LadderStep,
  CrashPointEvent,
  MediaEvent,
  MessageEvent,
  RunEvent,
  SutDescription,
} from './event.ts'
export type { Finding } from './finding.ts'
export {
  exitCodeOf,
  overall,
  phases,
  verdictOfCase,
  verdicts,
  worse,
  type Phase,
  type PhaseVerdicts,
  type Verdict,
} from './verdict.ts'
export type { MediaFigures, MediaGap, MediaLane, MediaMark, MediaSpan, MediaTimeLine } from './media.ts'
export {
  fieldOf,
  reproducedText,
  type CampaignCase,
  type CampaignComplaint,
  type CampaignEdit,
  type CampaignEvent,
  type CampaignOperation,
  type FindingSeverity,
  type PlannedCell,
  type Reproduced,
  type Undecided,
} from './campaign-event.ts'

export { cite, weigh, type Basis, type Clause, type Source } from './basis.ts'
export type {
  CaseDescription,
  CoverageRow,
  ExpectedFailure,
  FieldComparison,
  LadderStep,
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

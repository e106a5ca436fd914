export { asWritten, axisOf, caseId, casesOf, sutStarts, type DerivedCase, type WorldNeed } from './cases.ts'
export {
  carriedAt,
  choicesOf,
  inVariant,
  inWorld,
  messageSteps,
  recast,
  refusedAt,
  writtenOut,
  type Course,
  type MessageStep,
} from './course.ts'
export { coverageOf, type CoverageRow } from './coverage.ts'
export { crashPointsOf, type CrashPoint, type UnseenStep } from './crash-points.ts'
export { drawing } from './drawing.ts'
export { fuzzTargets, type FuzzTarget } from './fuzz-targets.ts'
export { ladderOf, mermaid, outcomeStep, rungsOf, type Rung } from './ladder.ts'
export { project, seatOf, type Local, type Seat } from './project.ts'
export { sentences } from './sentences.ts'
export { isPositive, isWhole, nameOf, type Oracle, type Variation } from './variation.ts'

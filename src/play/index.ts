export type { Clock } from './clock.ts'
export type { History } from './history.ts'
export { disclosures } from './disclosure.ts'
export { invariants } from './invariant.ts'
export { play } from './play.ts'
export type {
  Answer,
  Arrival,
  ArrivalProblem,
  Delivery,
  Lateness,
  SpeechOrder,
  SpeechProblem,
  SpeechReport,
  IeValues,
  Port,
  Revelation,
  Stimulus,
  Unanswered,
} from './port.ts'
export type { Crash, FindingDraft, Lease, Script, Timing, Told } from './script.ts'

export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { defaultTimers } from './timers.ts'
export type { SipTimers } from './timers.ts'
export { openSipStack } from './open-sip-stack.ts'
export type {
  ClientTransaction,
  Outcome,
  OutgoingRequest,
  OutgoingResponse,
  ServerTransaction,
  SipLimits,
  SipStack,
  SipStackOptions,
  Trace,
  Trouble,
  TroubleKind,
} from './stack.ts'

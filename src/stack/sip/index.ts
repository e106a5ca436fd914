export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { defaultTimers } from './timers.ts'
export type { SipTimers } from './timers.ts'
export { openSipStack } from './open-sip-stack.ts'
export type {
  ClientTransaction,
  KeepAliveOptions,
  Outcome,
  OutgoingRequest,
  OutgoingResponse,
  ServerTransaction,
  SipLimits,
  SipStack,
  SipStackOptions,
  TlsSettings,
  Trace,
  Trouble,
  TroubleKind,
} from './stack.ts'
export { createAkaChallenger } from './authentication/aka-challenger.ts'
export type { AkaChallengerOptions, AkaSubscriber } from './authentication/aka-challenger.ts'
export type { Challenger, ChallengeReason, Judgement } from './authentication/challenger.ts'
export type { DigestAlgorithm } from './authentication/digest-algorithm.ts'
export { createDigestChallenger } from './authentication/digest-challenger.ts'
export type { DigestChallengerOptions } from './authentication/digest-challenger.ts'
export { createDigestClient } from './authentication/digest-client.ts'
export type {
  ChallengeTaken,
  DigestClient,
  DigestClientOptions,
  UserCredentials,
} from './authentication/digest-client.ts'
export type { QualityOfProtection } from './authentication/digest-response.ts'
export { operatorConstant } from './authentication/milenage.ts'
export type { MilenageKeys } from './authentication/milenage.ts'
export { createUsim } from './authentication/usim.ts'
export type { Usim, UsimAnswer, UsimOptions } from './authentication/usim.ts'

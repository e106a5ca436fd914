export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { defaultTimers } from './timers.ts'
export type { SipTimers } from './timers.ts'
export { openSipStack } from './open-sip-stack.ts'
export type {
  ClientTransaction,
  KeepAliveOptions,
  Middlebox,
  MiddleboxPeer,
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
export { addressOfRecord } from './registration/address-of-record.ts'
export type { Binding } from './registration/binding.ts'
export type { Bindings } from './registration/bindings.ts'
export { createRegistrar } from './registration/registrar.ts'
export type { Registrar, RegistrarOptions, RegistrationChange } from './registration/registrar.ts'
export { createRegistration } from './registration/register-user-agent.ts'
export type { Registration, RegistrationOptions } from './registration/register-user-agent.ts'
export type { RegistrationState } from './registration/register-user-agent-table.ts'
export { readThirdPartyRegister, thirdPartyRegister } from './registration/third-party-register.ts'
export type { ReceivedThirdPartyRegistration, ThirdPartyRegistration } from './registration/third-party-register.ts'
export { hostOf } from './write-request.ts'
export { locateServer } from './location/locate-server.ts'
export type { LocateOptions, Resolver } from './location/locate-server.ts'
export { createNameService } from './location/name-service.ts'
export type { NameServiceOptions } from './location/name-service.ts'
export { requestInTurn } from './location/request-in-turn.ts'
export type { TurnOptions, TurnOutcome } from './location/request-in-turn.ts'
export type { NamingRecord, ServiceRecord } from './location/service-order.ts'
export type { OutgoingHeaders, ResponseObserver, TransactionUser, UserServerTransaction } from './stack.ts'
export { createUserAgent } from './dialog/user-agent.ts'
export type {
  OutsideOptions,
  SubscribeOptions,
  UserAgent,
  UserAgentEvents,
  UserAgentOptions,
} from './dialog/user-agent.ts'
export type { Call, CallEnd, InviteOptions, Modification, ModificationRequest, RingOptions } from './dialog/call.ts'
export type { CallState } from './dialog/call-table.ts'
export type { Body, Content } from './dialog/content.ts'
export type { Dialog } from './dialog/dialog.ts'
export { dialogOfRequest, dialogOfResponse, refreshTarget, takeSequence } from './dialog/dialog.ts'
export { disturbedSignalling } from './disturbed-signalling.ts'
export { endpointOf } from './dialog/endpoint-of.ts'
export { routingOf } from './dialog/route-set.ts'
export { SuccessRepetition } from './dialog/success-repetition.ts'
export { readTag } from './tag.ts'
export type { IncomingSubscription } from './dialog/notifier.ts'
export type { ReceivedRefer, SentRefer } from './dialog/refer.ts'
export { defaultSessionTimer } from './dialog/session-timer.ts'
export type { SessionTimerAgreement, SessionTimerPolicy } from './dialog/session-timer.ts'
export type { Subscription, SubscriptionEnd } from './dialog/subscriber.ts'
export type { SubscriptionStateValue } from './dialog/subscription-state.ts'
export { createProxy } from './proxy/proxy.ts'
export type { Proxy, ProxyOptions } from './proxy/proxy.ts'

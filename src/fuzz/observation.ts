import type { Address } from '#transport'
import type { SipMessage } from '#wire/sip'
import type { EntityRole } from './world.ts'

/** A request of the entity under test that came to a socket of the fuzzer. */
export interface LegMessage {
  readonly to: EntityRole
  readonly message: SipMessage
}

/** What came of one execution. */
export interface Observation {
  /** Final responses with different octets, in order. */
  readonly finals: readonly SipMessage[]
  readonly provisionals: readonly SipMessage[]
  /** Requests on other legs, without retransmissions. */
  readonly legs: readonly LegMessage[]
  /** Responses to what the fuzzer sent on other legs. */
  readonly reactions: readonly SipMessage[]
  /** Whether the final response came before anything had been answered that came on another leg. */
  readonly early: boolean
  /** From sending to the first final response, milliseconds. */
  readonly latency: number
  /** No answer within the time. */
  readonly silent: boolean
  /** That time, milliseconds. */
  readonly waited: number
  /** Nor one to the valid request that was sent behind it. */
  readonly stalled: boolean
  /** Whether it was sent once more, as no answer had come for a while. */
  readonly sentAgain: boolean
  /** How often a final response came again, with the same octets. */
  readonly repeated: number
  /** Final responses to requests beside the flow. */
  readonly asideAnswers: readonly SipMessage[]
  /** Whether a page was fetched that the message named. */
  readonly fetched: boolean
  /** Responses to the BYE that ended the session of the execution. */
  readonly ends: readonly SipMessage[]
  /** Whether the entity under test ended that session before. */
  readonly hungUp: boolean
  /** Responses to its ACK. */
  readonly answersToAck: readonly SipMessage[]
  /** Sessions at other entities that nothing has ended. */
  readonly standing: readonly { readonly to: EntityRole; readonly acknowledged: boolean }[]
}

/** Of one of which nothing has come yet. */
export const nothingObserved: Observation = {
  finals: [],
  provisionals: [],
  legs: [],
  reactions: [],
  early: false,
  latency: 0,
  silent: false,
  waited: 0,
  stalled: false,
  sentAgain: false,
  repeated: 0,
  asideAnswers: [],
  fetched: false,
  ends: [],
  hungUp: false,
  answersToAck: [],
  standing: [],
}

/** A message as it went over the wire. */
export interface Passage {
  readonly direction: 'sent' | 'received'
  readonly role: string
  /** Milliseconds since the engine was opened. */
  readonly at: number
  readonly octets: Uint8Array
  readonly local: Address
  readonly remote: Address
}

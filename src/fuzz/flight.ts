import type { WireResponse } from '#bindings'
import type { Address } from '#transport'
import { headerValue, readMessage, type SipMessage } from '#wire/sip'
import type { Fence } from './fence.ts'
import type { LegMessage, Observation } from './observation.ts'
import type { EntityRole } from './world.ts'

/** When something leaves beside the flow: before its request, right behind it, once a request has come on another leg, once it is answered. */
export type Moment = 'before' | 'at once' | 'first leg' | 'answer'

/** Sends octets from the socket of a role. */
export type Transmit = (role: EntityRole, octets: Uint8Array, target: Address) => void

/** Octets that leave beside the flow. */
export interface Aside {
  readonly when: Moment
  readonly from: EntityRole
  readonly octets: Uint8Array
  /** Milliseconds. */
  readonly after?: number
}

export interface Said {
  /** Milliseconds after what it answers. */
  readonly after: number
}

/** A response to an INVITE on another leg: a status, or what the flow answers; with a To tag of its own. */
export interface Spoken extends Said {
  readonly say: number | 'answer'
  readonly tag?: string
}

/** One execution, as the engine sends it. */
export interface Flight {
  readonly octets: Uint8Array
  readonly correlation: string
  readonly from: EntityRole
  readonly target: Address
  /** Whoever has the number in an identity belongs to it. */
  readonly user: number
  /** How many messages on other legs have to come, and their reactions be answered, before it is over. */
  readonly legs: number
  /** A valid request behind it: once that is answered, nothing else need wait for what is silent, and where there is no hope of an answer it is over. */
  readonly fence?: Fence | undefined
  readonly hopeless?: boolean
  /** Response to an INVITE on another leg; 200 without more where there is none. */
  readonly answer?: (message: SipMessage, to: EntityRole) => WireResponse | undefined
  /** Milliseconds that an INVITE on another leg rings. */
  readonly ringing?: number
  /** Whether the session that it sets up is left standing. */
  readonly stays?: boolean
  /** CSeq of the INVITE with the same identifier that has set up the session inside of which it is sent. */
  readonly inside?: number
  readonly asides?: readonly Aside[] | undefined
  /** What is said to an INVITE on another leg, in the place of 180 and the answer. */
  readonly speech?: readonly Spoken[] | undefined
  /** What is said to another request there, in the place of 200. */
  readonly said?: readonly Spoken[] | undefined
  /** When each reaction leaves, in the place of once and at once. */
  readonly reactionTimes?: readonly Said[] | undefined
  /** Milliseconds after which it counts as unanswered, where that is more than usual. */
  readonly patience?: number | undefined
  /** Whether what comes afterwards is waited for: 60 ms, and until no session is left at the other entities. */
  readonly lingers?: boolean | undefined
  /** Answers to what leaves beside it, and answers that come once more, for which it is waited a while longer. */
  readonly awaited?: number | undefined
  /** Answers a message on another leg with octets of its own, under the correlation identifier given. */
  readonly react?: (
    message: SipMessage,
    to: EntityRole,
  ) => { readonly octets: Uint8Array; readonly from: EntityRole } | undefined
}

/** One that is on its way, and what has come of it so far. */
export interface Flying extends Flight {
  readonly since: number
  /** How long the fuzzer had not run until then, milliseconds. */
  readonly stoodStill: number
  readonly done: (observation: Observation) => void
  readonly finals: SipMessage[]
  readonly provisionals: SipMessage[]
  readonly legMessages: LegMessage[]
  readonly branches: Set<string>
  readonly reactions: SipMessage[]
  /** How often a final response came again as it was. */
  repeated: number
  /** The session that it set up is to be ended by BYE: that has to be answered too. */
  ending: boolean
  /** That BYE has left. */
  ended: boolean
  /** The entity under test has sent one of its own before. */
  hungUp: boolean
  reactionsDue: number
  /** By branch. */
  readonly asideRequests: Map<string, Uint8Array>
  asideEnds: number
  readonly asideAnswers: SipMessage[]
  /** Sessions of other legs that were answered by a 2xx and not ended: Call-ID and tag of the fuzzer; whether ACK has come. */
  readonly standing: Map<string, { readonly to: EntityRole; acknowledged: boolean }>
  readonly begun: Set<string>
  /** Call-IDs of the sessions that the entity under test asked for on other legs. */
  readonly callIds: Set<string>
  /** Responses to the BYE that ends the session of the execution. */
  readonly ends: SipMessage[]
  /** Responses to its ACK. */
  readonly answersToAck: SipMessage[]
  lingering: boolean
  /** First final response while no reaction had left. */
  early: boolean
  latency: number
  over: boolean
  /** Seen, and not yet answered. */
  parked: boolean
  /** When it was. */
  seen: number
  sentAgain: boolean
  /** Once it is over it no longer counts, but what comes late is still put here. */
  late: ((what: LegMessage | SipMessage) => void) | undefined
}

/** A flight that has seen nothing yet. */
export const departing = (
  flight: Flight,
  since: number,
  stoodStill: number,
  done: Flying['done'],
  late: Flying['late'],
): Flying => ({
  ...flight,
  since,
  stoodStill,
  done,
  late,
  finals: [],
  provisionals: [],
  legMessages: [],
  branches: new Set(),
  reactions: [],
  repeated: 0,
  ending: false,
  ended: false,
  hungUp: false,
  reactionsDue: 0,
  asideRequests: new Map(),
  asideEnds: 0,
  asideAnswers: [],
  standing: new Map(),
  begun: new Set(),
  callIds: new Set(),
  ends: [],
  answersToAck: [],
  lingering: false,
  early: false,
  latency: 0,
  over: false,
  parked: false,
  seen: 0,
  sentAgain: false,
})

/** Whether all that is waited for beside it has been answered. */
export const isHeard = ({ awaited = 0, asideAnswers, asideRequests, repeated }: Flying): boolean =>
  asideAnswers.length >= asideRequests.size && asideAnswers.length + repeated >= awaited

/** When an entity that the fuzzer plays answers by a message of its own. */
export const atOnce: readonly Said[] = [{ after: 2 }]

export const rings: Spoken = { say: 180, after: 0 }
export const speechless: readonly Spoken[] = [{ say: 'answer', after: 0 }]

export const branchOf = (octets: Uint8Array): string => headerValue(readMessage(octets), 'Via')?.branch ?? ''

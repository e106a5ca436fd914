import type { Alternative, IeValues, Service, WireRequest, WireResponse } from '#bindings'
import type { SipMessage } from '#wire/sip'
import type { Legality, Violation } from './legality.ts'
import type { EntityRole, TestedRole, FuzzUser, Places, Systems } from './world.ts'

/** What an entity under test sends to another one while the flow goes its way. */
interface ExpectedLeg {
  readonly to: EntityRole
  /** Stage-2 message. */
  readonly message: string
  /** Information elements that it has with the values of the request. */
  readonly carries: readonly string[]
}

/** A request that the fuzzer sends because of one that came. */
export interface Reaction {
  readonly wire: WireRequest
  readonly from: EntityRole
}

/** A message that came from the entity under test on another leg, as the bindings read it. */
export interface ReadRequest {
  readonly message: string
  readonly ies: IeValues
  readonly callId: string
  readonly to: EntityRole
  readonly request: SipMessage
}

/** A message that left on another leg; without a name where it is none of the profile. */
export interface ReadLeg {
  readonly to: EntityRole
  readonly message: string | undefined
  readonly ies: IeValues
}

/** One message of a flow that is sent to an entity under test, and what comes of it. */
export interface Scenario {
  /** `migration/service-authorization@partnerServer/1`: flow, role under test, step. */
  readonly id: string
  readonly title: string
  readonly flow: string
  readonly step: string
  /** Under test. */
  readonly role: TestedRole
  /** Who sends the message. */
  readonly from: EntityRole
  readonly service: Service
  readonly alternative: Alternative
  /** Stage-2 message; none where SIP alone is spoken. */
  readonly message: string | undefined
  readonly systems: Systems
  /** State in which the entity under test receives it. */
  readonly state: string
  readonly ies: (user: FuzzUser) => IeValues
  readonly encode: (ies: IeValues, user: FuzzUser, own: Places, target: string) => WireRequest
  /** Whether the entity under test may refuse what is legal, for reasons of its own; it is malformed all the same. */
  readonly mayRefuse?: boolean
  /** What the elements themselves break, whoever may read them. */
  readonly judge: (read: Legality, user: FuzzUser) => readonly Violation[]
  /** When it is legal. */
  readonly legs: readonly ExpectedLeg[]
  /** Messages that may leave though it is refused, for they say so. */
  readonly refusalLegs?: readonly string[]
  /** Whether what was asked for was granted, where a success response alone does not say so. */
  readonly granted?: (legs: readonly ReadLeg[]) => boolean
  /** Names that must not be seen on other legs (TR 23.781 6.3). */
  readonly hidden?: readonly string[]
  /** What is answered to an INVITE on another leg; 200 without more to everything else. */
  readonly answer?: (asked: ReadRequest, own: Places) => WireResponse | undefined
  /** Whether it is refused by a challenge first, and sent again with credentials. */
  readonly challenged?: boolean
  /** What sets the dialog up inside of which the message is sent, and its method there. */
  readonly within?: Scenario
  readonly method?: string
  /** What is sent because of a message on another leg. */
  readonly react?: (request: ReadRequest, user: FuzzUser, own: Places, target: string) => Reaction | undefined
}

/** Whether its message comes first: there is no dialog that it is within, and no challenge that it answers. */
export const comesFirst = ({ within, challenged }: Scenario): boolean => within === undefined && challenged !== true

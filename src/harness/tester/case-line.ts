import type { ClientTransaction, UserServerTransaction } from '#stack/sip'
import type { HttpExchange } from '#stack/http'
import type { Phase } from '#verdict'
import type { PlannedCase } from '../case-plan.ts'
import type { FlowRole } from '../world/functional-entity.ts'
import type { Systems } from '../world/systems.ts'
import type { ArrivalQueue } from './arrival-queue.ts'
import type { Intake } from './intake.ts'
import type { CaseMedia } from './case-media.ts'
import type { Session } from './session.ts'

/** The line to the system under test for one user of one case: what is under way on it. */
export interface CaseLine {
  readonly planned: PlannedCase
  readonly phase: Phase
  readonly slot: string
  readonly systems: Systems
  readonly arrivals: ArrivalQueue
  readonly intake: Intake
  /** Requests of the system under test that still wait for their answer, by the role they came to and their message. */
  readonly unanswered: Map<string, Unanswered>
  /** The same of what came by HTTP. */
  readonly exchanges: Map<string, { readonly exchange: HttpExchange; readonly ies: Readonly<Record<string, string>> }>
  /** What the latest INVITE began, by the role of the tester at its end. */
  readonly sessions: Map<FlowRole, Session>
  /** What the latest SUBSCRIBE began, by the role of the tester at its end. */
  readonly subscriptions: Map<FlowRole, Session>
  /** The media of the case, where it is looked at. */
  readonly media: CaseMedia | undefined
  /** What earlier ones began. */
  readonly former: Session[]
  /** Call-ID of the last request of each name, ours and theirs: what In-Reply-To refers to. */
  readonly callIds: { readonly sent: Map<string, string>; readonly received: Map<string, string> }
  /** Requests of ours without a final response, and the step each belongs to. */
  readonly transactions: Map<ClientTransaction, string>
  /** Keys of our transactions that have had their final response. */
  readonly finished: Set<string>
  /** Received messages by their number, to search for what should be hidden. */
  readonly received: Map<number, ReceivedOctets>
  readonly sent: Set<string>
  /** How often each step was sent. */
  readonly sendings: Map<string, number>
  dispatches: number
  /** Roles that have begun anew, and know nothing of what was before. */
  readonly forgetful: Set<FlowRole>
  /** Nobody plays on: whoever asks for something is answered at once. */
  over: boolean
}

/** A message that came to a role of the tester. */
interface ReceivedOctets {
  readonly role: string
  readonly startLine: string
  readonly octets: Uint8Array
  /** It is a retransmission. */
  readonly again: boolean
}

interface Unanswered {
  readonly transaction: UserServerTransaction
  readonly ies: Readonly<Record<string, string>>
}

export const unansweredKey = (role: string, message: string): string => `${role} ${message}`

/** What the stack carries along with a request of ours. */
export interface SendTag {
  readonly line: CaseLine
  /** Absent for what belongs to no step. */
  readonly step?: string
  readonly message: string
}
export const isSendTag = (tag: unknown): tag is SendTag => typeof tag === 'object' && tag !== null && 'line' in tag

import type { Delivery } from '#play'
import type { Middlebox } from '#stack/sip'
import type { FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'

/** What lies between the roles of the tester and the system under test, for whoever disturbs it. */
export interface Network {
  /** Around the sending of a message of the procedure: what passes the middlebox meanwhile is that message, or goes with it. Returns the number of the sending. */
  sending(line: CaseLine, delivery: Delivery, send: () => number): number
  middlebox?(role: FlowRole): Middlebox
}

/** Everything arrives as it was sent. */
export const undisturbed: Network = { sending: (_line, _delivery, send) => send() }

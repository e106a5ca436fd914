import type { PrivateCallRequest } from './private-call-request.ts'

/** The part of a functional entity that private calls come to. */
export interface PrivateCalls {
  receive(call: PrivateCallRequest): void
  /** Ends what waits and forgets the rest: of all users, or of one. */
  forget(mcServiceId?: string): void
}

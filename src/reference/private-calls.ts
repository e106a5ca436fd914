import type { Decoded } from '#bindings'
import type { IncomingRequest } from './mc-function.ts'
import type { PrivateCallRequest } from './private-call-request.ts'

/** The part of a functional entity that private calls come to. */
export interface PrivateCalls {
  receive(call: PrivateCallRequest): void
  /** Ends what waits and forgets the rest: of all users, or of one. */
  forget(mcServiceId?: string): void
}

/** The same where calls pass. */
export interface PassingPrivateCalls extends PrivateCalls {
  /** A private call redirection that is a request of its own. */
  onRedirection(request: IncomingRequest, message: Decoded): void
}

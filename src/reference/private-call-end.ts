import type { IeValues } from '#bindings'
import type { IncomingRequest, Sent, Session, Surroundings } from './mc-function.ts'
import { ownParties } from './private-call-request.ts'
import type { ServiceMessages } from './service-messages.ts'

/** TS 23.379 10.7.2.2.3: the private call end request inside the dialog of the call, and the response to it. */
export interface PrivateCallEnd {
  request(
    session: Session,
    messages: ServiceMessages,
    cause: string,
    purpose: string,
    said?: IeValues,
    astray?: string,
  ): Sent
  /** What the request says beside that the call ends. */
  saidIn(request: IncomingRequest, messages: ServiceMessages): IeValues
  /** With a refusal only ever by a defect. */
  respond(request: IncomingRequest, messages: ServiceMessages, refused?: boolean): void
  /** Answers what is none with a refusal. */
  isOne(request: IncomingRequest, messages: ServiceMessages): boolean
}

const nothing: IeValues = {}

const noSuchCall = { status: 481, reason: 'Call/Transaction Does Not Exist', headers: [] }

export function privateCallEnd(around: Surroundings): PrivateCallEnd {
  const parties = () => ({ ...ownParties(around), to: around.identity })
  return {
    request: (session, messages, cause, purpose, said = nothing, astray) =>
      session.request(
        messages.request('private call end request').encode(said, parties(), messages.values),
        cause,
        purpose,
        astray,
      ),
    saidIn: ({ message }, messages) =>
      messages.request('private call end request').decode(message, messages.values).ies,
    respond(request, messages, refused = false) {
      const binding = messages.response('private call end response')
      request.respond(refused ? noSuchCall : binding.encode(nothing, parties(), messages.values, nothing))
    },
    isOne(request) {
      if (request.method === 'BYE') return true
      request.respond({ status: 405, reason: 'Method Not Allowed', headers: [['Allow', 'ACK, BYE']] })
      return false
    },
  }
}

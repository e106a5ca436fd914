import type { Peer, Surroundings } from './mc-function.ts'
import { privateCallForwarding } from './private-call-forwarding.ts'
import { partiesIn, refuseCall } from './private-call-request.ts'
import type { PrivateCalls } from './private-calls.ts'

/** Who is called by an identity that this MC system gave out. */
export interface VisitingClients {
  /** The key of an MC service ID to the Contact of the client; `undefined` when nobody has that identity. */
  of(key: string): Peer | undefined
  /** Whoever came last (only ever by a defect). */
  latest(but: string): Peer | undefined
}

/** TS 23.280 10.16.y.3 step 5 at the partner MC system: the terminating participating function (TS 24.379 11.1.1.4). */
export function partnerPrivateCalls(clients: VisitingClients, around: Surroundings): PrivateCalls {
  const { defective } = around
  const forwarding = privateCallForwarding(
    {
      floorControlDropped: 'partner-server-floor-control-dropped',
      commencementDropped: 'partner-server-commencement-mode-dropped',
      answersFirst: 'partner-server-answers-before-called-client',
      refusalTurned: 'partner-server-call-refusal-reported-as-accepted',
      endRequestKept: 'partner-server-end-request-kept',
      endResponseLost: 'partner-server-end-response-lost',
    },
    around,
  )
  return {
    receive(call) {
      const parties = partiesIn(call)
      if ('refusal' in parties) {
        around.say(`${around.name}: private call request refused: ${parties.fault}`)
        return refuseCall(call, parties.refusal, around)
      }
      const { key } = parties.called
      const own = clients.of(key)
      const crossed = own !== undefined && defective('another-visiting-client-called')
      const lost = own === undefined && defective('unknown-visitor-called')
      const next = crossed || lost ? (clients.latest(key) ?? own) : own
      if (next === undefined) return refuseCall(call, call.messages.refusals.unknownUser, around)
      forwarding.forward(call, { next, leg: 'to-client', ies: call.ies })
    },
    forget: (mcServiceId) => forwarding.forget(mcServiceId),
  }
}

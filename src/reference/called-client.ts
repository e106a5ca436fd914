import { boundedTable } from './bounded-table.ts'
import { clientContact } from './client-identity.ts'
import type { DefectName } from './defects.ts'
import type { AnswerFlaw } from './flawed-session.ts'
import { keyOf } from './mc-service-id.ts'
import { mostEntries } from './mc-function.ts'
import type { Session, Surroundings } from './mc-function.ts'
import { privateCallEnd } from './private-call-end.ts'
import { acceptCall, ownParties, partiesOrRefusal, refuseCall } from './private-call-request.ts'
import type { PrivateCallRequest } from './private-call-request.ts'
import type { PrivateCalls } from './private-calls.ts'

const answerFlaws: Readonly<Partial<Record<AnswerFlaw, DefectName>>> = {
  anotherCodec: 'answers-with-another-codec',
  floorControlNotTaken: 'floor-control-not-taken',
  anotherService: 'answers-as-another-service',
}

/** MC service client 2 of TS 23.280 10.16.y.3: who is called. `serves` says by which identities. */
export function calledClient(serves: (key: string) => boolean, around: Surroundings): PrivateCalls {
  const { defective } = around
  const sessions = boundedTable<{ readonly session: Session; readonly key: string }>(mostEntries, (oldest) =>
    oldest.session.leave(),
  )
  const end = privateCallEnd(around)

  function establish({ request, messages }: PrivateCallRequest, session: Session, key: string): void {
    sessions.set(session.callId, { session, key })
    const over = (): void => {
      session.leave()
      sessions.delete(session.callId)
    }
    session.onRequest = (incoming) => {
      if (!end.isOne(incoming, messages) || defective('end-request-not-answered')) return
      end.respond(incoming, messages, defective('end-request-refused'))
      over()
    }
    session.onUnacknowledged = () =>
      void end.request(session, messages, request.cause, 'private call end request').final.then(over)
  }

  return {
    receive(call) {
      const { refusals } = call.messages
      const parties = partiesOrRefusal(call, around)
      if (parties === undefined) return
      const { key, uri } = parties.called
      if (!serves(key) && !defective('calls-for-others-answered')) return refuseCall(call, refusals.unknownUser, around)
      if (defective('private-call-declined')) return refuseCall(call, refusals.declined, around)
      const own = {
        ...ownParties(around),
        from: uri,
        user: uri,
        contact: clientContact(around, key, call.request.origin.transport),
      }
      const session = acceptCall(call, own, (flaw) => answerFlaws[flaw] !== undefined && defective(answerFlaws[flaw]))
      if (session !== undefined) establish(call, session, key)
    },
    forget(mcServiceId) {
      const forgotten = keyOf(mcServiceId)
      for (const { session, key } of [...sessions.values()]) {
        if (mcServiceId !== undefined && key !== forgotten) continue
        session.leave()
        sessions.delete(session.callId)
      }
    },
  }
}

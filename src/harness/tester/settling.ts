import { bindingsOf, valuesOf } from '#bindings'
import type { Delivery } from '#play'
import type { ClientTransaction, Outcome, OutgoingRequest } from '#stack/sip'
import { header, readMessage, type SipMessage } from '#wire/sip'
import type { FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'
import { protocolProblems } from './protocol-problems.ts'
import { establish, subscribed, type Session } from './session.ts'
import type { Tester } from './tester.ts'

/** A request of ours on its way. */
export interface Sending {
  readonly delivery: Delivery
  readonly dispatch: number
  readonly transaction: ClientTransaction
  readonly outgoing: OutgoingRequest
  /** What it began or belongs to. */
  readonly session: Session | undefined
}

/** What became of a request of ours, as an arrival of the case where it says something. */
export function settled(tester: Tester, line: CaseLine, sending: Sending, outcome: Outcome): void {
  const { delivery, dispatch, transaction, session } = sending
  line.transactions.delete(transaction)
  const at = tester.clock.now()
  switch (outcome.kind) {
    case 'transport-error':
      line.arrivals.push({ kind: 'unreachable', at, text: outcome.text })
      return
    // What silence means is judged where something was waited for.
    case 'timeout':
      return
    case 'response': {
      const { message } = outcome
      const seq = tester.lastOf(transaction.key)
      const status = statusOf(message)
      concludeInvite(tester, line, sending, message, status)
      if (sending.outgoing.method === 'SUBSCRIBE' && session && status < 300)
        subscribed(session, sending.outgoing, message)
      // "A SIP 487 (Request Terminated) response" is what a CANCEL is for (RFC 3261 9.1).
      const released = session?.cancelledAt !== undefined && status === 487
      const broken = protocolProblems(message)
      const answer = released ? undefined : answerTo(tester, line, delivery.message, message)
      if (answer) {
        const values = valuesOf(tester.profile, line.planned.service, tester.overrides)
        const { name, ies, spans, problems } = answer.decode(
          message,
          values,
          delivery.ies,
          readMessage(transaction.octets),
        )
        const all = [...broken, ...problems]
        line.arrivals.push({ kind: 'message', seq, at, role: delivery.from, message: name, ies, spans, problems: all })
        return
      }
      if (broken.length > 0) line.arrivals.push({ kind: 'violation', seq, at, step: delivery.step, problems: broken })
      if (released || status < 300) return
      line.arrivals.push({
        kind: 'refusal',
        seq,
        at,
        step: delivery.step,
        text: refusalText(message, delivery),
        dispatch,
      })
    }
  }
}

const statusOf = ({ startLine }: SipMessage): number => (startLine.kind === 'response' ? startLine.status : 0)

function concludeInvite(tester: Tester, line: CaseLine, sending: Sending, message: SipMessage, status: number): void {
  const { session, outgoing, delivery } = sending
  if (outgoing.method !== 'INVITE' || !session) return
  if (status < 300) {
    establish(tester, line, delivery.from as FlowRole, session, outgoing, message)
    line.media?.connect(delivery.from as FlowRole, message)
  } else session.over = true
  session.pending = undefined
}

/** The stage-2 message that a final response is. */
function answerTo(tester: Tester, line: CaseLine, asked: string, response: SipMessage) {
  const { service, alternative } = line.planned
  const values = valuesOf(tester.profile, service, tester.overrides)
  const found = bindingsOf(tester.profile, service, alternative).find(
    (one) => one.carrier === 'response' && one.answers === asked && one.recognises(response, values),
  )
  return found?.carrier === 'response' ? found : undefined
}

function refusalText(response: SipMessage, { message: name }: Delivery): string {
  const { startLine } = response
  const warning = header(response, 'Warning')
  const status = startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : 'a response'
  return `${status}${warning === undefined ? '' : ` (Warning: ${warning})`} to the ${name}`
}

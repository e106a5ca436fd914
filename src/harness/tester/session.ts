import {
  dialogOfRequest,
  dialogOfResponse,
  routingOf,
  SuccessRepetition,
  takeSequence,
  type ClientTransaction,
  type Dialog,
  type OutgoingRequest,
  type SipStack,
  type UserServerTransaction,
} from '#stack/sip'
import type { ArrivalProblem } from '#play'
import type { Endpoint } from '#transport'
import { header, parameter, readCSeq, readNameAddress, readUri, type SipMessage } from '#wire/sip'
import type { FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'
import { leaveExchanges } from './http-exchange.ts'
import type { Tester } from './tester.ts'

/** What an INVITE began at a role of the tester (RFC 3261 12 to 15). */
export interface Session {
  readonly callId: string
  /** Name of the message that the INVITE is. */
  readonly message: string
  /** The system under test at the other end. */
  readonly peer: Endpoint
  /** The INVITE of ours, as long as nothing final came. */
  pending?: ClientTransaction | undefined
  dialog?: Dialog | undefined
  /** The Contact that we gave, and with what. */
  target?: { readonly contact: string; readonly step: string } | undefined
  /** The step in which we gave the pending INVITE up. */
  cancelledAt?: string
  /** The 2xx of ours has its ACK. */
  acknowledged: boolean
  /** Sends the 2xx of ours again, as long as it has no ACK. */
  repetition?: SuccessRepetition | undefined
  over: boolean
}

export const newSession = (callId: string, message: string, peer: Endpoint, pending?: ClientTransaction): Session => ({
  callId,
  message,
  peer,
  pending,
  acknowledged: pending !== undefined,
  over: false,
})

/** The 2xx to an INVITE of ours makes a dialog and is acknowledged, each time it comes (RFC 3261 13.2.2.4). */
export function establish(
  tester: Tester,
  line: CaseLine,
  role: FlowRole,
  session: Session,
  sent: Pick<OutgoingRequest, 'requestUri' | 'from' | 'fromTag' | 'callId' | 'cseq'>,
  response: SipMessage,
): void {
  const { pending } = session
  const source = session.peer
  const dialog = dialogOfResponse(response, sent, sent.requestUri, source)
  session.dialog = dialog
  session.pending = undefined
  const acknowledge = (): void => {
    const { requestUri, routes } = routingOf(dialog)
    tester.stack(role).acknowledge(
      {
        method: 'ACK',
        requestUri,
        from: sent.from,
        to: dialog.remote,
        callId: dialog.callId,
        fromTag: dialog.localTag,
        branch: `z9hG4bK${tester.digest(line, dialog.callId, 'ack').slice(0, 20)}`,
        cseq: sent.cseq,
        headers: routes.map((route) => ['Route', route]),
      },
      source,
      { line, message: 'acknowledgement' },
    )
  }
  acknowledge()
  if (pending) pending.onSuccessAgain = acknowledge
}

/** The 2xx of ours to their INVITE makes a dialog. */
export function answered(session: Session, { request }: UserServerTransaction, toTag: string): void {
  session.dialog = dialogOfRequest(request, toTag, sequenceOf(request), session.peer)
}

const sequenceOf = (request: SipMessage): number => readCSeq(header(request, 'cseq') ?? '')?.sequence ?? 0

/** The 2xx of ours was lost, or its ACK: it is sent again until that comes (RFC 3261 13.3.1.4). */
export function awaitAcknowledgement(
  { queues, timers }: SipStack,
  session: Session,
  transaction: UserServerTransaction,
  octets: Uint8Array,
): void {
  const sequence = sequenceOf(transaction.request)
  session.repetition = new SuccessRepetition(queues, timers, transaction, octets, sequence, () => undefined)
}

/** The dialogs that a role of the tester may have: of a call, and of a subscription beside it. */
export const dialogsOf = (line: CaseLine, role: FlowRole): readonly Session[] =>
  [line.sessions.get(role), line.subscriptions.get(role)].filter((one) => one !== undefined)

/** The 2xx to a SUBSCRIBE of ours makes a dialog (RFC 6665 4.1.2). */
export function subscribed(
  session: Session,
  sent: Pick<OutgoingRequest, 'requestUri' | 'from' | 'fromTag' | 'callId' | 'cseq'>,
  response: SipMessage,
): void {
  session.dialog = dialogOfResponse(response, sent, sent.requestUri, session.peer)
}

/** What a request inside a dialog needs (RFC 3261 12.2.1.1); undefined when there is no such dialog. */
export function insideDialog(
  session: Session | undefined,
): Pick<OutgoingRequest, 'requestUri' | 'from' | 'to' | 'callId' | 'fromTag' | 'cseq' | 'headers'> | undefined {
  const dialog = session?.dialog
  if (!dialog) return undefined
  const { requestUri, routes } = routingOf(dialog)
  dialog.localSequence += 1
  return {
    requestUri,
    from: readNameAddress(dialog.local)?.uri ?? dialog.local,
    to: dialog.remote,
    callId: dialog.callId,
    fromTag: dialog.localTag,
    cseq: dialog.localSequence,
    headers: routes.map((route) => ['Route', route]),
  }
}

/** What a request that came inside a dialog breaks of RFC 3261 12.2. */
export function dialogProblems(session: Session | undefined, request: SipMessage): readonly ArrivalProblem[] {
  const dialog = session?.dialog
  if (!dialog) return []
  const problems: ArrivalProblem[] = []
  const tagOf = (name: string): string =>
    parameter(readNameAddress(header(request, name) ?? '')?.parameters ?? [], 'tag') ?? ''
  const add = (clause: string, field: string, requirement: string, expected: string, actual: string): void => {
    problems.push({
      field,
      requirement,
      source: { doc: 'RFC 3261', clause, basis: 'rfc' },
      expected: [expected],
      actual,
    })
  }
  const [to, from] = [tagOf('to'), tagOf('from')]
  if (to !== dialog.localTag)
    add('12.2.1.1', 'To', 'a request inside a dialog has the tag of the peer in To', dialog.localTag, to || 'no tag')
  if (from !== dialog.remoteTag)
    add('12.2.1.1', 'From', 'a request inside a dialog has the own tag in From', dialog.remoteTag, from || 'no tag')
  problems.push(...targetProblems(session, request))
  const number = readCSeq(header(request, 'cseq') ?? '')?.sequence ?? 0
  if (!takeSequence(dialog, number))
    add(
      '12.2.1.1',
      'CSeq',
      'the CSeq numbers inside a dialog grow',
      `more than ${dialog.remoteSequence}`,
      String(number),
    )
  return problems
}

/** Requests of a dialog, the ACK to a 2xx too, go to the Contact of the peer (RFC 3261 12.2.1.1, 13.2.2.4). */
export function targetProblems(session: Session | undefined, { startLine }: SipMessage): readonly ArrivalProblem[] {
  const contact = session?.target?.contact
  if (contact === undefined || startLine.kind !== 'request') return []
  const [meant, said] = [readUri(contact), readUri(startLine.requestUri)]
  if (meant?.user === said?.user && meant?.host === said?.host && meant?.port === said?.port) return []
  return [
    {
      field: 'Request-URI',
      requirement: 'a request inside a dialog has the Contact of the peer in its Request-URI',
      source: { doc: 'RFC 3261', clause: '12.2.1.1', basis: 'rfc' },
      expected: [contact],
      actual: startLine.requestUri,
    },
  ]
}

/** Leaves nothing behind at the system under test: what is pending is cancelled, what is established is ended. */
export function leave(tester: Tester, line: CaseLine): void {
  line.over = true
  leaveExchanges(line)
  for (const { transaction } of line.unanswered.values())
    transaction.respond({ status: 480, reason: 'Temporarily Unavailable', headers: [] })
  line.unanswered.clear()
  for (const { repetition } of [...line.sessions.values(), ...line.former]) repetition?.stop()
  for (const [role, session] of line.sessions) {
    if (session.over) continue
    session.over = true
    if (session.pending && session.cancelledAt === undefined) session.pending.cancel()
    const inside = insideDialog(session)
    if (!inside) continue
    const branch = `z9hG4bK${tester.digest(line, inside.callId, 'leave').slice(0, 20)}`
    tester.stack(role).request({ ...inside, method: 'BYE', branch }, session.peer, { line, message: 'leaving' })
  }
}

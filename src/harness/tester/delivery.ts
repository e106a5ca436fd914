import { valuesOf, type Parties, type RequestBinding, type ResponseBinding } from '#bindings'
import type { Delivery } from '#play'
import { hostOf as hostText, type ClientTransaction, type OutgoingRequest } from '#stack/sip'
import { header } from '#wire/sip'
import { digest } from '../world/world-user.ts'
import { playerOf } from '../players.ts'
import { entityOf, type FlowRole } from '../world/functional-entity.ts'
import { hostOf, identityOf } from '../world/systems.ts'
import { unansweredKey, type CaseLine, type SendTag } from './case-line.ts'
import { answerByHttp, askByHttp } from './http-exchange.ts'
import { answered, awaitAcknowledgement, dialogsOf, insideDialog, newSession } from './session.ts'
import { settled, type Sending } from './settling.ts'
import type { Tester } from './tester.ts'
import { addressOf, wayTo } from './way.ts'

/** Sends a stage-2 message as its binding has it. Returns the number of the sending. */
export function deliver(tester: Tester, line: CaseLine, delivery: Delivery): number {
  const dispatch = ++line.dispatches
  const binding = tester.bindingOf(line, delivery.message)
  switch (binding.carrier) {
    case 'implied':
      return dispatch
    case 'http-request':
      askByHttp(tester, line, delivery, binding, dispatch)
      return dispatch
    case 'http-response':
      answerByHttp(tester, line, delivery, binding)
      return dispatch
    case 'response':
      respond(tester, line, delivery, binding)
      return dispatch
    case 'request':
      if (binding.method === 'CANCEL') giveUp(line, delivery)
      else {
        request(tester, line, delivery, binding, dispatch)
        receivedAtLeast(line, delivery)
      }
      return dispatch
  }
}

/** Names that are the same for the same seed, and for nobody else. */
const unique = (tester: Tester, line: CaseLine, { step }: Delivery, purpose: string): string =>
  tester.digest(line, step, String(line.sendings.get(step) ?? 0), purpose)

/** Which message names the one it answers by the Call-ID of that one. */
const answers: Readonly<Record<string, string>> = {
  'migration response': 'migration request',
  'migration end response': 'migration end request',
  'private call redirection': 'private call request',
  'call continuity response': 'call continuity request',
  'participating server switch response': 'participating server switch request',
}
export const answeredBy = (message: string): string | undefined => answers[message]

/** When short data messages say that they were sent, seconds: the same in every run. */
const sentAt = Date.UTC(2026, 0, 1) / 1000

function partiesOf(tester: Tester, line: CaseLine, delivery: Delivery): Parties {
  const { planned, systems } = line
  const [from, to] = [delivery.from as FlowRole, delivery.to as FlowRole]
  const host = hostOf(from, systems)
  const local = addressOf(tester.stack(from), planned.transport)
  const user = [delivery.ies['mcServiceId'], delivery.ies['callingParty']].find((one) => one !== undefined)
  const asked = answeredBy(delivery.message)
  return {
    from: identityOf(from, systems),
    to: playerOf(planned, to).identity,
    user: user !== undefined && /^[^\s<>"]+:[^\s<>"]+$/.test(user) ? user : identityOf(from, systems),
    contact: contactOf(tester, line, from),
    clientId: `urn:uuid:${uuidFrom(digest(tester.seed, planned.id, line.slot, 'client'))}`,
    inReplyTo:
      (asked === undefined ? undefined : line.callIds.received.get(asked)) ??
      `${unique(tester, line, delivery, 'nothing asked').slice(0, 24)}@${host}`,
    host,
    leg: entityOf(from) === 'client' ? 'from-client' : entityOf(to) === 'client' ? 'to-client' : 'between-servers',
    sentAt,
    media: line.media?.mediaOf(from) ?? (planned.media ? declined(local.address) : unused(local.address)),
  }
}

/** Where nobody looks at media: ports that are not opened. */
const unused = (address: string) => ({ address, audioPort: 40_000, floorPort: 40_002 })
/** Where a case has media that this one does not look at: the discard port (RFC 863). */
const declined = (address: string) => ({ address, audioPort: 9, floorPort: 9 })

/** A client is reached as its user, everybody else at its address. */
function contactOf(tester: Tester, line: CaseLine, role: FlowRole): string {
  const { transport, id } = line.planned
  const { address, port } = addressOf(tester.stack(role), transport)
  const user = entityOf(role) === 'client' ? `${digest(tester.seed, id, line.slot, 'contact').slice(0, 12)}@` : ''
  const contact = `sip:${user}${hostText(address)}:${port};transport=${transport}`
  if (user !== '') tester.switchboard.contact(line, contact)
  return contact
}

const targetOf = ({ step }: Delivery, { contact }: Parties) => (contact === undefined ? undefined : { contact, step })

function respond(tester: Tester, line: CaseLine, delivery: Delivery, binding: ResponseBinding): void {
  const key = unansweredKey(delivery.from, binding.answers)
  const asked = line.unanswered.get(key)
  if (!asked) return
  line.unanswered.delete(key)
  const { transaction } = asked
  const toTag = unique(tester, line, delivery, 'tag').slice(0, 12)
  const callId = header(transaction.request, 'Call-ID')
  const session = dialogsOf(line, delivery.from as FlowRole).find((one) => one.callId === callId)
  const values = valuesOf(tester.profile, line.planned.service, tester.overrides)
  const parties = partiesOf(tester, line, delivery)
  const response = binding.encode(delivery.ies, parties, values, asked.ies)
  const inside = session?.dialog !== undefined
  const accepts = session && !inside && response.status < 300
  if (accepts) {
    answered(session, transaction, toTag)
    session.target = targetOf(delivery, parties)
  }
  const octets = transaction.respond(inside ? response : { toTag, ...response })
  if (accepts && session === line.sessions.get(delivery.from as FlowRole))
    awaitAcknowledgement(tester.stack(delivery.from), session, transaction, octets)
  if (accepts) line.media?.connect(delivery.from as FlowRole, transaction.request)
}

/**
 * Who answers a request other than INVITE by a message of its own has received it, and says so: 202 is no answer
 * (RFC 3428 7).
 */
function receivedAtLeast(line: CaseLine, { from, message }: Delivery): void {
  const asked = answeredBy(message)
  const key = asked === undefined ? '' : unansweredKey(from, asked)
  const pending = line.unanswered.get(key)
  const startLine = pending?.transaction.request.startLine
  if (!pending || startLine?.kind !== 'request' || startLine.method === 'INVITE') return
  line.unanswered.delete(key)
  pending.transaction.respond({ status: 202, reason: 'Accepted', headers: [] })
}

/** CANCEL of the pending INVITE of this role (RFC 3261 9.1). */
function giveUp(line: CaseLine, { from, step }: Delivery): void {
  const session = line.sessions.get(from as FlowRole)
  if (!session?.pending) return
  session.cancelledAt = step
  session.pending.cancel()
}

function request(tester: Tester, line: CaseLine, delivery: Delivery, binding: RequestBinding, dispatch: number): void {
  const { step, message, copies } = delivery
  const from = delivery.from as FlowRole
  const values = valuesOf(tester.profile, line.planned.service, tester.overrides)
  const parties = partiesOf(tester, line, delivery)
  const wire = binding.encode(delivery.ies, parties, values)
  const own = unique(tester, line, delivery, 'branch')
  const subscription = line.subscriptions.get(from)
  const session =
    subscription !== undefined && subscription.message === binding.within ? subscription : line.sessions.get(from)
  const inside = binding.within === undefined ? undefined : insideDialog(session)
  // What belongs into a dialog that does not exist cannot be sent.
  if (binding.within !== undefined && !inside) return
  const outside = {
    callId: `${unique(tester, line, delivery, 'call').slice(0, 24)}@${hostOf(from, line.systems)}`,
    fromTag: unique(tester, line, delivery, 'tag').slice(0, 12),
    cseq: 1,
  }
  const outgoing: OutgoingRequest = {
    ...wire,
    ...(inside ?? outside),
    ...(inside && { headers: [...inside.headers, ...wire.headers] }),
    branch: `z9hG4bK${own.slice(0, 20)}`,
  }
  line.sendings.set(step, (line.sendings.get(step) ?? 0) + 1)
  line.callIds.sent.set(message, outgoing.callId)
  tester.switchboard.callId(line, outgoing.callId)
  const peer = inside && session ? session.peer : wayTo(playerOf(line.planned, delivery.to), line.planned.transport)
  const tag: SendTag = { line, step, message }
  const transaction: ClientTransaction = tester.stack(from).request(outgoing, peer, tag)
  if (wire.method === 'INVITE') {
    if (session) line.former.push(session)
    const begun = newSession(outgoing.callId, message, peer, transaction)
    line.sessions.set(from, { ...begun, target: targetOf(delivery, parties) })
  }
  const subscribed = wire.method === 'SUBSCRIBE' ? newSession(outgoing.callId, message, peer) : undefined
  if (subscribed) line.subscriptions.set(from, subscribed)
  if (wire.method === 'BYE' && session) session.over = true
  line.transactions.set(transaction, step)
  for (let copy = 1; copy < copies; copy++) transaction.retransmit()
  const sending: Sending = { delivery, dispatch, transaction, outgoing, session: subscribed ?? line.sessions.get(from) }
  void transaction.final.then((outcome) => settled(tester, line, sending, outcome))
}

const uuidFrom = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')

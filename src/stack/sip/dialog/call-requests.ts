import { header, type SipMessage } from '#wire/sip'
import type { UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import type { CallMachine } from './call-machine.ts'
import { hasDescription, plain } from './content.ts'
import { type Dialog, takeSequence } from './dialog.ts'
import { receiveDescription } from './offer-answer.ts'
import { receiveModification } from './modification.ts'
import { receiveRefer } from './refer.ts'

const noDialog = plain(481, 'Call/Transaction Does Not Exist')

/** The CSeq number of a message; NaN when it has none. */
export const sequenceOf = (message: SipMessage): number => Number.parseInt(header(message, 'cseq') ?? '', 10)

/** A request with the local tag of a call: found its dialog, put in order, answered by its method (RFC 3261 12.2.2). */
export function receiveInCall(call: CallMachine, transaction: UserServerTransaction, method: string): void {
  const { request } = transaction
  const remoteTag = readTag(header(request, 'from')) ?? ''
  if (header(request, 'call-id') !== call.callId) return void transaction.respond(noDialog)
  const dialog = dialogOf(call, remoteTag)
  if (dialog === undefined) {
    const fork = call.forks?.find((one) => one.dialog?.remoteTag === remoteTag)
    if (fork === undefined) transaction.respond(noDialog)
    else receiveInCall(fork, transaction, method)
    return
  }
  if (call.state === 'ended') return void transaction.respond(noDialog)
  // "If the remote sequence number is not empty and the sequence number of the request is lower, it MUST be rejected with a 500."
  if (!takeSequence(dialog, sequenceOf(request)))
    return void transaction.respond(plain(500, 'Server Internal Error: CSeq out of order, RFC 3261 12.2.2'))
  switch (method) {
    case 'BYE':
      if (!call.can('bye')) return void transaction.respond(noDialog)
      transaction.respond(ok)
      return void call.handle('bye', request)
    case 'PRACK':
      return receivePrack(call, transaction)
    case 'INVITE':
    case 'UPDATE':
      return receiveModification(call, transaction, method)
    case 'REFER':
      return receiveRefer(call, transaction)
    case 'NOTIFY': {
      const refer = call.refers?.find((one) => one.isFor(request))
      return refer === undefined
        ? void transaction.respond(plain(481, 'Subscription Does Not Exist'))
        : refer.receive(transaction)
    }
    default:
      if (call.onRequest?.(transaction, method, call) === true) return
      transaction.respond(method === 'OPTIONS' ? okWith(call) : notAllowed(call))
  }
}

/** PRACK; an offer in it is answered with what was said last (RFC 3262 5). */
function receivePrack(call: CallMachine, transaction: UserServerTransaction): void {
  const { request } = transaction
  const goOn = call.reliable?.acknowledge(request)
  if (goOn === undefined) return void transaction.respond(noDialog)
  const offered = hasDescription(request) && receiveDescription(call.exchange) && call.exchange.state === 'remote-offer'
  const body = offered ? call.localDescription : undefined
  if (body !== undefined) call.describe(body)
  transaction.respond(body === undefined ? ok : { ...ok, headers: [['Content-Type', body.type]], body: body.octets })
  goOn()
}

const ok = plain(200, 'OK')
const okWith = ({ agent }: CallMachine) => plain(200, 'OK', agent.inviteHeaders)
const notAllowed = ({ agent }: CallMachine) => plain(405, 'Method Not Allowed', [['Allow', agent.allow]])

function dialogOf(call: CallMachine, remoteTag: string): Dialog | undefined {
  if (call.dialog?.remoteTag === remoteTag) return call.dialog
  return call.early.find((one) => one.remoteTag === remoteTag)
}

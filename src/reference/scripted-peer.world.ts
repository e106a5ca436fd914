import { acknowledge, rel18 } from '#bindings'
import type { Alternative, IeValues, WireRequest, WireResponse } from '#bindings'
import { openSipStack } from '#stack/sip'
import type { ClientTransaction, Outcome } from '#stack/sip'
import type { Endpoint } from '#transport'
import { header, readNameAddress } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { messagesOfServices } from './service-messages.ts'

/** A message of the profile that reached the peer. */
export interface Seen {
  readonly name: string
  readonly ies: IeValues
  readonly message: SipMessage
  readonly callId: string
  readonly from: string
}

export interface Asked {
  readonly transaction: ClientTransaction
  /** Status and information elements of the answer; the kind of the outcome where there is none. */
  readonly answer: Promise<string>
}

/** A peer that does as the test says. */
export interface ScriptedPeer {
  readonly port: number
  readonly seen: Seen[]
  /** What it does on a message; unless it returns a response, requests get 200 (OK). */
  react: (seen: Seen) => WireResponse | void
  /** Sends a message of the profile. */
  send(name: string, ies: IeValues, more: SendOptions): Asked
  /** Sends a request as it is given. */
  request(wire: WireRequest, to: Endpoint, name: string): ClientTransaction
  close(): Promise<void>
}

interface SendOptions {
  readonly target: Endpoint
  readonly to: string
  readonly from: string
  /** What distinguishes it from other messages of the test. */
  readonly as: string
  readonly alternative?: Alternative
  readonly inReplyTo?: string
}

const messages = messagesOfServices(rel18, {})
const timers = { t1: 60, t2: 240, t4: 300 }

export async function scriptedPeer(port: number): Promise<ScriptedPeer> {
  const seen: Seen[] = []
  const stack = await openSipStack({
    address: '127.0.0.1',
    port,
    timers,
    onRequest(transaction) {
      const { request: message } = transaction
      const read = messages.in(message).read(message)
      if (read === undefined) {
        transaction.respond({ status: 400, reason: 'Bad Request', headers: [] })
        return
      }
      const from = readNameAddress(header(message, 'From') ?? '')?.uri ?? ''
      const one = { name: read.name, ies: read.ies, message, callId: header(message, 'Call-ID') ?? '', from }
      seen.push(one)
      transaction.respond(peer.react(one) ?? acknowledge(message))
    },
  })

  const request = (wire: WireRequest, to: Endpoint, name: string): ClientTransaction =>
    stack.request(
      {
        ...wire,
        callId: `${tokenOf(name)}@peer.example`,
        fromTag: 'peer',
        branch: `z9hG4bK-${tokenOf(name)}`,
        cseq: 1,
      },
      to,
    )

  const peer: ScriptedPeer = {
    port: stack.local.port,
    seen,
    react: () => undefined,
    request,
    send(name, ies, { target, to, from, as, alternative = 'publish', inReplyTo }) {
      const parties = { from, to, host: 'peer.example', ...(inReplyTo === undefined ? {} : { inReplyTo }) }
      const wire = messages.of('mcptt').request(name, alternative).encode(ies, parties, rel18.values)
      const transaction = request(wire, target, as)
      return { transaction, answer: transaction.final.then((outcome) => answerText(outcome, alternative, ies, name)) }
    },
    close: () => stack.close(),
  }
  return peer
}

const tokenOf = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, '-')

/** For one look: `403 refused "101 service authorisation failed"`. */
function answerText(outcome: Outcome, alternative: Alternative, asked: IeValues, name: string): string {
  if (outcome.kind !== 'response') return outcome.kind
  const line = outcome.message.startLine
  const status = line.kind === 'response' ? String(line.status) : ''
  const warning = header(outcome.message, 'Warning')
  const told = warning === undefined ? '' : ` ${warning}`
  if (!name.includes('authorization')) return `${status}${told}`
  const binding = messages.of('mcptt').response('migration service authorization response', alternative)
  const { ies, problems } = binding.decode(outcome.message, rel18.values, asked)
  const rest = problems.map((problem) => ` ${problem.field}!`).join('')
  return `${status} ${ies['result']} ${ies['mcServiceId']} ${ies['temporaryId'] ?? '-'}${told}${rest}`
}

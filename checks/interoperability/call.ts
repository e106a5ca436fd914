import type { Endpoint, TransportName } from '#transport'
import { type DigestClient, type OutgoingRequest, type OutgoingResponse, type SipStack, systemClock } from '#stack/sip'
import { header, headers, readNameAddress, type SipMessage, splitList } from '#wire/sip'
import { address, draft, endpointOf, statusOf, word } from './elements.ts'

// The least of a dialog (RFC 3261 12, 13): what a call with a foreign element needs, and nothing else.

const offer = (port = 21_990): Buffer =>
  Buffer.from(
    [
      ...['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'],
      ...[`m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', 'a=sendrecv', ''],
    ].join('\r\n'),
  )

/** Milliseconds an answer is waited for. */
const longestCall = 30_000

export interface CallOptions {
  readonly stack: SipStack
  readonly from: string
  readonly to: string
  /** Where the INVITE goes. */
  readonly target: Endpoint
  /** A SIP URI of ours. */
  readonly contact: string
  readonly digest?: DigestClient | undefined
  readonly body?: Buffer | undefined
  /** Sends ACK and BYE where the INVITE went, as to an outbound proxy. */
  readonly stayOnTarget?: boolean | undefined
  /** Gives the call up once it rings. */
  readonly cancelWhenRinging?: boolean | undefined
}

export interface Call {
  /** Final responses in order, challenges and redirections included. */
  readonly answers: readonly string[]
  readonly rang: boolean
  /** 2xx to the INVITE that came again, each acknowledged. */
  readonly repeated: () => number
  /** Ends the call; the final response to BYE. */
  bye(): Promise<string>
}

/** Calls somebody: INVITE, the challenge or redirection on the way, ACK. Fails with a transport's word alone. */
export async function call(options: CallOptions): Promise<Call> {
  const { stack, from, to, contact, digest, body = offer() } = options
  const [callId, fromTag] = [word(), word()]
  const answers: string[] = []
  let [rang, repeated, cseq] = [false, 0, 0]
  let [uri, target] = [to, options.target]

  for (let round = 0; round < 4; round += 1) {
    cseq += 1
    const request = draft('INVITE', from, to, {
      ...{ requestUri: uri, callId, fromTag, cseq, body },
      headers: [
        ['Contact', `<${contact}>`],
        ['Content-Type', 'application/sdp'],
        ...(digest?.authorize('INVITE', uri, body) ?? []),
      ],
    })
    let acknowledge: (() => void) | undefined
    const transaction = stack.request(request, target)
    transaction.onProvisional = ({ startLine }) => {
      if (startLine.kind !== 'response' || startLine.status !== 180) return
      if (!rang && options.cancelWhenRinging === true) transaction.cancel()
      rang = true
    }
    transaction.onSuccessAgain = () => {
      repeated += 1
      acknowledge?.()
    }
    // An INVITE that rings has no timer of its own (RFC 3261 17.1.1).
    const limit = systemClock.after(longestCall, () => transaction.abandon())
    const outcome = await transaction.final
    limit.cancel()
    answers.push(statusOf(outcome))
    if (outcome.kind !== 'response' || outcome.message.startLine.kind !== 'response') break
    const { message } = outcome
    const { status } = outcome.message.startLine
    if (status < 300) {
      const learnt = await dialogOf(message, request, target.transport)
      const dialog = options.stayOnTarget === true ? { ...learnt, hop: target } : learnt
      const octets = stack.acknowledge(
        {
          ...{ ...request, method: 'ACK', requestUri: dialog.remote, to: dialog.to, branch: `z9hG4bK${word()}` },
          ...{ headers: dialog.routes.map((route) => ['Route', route] as const), body: undefined },
        },
        dialog.hop,
      )
      acknowledge = () => stack.sendOctets(octets, dialog.hop)
      const bye = async (): Promise<string> => {
        const ending = draft('BYE', from, dialog.to, {
          ...{ requestUri: dialog.remote, callId, fromTag, cseq: cseq + 1 },
          headers: [
            ...dialog.routes.map((route) => ['Route', route] as const),
            ...(digest?.authorize('BYE', dialog.remote) ?? []),
          ],
        })
        return statusOf(await stack.request(ending, dialog.hop).final)
      }
      return { answers, rang, repeated: () => repeated, bye }
    }
    if (digest?.receive(message).kind === 'try-again') continue
    const moved = status < 400 ? readNameAddress(splitList(header(message, 'contact') ?? '')[0] ?? '')?.uri : undefined
    if (moved === undefined) break
    uri = moved
    target = await endpointOf(moved, options.target.transport)
  }
  return { answers, rang, repeated: () => repeated, bye: () => Promise.resolve('no dialog') }
}

interface Dialog {
  /** To of the 2xx, with its tag. */
  readonly to: string
  /** The remote target (RFC 3261 12.1.2). */
  readonly remote: string
  /** Record-Route, the last first. */
  readonly routes: readonly string[]
  readonly hop: Endpoint
}

async function dialogOf(response: SipMessage, invite: OutgoingRequest, transport: TransportName): Promise<Dialog> {
  const values = (name: string): string[] => headers(response, name).flatMap((field) => splitList(field))
  const remote = readNameAddress(values('contact')[0] ?? '')?.uri ?? invite.requestUri
  const routes = values('record-route').toReversed()
  const hop = await endpointOf(readNameAddress(routes[0] ?? '')?.uri ?? remote, transport)
  return { to: header(response, 'to') ?? invite.to, remote, routes, hop }
}

type Received = Parameters<Parameters<SipStack['attach']>[0]['onRequest']>[0]

/** What came of the calls somebody was given. */
export interface Answering {
  readonly calls: { answered: number; acknowledged: number; ended: number; cancelled: number }
  /** 2xx sent again for want of an ACK. */
  readonly repeated: () => number
}

/** Answers calls at an element: 180, then 200 until its ACK (RFC 3261 13.3.1.4), 200 to BYE; `ringOnly` waits for a CANCEL. */
export function answerCalls(stack: SipStack, user: string, transport: TransportName, ringOnly = false): Answering {
  const calls = { answered: 0, acknowledged: 0, ended: 0, cancelled: 0 }
  const pending = new Map<string, { cancel(): void }>()
  let repeated = 0
  const { port } = transport === 'tls' ? (stack.secure ?? stack.local) : stack.local
  const contact = `<sip:${user}@${address}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}>`
  const ok = (fields: OutgoingResponse['headers'] = [], body?: Uint8Array): OutgoingResponse => ({
    ...{ status: 200, reason: 'OK', headers: fields },
    ...(body && { body }),
  })

  const invite = (transaction: Received): void => {
    const { request } = transaction
    const callId = header(request, 'call-id') ?? ''
    const routes = headers(request, 'record-route').map((route) => ['Record-Route', route] as const)
    transaction.respond({ status: 180, reason: 'Ringing', headers: [...routes, ['Contact', contact]] })
    if (ringOnly) {
      transaction.onCancelled = () => {
        calls.cancelled += 1
        transaction.respond({ status: 487, reason: 'Request Terminated', headers: [] })
      }
      return
    }
    calls.answered += 1
    const octets = transaction.respond(
      ok([...routes, ['Contact', contact], ['Content-Type', 'application/sdp']], offer()),
    )
    const again = (after: number): void => {
      pending.set(
        callId,
        systemClock.after(after, () => {
          repeated += 1
          transaction.retransmit(octets)
          if (after < 64 * stack.timers.t1) again(Math.min(after * 2, stack.timers.t2))
        }),
      )
    }
    again(stack.timers.t1)
  }

  stack.attach({
    onRequest(transaction) {
      const { startLine } = transaction.request
      const method = startLine.kind === 'request' ? startLine.method : ''
      if (method === 'INVITE') invite(transaction)
      else if (method === 'BYE' || method === 'OPTIONS') {
        if (method === 'BYE') calls.ended += 1
        transaction.respond(ok())
      } else return false
      return true
    },
    onAcknowledgement(message) {
      const callId = header(message, 'call-id') ?? ''
      const waiting = pending.get(callId)
      waiting?.cancel()
      if (pending.delete(callId)) calls.acknowledged += 1
      return true
    },
  })
  return { calls, repeated: () => repeated }
}

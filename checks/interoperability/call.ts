import type { Endpoint, TransportName } from '#transport'
import {
  type CallEnd,
  createUserAgent,
  type DigestClient,
  type SipStack,
  type UserAgent,
  type UserAgentOptions,
} from '#stack/sip'
import { header, readNameAddress, type SipMessage, splitList } from '#wire/sip'
import { address, endpointOf, reasonOf } from './elements.ts'

// Calls with elements of others, by the dialog layer of the product.

const offer = {
  type: 'application/sdp',
  octets: Buffer.from(
    [
      ...['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'],
      ...['m=audio 21990 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', 'a=sendrecv', ''],
    ].join('\r\n'),
  ),
}

/** Milliseconds an answer is waited for. */
const longestCall = 30_000

/** A user agent of ours: the only one of its element, and attached after whoever is to be asked first. */
export const userAgent = (
  stack: SipStack,
  user: string,
  domain: string,
  transport: TransportName,
  more: Partial<UserAgentOptions> = {},
): UserAgent => createUserAgent(stack, { address: `sip:${user}@${domain}`, transport, ...more })

export interface CallOptions {
  readonly to: string
  /** Where the INVITE goes. */
  readonly target: Endpoint
  readonly digest?: DigestClient | undefined
  /** Gives the call up once it rings. */
  readonly cancelWhenRinging?: boolean | undefined
  /** Told once it rings. */
  readonly onRinging?: (() => void) | undefined
}

export interface MadeCall {
  /** Final responses in order, challenges and redirections included. */
  readonly answers: readonly string[]
  readonly rang: boolean
  /** Ends the call; the final response to BYE. */
  bye(): Promise<string>
}

/** Calls somebody: INVITE, the challenge or redirection on the way, ACK. Fails with a transport's word alone. */
export async function call(agent: UserAgent, options: CallOptions): Promise<MadeCall> {
  const { digest, cancelWhenRinging = false, onRinging } = options
  const answers: string[] = []
  let rang = false
  let { to: uri, target } = options

  for (let round = 0; round < 4; round += 1) {
    const asked = agent.invite(uri, {
      ...{ target, to: options.to, body: offer, expires: longestCall },
      headers: digest?.authorize('INVITE', uri, offer.octets) ?? [],
    })
    asked.onProgress = ({ startLine }) => {
      if (startLine.kind !== 'response' || startLine.status !== 180) return
      if (rang) return
      rang = true
      if (cancelWhenRinging) asked.hangUp()
      onRinging?.()
    }
    const answered = await asked.answered
    if (!('by' in answered)) {
      answers.push(reasonOf(answered))
      const bye = async (): Promise<string> => {
        asked.hangUp(digest?.authorize('BYE', asked.dialog?.remoteTarget ?? uri) ?? [])
        return saidAtTheEnd(await asked.ended)
      }
      return { answers, rang, bye }
    }
    answers.push(saidAtTheEnd(answered))
    const { message } = answered.by === 'refusal' ? answered : {}
    if (message === undefined) break
    if (digest?.receive(message).kind === 'try-again') continue
    const moved = redirection(message)
    if (moved === undefined) break
    uri = moved
    target = await endpointOf(moved, options.target.transport)
  }
  return { answers, rang, bye: () => Promise.resolve('no dialog') }
}

function redirection(message: SipMessage): string | undefined {
  const { startLine } = message
  if (startLine.kind !== 'response' || startLine.status >= 400) return undefined
  return readNameAddress(splitList(header(message, 'contact') ?? '')[0] ?? '')?.uri
}

const saidAtTheEnd = (end: CallEnd): string => {
  if (end.by === 'failure') return end.text
  return end.message === undefined ? 'nothing' : reasonOf(end.message)
}

/** What came of the calls somebody was given. */
export interface Answering {
  readonly calls: { answered: number; acknowledged: number; ended: number; cancelled: number }
  /** Answers what rings. */
  readonly answer: () => void
}

/**
 * Answers calls: 180, then 200, and 200 to BYE. `when told` lets them ring until then, or until a CANCEL comes: a proxy with several processes
 * may pass on a 200 before the 180 that came just before it by UDP.
 */
export function answerCalls(agent: UserAgent, when: 'at once' | 'when told' = 'at once'): Answering {
  const ringing: (() => void)[] = []
  const answer = (): void => {
    for (const accept of ringing.splice(0)) accept()
  }
  const calls = { answered: 0, acknowledged: 0, ended: 0, cancelled: 0 }
  agent.onInvite = (came) => {
    came.onConfirmed = () => void (calls.acknowledged += 1)
    came.onEnded = (end) => {
      if (end.by !== 'peer' || end.message.startLine.kind !== 'request') return
      if (end.message.startLine.method === 'CANCEL') calls.cancelled += 1
      else calls.ended += 1
    }
    came.ring()
    ringing.push(() => {
      calls.answered += 1
      came.accept({ body: offer })
    })
    if (when === 'at once') answer()
  }
  return { calls, answer }
}

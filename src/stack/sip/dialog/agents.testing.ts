import type { Socket } from 'node:dgram'
import type { Endpoint } from '#transport'
import { header, readMessage, type SipMessage } from '#wire/sip'
import { address, closeAll, element, type Observed, udpPeer, until } from '../element.testing.ts'
import { createUserAgent, type SipStackOptions, type UserAgent, type UserAgentOptions } from '../index.ts'

// Two of our agents, or one of ours and a peer that says what a test tells it to; all on real sockets.

export { closeAll, until }

export interface TestAgent extends Observed {
  readonly agent: UserAgent
  readonly uri: string
  readonly udp: Endpoint
  readonly tcp: Endpoint
  /** Start lines seen by its stack, in order: `> INVITE`, `< 200 INVITE`. */
  readonly log: () => readonly string[]
}

export async function testAgent(
  options: Partial<UserAgentOptions> = {},
  stackOptions: Partial<SipStackOptions> = {},
): Promise<TestAgent> {
  const observed = await element({ onRequest: (transaction) => void transaction.respond(unwanted), ...stackOptions })
  const agent = createUserAgent(observed.stack, { address: 'sip:someone@127.0.0.1', ...options })
  const { local } = observed.stack
  return {
    ...observed,
    agent,
    uri: `sip:someone@${address}:${local.port}`,
    udp: { ...local, transport: 'udp' },
    tcp: { ...local, transport: 'tcp' },
    log: () =>
      observed.traces.map(({ direction, message }) => `${direction === 'sent' ? '>' : '<'} ${lineOf(message)}`),
  }
}

const unwanted = { status: 500, reason: 'Unwanted', headers: [] }

/** `INVITE`, or `200 INVITE`. */
const lineOf = (message: SipMessage): string => {
  const { startLine } = message
  if (startLine.kind === 'request') return startLine.method
  const method = (header(message, 'cseq') ?? '').split(' ')[1]
  return startLine.kind === 'response' ? `${startLine.status} ${method}` : '?'
}

/** A peer without a stack: it keeps what comes and sends what it is given. */
export interface RawPeer {
  readonly port: number
  readonly socket: Socket
  readonly target: Endpoint
  readonly uri: string
  readonly got: SipMessage[]
  /** The first message of that line, awaited: `INVITE`, `200 BYE`; from the `nth` on. */
  take(line: string, nth?: number): Promise<SipMessage>
  send(text: string, port: number): void
  /** A response to a request that came; `tag` for To where it has none. */
  answer(request: SipMessage, status: string, more?: Answering): void
}

interface Answering {
  readonly tag?: string
  readonly lines?: readonly string[]
  readonly body?: string
}

export async function rawPeer(): Promise<RawPeer> {
  const got: SipMessage[] = []
  const { port, socket } = await udpPeer((octets) => got.push(readMessage(octets)))
  const peer: RawPeer = {
    port,
    socket,
    target: { transport: 'udp', address, port },
    uri: `sip:peer@${address}:${port}`,
    got,
    async take(line, nth = 1) {
      const found = (): SipMessage | undefined => got.filter((message) => lineOf(message) === line)[nth - 1]
      await until(() => found() !== undefined)
      return found()!
    },
    send: (text, to) => socket.send(text, to, address),
    answer(request, status, { tag = 'peer', lines = [], body = '' } = {}) {
      const to = header(request, 'to') ?? ''
      const via = header(request, 'via') ?? ''
      const text = [
        `SIP/2.0 ${status}`,
        `Via: ${via}`,
        `From: ${header(request, 'from')}`,
        `To: ${to.includes(';tag=') || tag === '' ? to : `${to};tag=${tag}`}`,
        `Call-ID: ${header(request, 'call-id')}`,
        `CSeq: ${header(request, 'cseq')}`,
        `Contact: <sip:peer@${address}:${port}>`,
        ...lines,
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n')
      peer.send(text, Number(/:(\d+)/.exec(via)?.[1]))
    },
  }
  return peer
}

let requests = 0

export interface Asking {
  readonly callId?: string
  readonly from?: string
  readonly to?: string
  readonly cseq?: number
  readonly branch?: string
  readonly lines?: readonly string[]
  readonly body?: string
}

/** A request of a raw peer as text. */
export function requestText(peer: RawPeer, method: string, uri: string, asking: Asking = {}): string {
  requests += 1
  const { callId = `raw-${requests}`, from = `<${peer.uri}>;tag=raw`, to = `<${uri}>`, cseq = 1 } = asking
  const { branch = `z9hG4bKraw${requests}`, lines = [], body = '' } = asking
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${peer.port};branch=${branch}`,
    'Max-Forwards: 70',
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method === 'ACK' || method === 'CANCEL' ? method : method}`,
    `Contact: <${peer.uri}>`,
    ...lines,
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** A request inside the dialog that an INVITE of a raw peer made. */
export const insideText = (
  peer: RawPeer,
  method: string,
  uri: string,
  answer: SipMessage,
  asking: Asking = {},
): string =>
  requestText(peer, method, uri, {
    callId: header(answer, 'call-id') ?? '',
    from: header(answer, 'from') ?? '',
    to: header(answer, 'to') ?? '',
    ...asking,
  })

/** A session description; each call another. */
export const description = (session = 1) => ({
  type: 'application/sdp',
  octets: Buffer.from(`v=0\r\no=- ${session} ${session} IN IP4 ${address}\r\ns=-\r\nt=0 0\r\n`),
})

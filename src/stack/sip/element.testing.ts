import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Socket } from 'node:net'
import type { OutgoingRequest, ServerTransaction, SipStack, SipStackOptions, Trace, Trouble } from './index.ts'
import { openSipStack } from './index.ts'

// Real peers on real sockets for the tests of this layer; all are closed by `closeAll`.

export const address = '127.0.0.1'

const closing: (() => Promise<unknown> | void)[] = []
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close()
}

export interface Observed {
  readonly stack: SipStack
  readonly requests: ServerTransaction[]
  readonly traces: Trace[]
  readonly troubles: Trouble[]
}

export async function element(options: Partial<SipStackOptions> = {}): Promise<Observed> {
  const requests: ServerTransaction[] = []
  const traces: Trace[] = []
  const troubles: Trouble[] = []
  const stack = await openSipStack({
    address,
    port: 0,
    onRequest: (transaction) => void transaction.respond({ status: 200, reason: 'OK', headers: [] }),
    onTrace: (trace) => void traces.push(trace),
    ...options,
    onTrouble: (trouble) => void troubles.push(trouble),
  })
  closing.push(() => stack.close())
  return { stack, requests, traces, troubles }
}

export async function udpPeer(
  onDatagram: (octets: Buffer, reply: (octets: Uint8Array) => void) => void,
): Promise<{ port: number; socket: UdpSocket }> {
  const socket = createSocket('udp4')
  socket.on('message', (octets, from) => onDatagram(octets, (answer) => socket.send(answer, from.port, from.address)))
  await new Promise<void>((resolve) => socket.bind(0, address, resolve))
  closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())))
  return { port: socket.address().port, socket }
}

export async function tcpPeer(onSocket: (socket: Socket) => void): Promise<{ port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  const bound = server.address()
  return { port: typeof bound === 'object' && bound !== null ? bound.port : 0 }
}

export async function tcpClient(port: number): Promise<{ socket: Socket; text: () => string }> {
  let text = ''
  const socket = connect(port, address)
  socket.on('error', () => undefined)
  socket.on('data', (octets) => (text += octets.toString('latin1')))
  closing.push(() => void socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()))
  return { socket, text: () => text }
}

let requests = 0
export function message(changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  requests += 1
  return {
    method: 'MESSAGE',
    requestUri: 'sip:b@example.org',
    from: 'sip:a@example.org',
    to: 'sip:b@example.org',
    callId: `call-${requests}`,
    fromTag: `tag-${requests}`,
    branch: `z9hG4bK-${requests}`,
    cseq: 1,
    headers: [],
    ...changes,
  }
}

/** A request as text, its Via that of a peer without rport. */
export const rawRequest = (lines: readonly string[] = [], method = 'MESSAGE', via = `${address}:5099`): string => {
  requests += 1
  return [
    `${method} sip:b@example.org SIP/2.0`,
    `Via: SIP/2.0/TCP ${via};branch=z9hG4bK-raw-${requests}`,
    'Max-Forwards: 70',
    'From: <sip:a@example.org>;tag=1',
    'To: <sip:b@example.org>',
    `Call-ID: raw-${requests}`,
    `CSeq: 1 ${method}`,
    ...(lines.length > 0 ? lines : ['Content-Length: 0']),
    '\r\n',
  ]
    .join('\r\n')
    .replace(/\r\n\r\n\r\n$/, '\r\n\r\n')
}

/** The 200 to a request that came as text: its Via, From, To, Call-ID and CSeq. */
export function answerTo(request: Uint8Array, status = '200 OK', extra = ''): Buffer {
  const copied = Buffer.from(request)
    .toString()
    .split('\r\n')
    .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line))
    .map((line) => (line.startsWith('To:') ? `${line};tag=peer` : line))
  return Buffer.from(`SIP/2.0 ${status}\r\n${copied.join('\r\n')}\r\n${extra}Content-Length: 0\r\n\r\n`)
}

export async function until(met: () => boolean): Promise<void> {
  const end = performance.now() + 8000
  while (!met()) {
    if (performance.now() > end) throw new Error('waited 8 s in vain')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Time enough for anything on the way over loopback to arrive. */
export const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40))

import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { rel18 } from '#bindings'
import type { IeValues, Parties } from '#bindings'
import { systemClock } from '#stack/sip'
import { header, readMessage } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { migrationRoles as roles } from './defects.ts'
import type { MigrationRole as Role } from './defects.ts'
import { openReference } from './reference.ts'
import type { Reference } from './reference.ts'
import { messagesOfServices } from './service-messages.ts'
import { document, identities } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

/** A bare UDP socket that speaks as one of the functional entities: what it sends stands in the test, octet by octet. */
export interface RawPeer {
  readonly port: number
  /** All that came, as text. */
  readonly texts: string[]
  /** To the entity, or to another port. */
  send(text: string | Uint8Array, to?: number): void
  /** The next message that no one has taken yet: a request of that method, or a response whose start line says it. */
  next(what: string, ms?: number): Promise<SipMessage | undefined>
  /** Status of the next response above 100 to a method, of that Call-ID; `silence` where none comes. */
  status(ofMethod: string, ms?: number, callId?: string): Promise<string>
  /** Answers a request. */
  answer(request: SipMessage, status: string, more?: readonly string[], body?: string, tag?: string): void
}

/** One functional entity of the reference system, and the others played by the test. */
export interface Bench {
  readonly reference: Reference
  /** Of the entity. */
  port: number
  readonly role: Role
  /** Provisions the entity anew, with more in its document. */
  provision(more: object): Promise<void>
  readonly peers: Readonly<Record<Role, RawPeer>>
  /** The text of a request of the profile, on its way from a peer to the entity. */
  request(from: Role, name: string, ies: IeValues, more?: Draft): string
}

export interface Draft {
  /** What distinguishes the request from others of the same bench. */
  readonly as?: string
  readonly parties?: Partial<Parties>
  readonly alternative?: 'publish' | 'register'
  /** Changes of the text; Content-Length follows unless it is changed itself. */
  readonly edits?: readonly (readonly [what: string | RegExp, by: string])[]
}

const messages = messagesOfServices(rel18, {}).of('mcptt')

export async function onBench<Result>(
  role: Role,
  defects: readonly string[],
  play: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const sockets = new Map<Role, Socket>()
  for (const each of roles) {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    sockets.set(each, socket)
  }
  const ports = Object.fromEntries(roles.map((each) => [each, sockets.get(each)?.address().port ?? 0])) as Ports
  const reference = await openReference({ clock: systemClock, now: () => new Date(), say: () => undefined })
  try {
    const set = reference.setDefects(defects)
    if (!set.ok) throw new Error(set.faults.join('\n'))
    const own = { ...ports, [role]: 0 }
    const topology = { partnerGateway: true, primaryGateway: true }
    const bench: Bench = {
      reference,
      port: 0,
      role,
      peers: Object.fromEntries(
        roles.map((each) => [each, peerOn(sockets.get(each), () => bench.port)]),
      ) as Bench['peers'],
      request: drafting(role, ports),
      async provision(more) {
        const usual = document(own, topology, 'udp', [role], 400)
        const functions = usual.functions.map((each) => ({ ...each, ...more }))
        const outcome = await reference.provision({ ...usual, functions })
        if (!outcome.ok) throw new Error(outcome.faults.join('\n'))
        bench.port = reference.functions()[0]?.local.port ?? 0
      },
    }
    await bench.provision({})
    return await play(bench)
  } finally {
    await reference.close()
    for (const socket of sockets.values()) socket.close()
  }
}

function peerOn(socket: Socket | undefined, port: () => number): RawPeer {
  if (socket === undefined) throw new Error('no socket')
  const waiting: SipMessage[] = []
  const texts: string[] = []
  socket.on('message', (octets) => {
    texts.push(octets.toString('latin1'))
    waiting.push(readMessage(new Uint8Array(octets)))
  })
  const take = async (fits: (message: SipMessage) => boolean, ms: number): Promise<SipMessage | undefined> => {
    const end = performance.now() + ms
    for (;;) {
      const at = waiting.findIndex(fits)
      if (at !== -1) return waiting.splice(at, 1)[0]
      if (performance.now() > end) return undefined
      await pause(5)
    }
  }
  const peer: RawPeer = {
    port: socket.address().port,
    texts,
    send: (text, to = port()) =>
      socket.send(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, to, '127.0.0.1'),
    next: (what, ms = 2000) =>
      take(({ startLine }) => {
        if (startLine.kind === 'request') return startLine.method === what
        return startLine.kind === 'response' && String(startLine.status) === what
      }, ms),
    async status(ofMethod, ms = 2000, callId = '') {
      const found = await take(
        (message) =>
          message.startLine.kind === 'response' &&
          message.startLine.status > 100 &&
          (header(message, 'CSeq') ?? '').endsWith(ofMethod) &&
          (header(message, 'Call-ID') ?? '').startsWith(callId),
        ms,
      )
      return found?.startLine.kind === 'response' ? String(found.startLine.status) : 'silence'
    },
    answer: (request, status, more = [], body = '', tag = 'peer') =>
      peer.send(responseTo(request, status, more, body, tag)),
  }
  return peer
}

/** A response with the header fields of RFC 3261 8.2.6. */
function responseTo(request: SipMessage, status: string, more: readonly string[], body: string, tag: string): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}`)
  const to = header(request, 'To') ?? ''
  const tagged = /;tag=/.test(to) || status.startsWith('100') ? to : `${to};tag=${tag}`
  return [`SIP/2.0 ${status}`, ...copied, `To: ${tagged}`, ...more, `Content-Length: ${body.length}`, '', body].join(
    '\r\n',
  )
}

const drafting =
  (role: Role, ports: Ports): Bench['request'] =>
  (from, name, ies, { as = name, parties = {}, alternative = 'publish', edits = [] } = {}) => {
    const sender = { from: identities[from], to: identities[role], host: 'peer.example' }
    const contact = `sip:${from}@127.0.0.1:${ports[from]}`
    const wire = messages.request(name, alternative).encode(ies, { ...sender, contact, ...parties }, rel18.values)
    const token = as.replaceAll(/[^A-Za-z0-9]+/g, '-')
    const head = [
      `${wire.method} ${wire.requestUri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${ports[from]};branch=z9hG4bK-${token};rport`,
      'Max-Forwards: 70',
      `From: <${wire.from}>;tag=${token}`,
      `To: <${wire.to}>`,
      `Call-ID: ${token}@peer.example`,
      `CSeq: 1 ${wire.method}`,
      ...wire.headers.map(([field, value]) => `${field}: ${value}`),
      'Content-Length: @',
    ].join('\r\n')
    const text = `${head}\r\n\r\n${Buffer.from(wire.body ?? []).toString('latin1')}`
    const edited = edits.reduce((before, [what, by]) => before.replace(what, () => by), text)
    return edited.replace('Content-Length: @', `Content-Length: ${edited.length - edited.indexOf('\r\n\r\n') - 4}`)
  }

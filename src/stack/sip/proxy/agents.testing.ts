import { headers, readMessage, type SipMessage } from '#wire/sip'
import { address, answerTo, element, type Observed, udpPeer } from '../element.testing.ts'
import { createRegistrar } from '../registration/registrar.ts'
import type { SipStackOptions } from '../stack.ts'
import { createProxy, type Proxy, type ProxyOptions } from './proxy.ts'

// Agents that are sockets and text, on both sides of a proxy.

interface Agent {
  readonly port: number
  readonly received: SipMessage[]
  send(text: string | Uint8Array): void
}

export type Behaviour = (message: SipMessage, reply: (octets: Uint8Array) => void) => void

export async function agent(proxyPort: () => number, behave: Behaviour = () => undefined): Promise<Agent> {
  const received: SipMessage[] = []
  const { port, socket } = await udpPeer((octets, reply) => {
    const message = readMessage(octets)
    received.push(message)
    behave(message, reply)
  })
  return { port, received, send: (text) => socket.send(text, proxyPort(), address) }
}

interface Setting extends Observed {
  readonly proxy: Proxy
  /** Binds these Contacts, and no other, to bob. */
  bind(...contacts: readonly string[]): void
}

export async function setting(
  options: Partial<SipStackOptions> = {},
  more: Partial<ProxyOptions> = {},
): Promise<Setting> {
  const observed = await element(options)
  const { stack } = observed
  const registrar = createRegistrar({ clock: stack.clock, domains: ['example.org'], minimumExpires: 1 })
  const exists = (aor: string): boolean => aor !== 'sip:nobody@example.org'
  const proxy = createProxy(stack, { domains: ['example.org'], registrar, exists, ...more })
  const flow = { address, port: 9, transport: 'udp' } as const
  return {
    ...observed,
    proxy,
    bind(...contacts) {
      const expiresAt = stack.clock.now() + 1_000_000
      registrar.bindings.replace(
        'sip:bob@example.org',
        contacts.map((contact, index) => ({
          ...{ contact, parameters: [], preference: 1000, callId: `c${index}`, sequence: 1, path: [], flow },
          ...{ instance: undefined, registrationId: undefined, expiresAt },
        })),
      )
    },
  }
}

interface Written {
  readonly method?: string
  readonly uri?: string
  readonly port: number
  readonly branch?: string
  readonly to?: string
  readonly cseq?: string
  readonly transport?: string
  readonly fields?: readonly string[]
}

let calls = 0
export function written(one: Written): string {
  const { method = 'INVITE', uri = 'sip:bob@example.org', port, transport = 'UDP', fields = [] } = one
  calls += 1
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${address}:${port};branch=${one.branch ?? `z9hG4bK-test-${calls}`}`,
    ...(fields.some((field) => field.startsWith('Max-Forwards')) ? [] : ['Max-Forwards: 70']),
    'From: <sip:alice@example.org>;tag=a',
    `To: ${one.to ?? '<sip:bob@example.org>'}`,
    'Call-ID: call',
    `CSeq: ${one.cseq ?? `1 ${method}`}`,
    ...fields,
    'Content-Length: 0',
    '\r\n',
  ]
    .join('\r\n')
    .replace(/\r\n\r\n\r\n$/, '\r\n\r\n')
}

export const statusesOf = (one: Agent): number[] =>
  one.received.flatMap(({ startLine }) => (startLine.kind === 'response' ? [startLine.status] : []))
export const methodsOf = (one: Agent): string[] =>
  one.received.flatMap(({ startLine }) => (startLine.kind === 'request' ? [startLine.method] : []))
export const requestOf = (one: Agent, method: string): SipMessage => {
  const found = one.received.find(({ startLine }) => startLine.kind === 'request' && startLine.method === method)
  if (found === undefined) throw new Error(`no ${method} came, but ${methodsOf(one).join()}`)
  return found
}
export const uriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.requestUri : '')
export const methodOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

/** Two agents and the proxy between them; bob is registered at his socket. */
export async function pair(
  behave: Behaviour,
  options: Partial<SipStackOptions> = {},
  more: Partial<ProxyOptions> = {},
) {
  const set = await setting(options, more)
  const port = (): number => set.stack.local.port
  const alice = await agent(port)
  const bob = await agent(port, behave)
  set.bind(`sip:bob@${address}:${bob.port}`)
  return { ...set, alice, bob, port: port() }
}

/** With the Record-Route of the request, as a user agent server does (RFC 3261 12.1.1). */
export const answerWith =
  (status: string, methods = ['INVITE']): Behaviour =>
  (message, reply) => {
    if (!methods.includes(methodOf(message))) return
    const records = headers(message, 'record-route').map((value) => `Record-Route: ${value}\r\n`)
    reply(answerTo(message.octets, status, records.join('')))
  }

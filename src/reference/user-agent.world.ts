import { profiles, rel18 } from '#bindings'
import type { Decoded, IeValues, Service } from '#bindings'
import { createUserAgent, openSipStack } from '#stack/sip'
import type { Call, CallEnd, UserServerTransaction } from '#stack/sip'
import type { Endpoint } from '#transport'
import { header, readMessage } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { messagesOfServices } from './service-messages.ts'

/** Bodies and header fields of the bindings on the dialog layer of the SIP stack: a client or a server that the test plays. */
export interface TestAgent {
  readonly port: number
  /** The private calls that came, with what they say. */
  readonly calls: { readonly call: Call; readonly ies: IeValues; readonly message: SipMessage }[]
  /** Other requests that came. */
  readonly requests: { readonly name: string; readonly ies: IeValues; readonly message: SipMessage }[]
  /** What it does with a call; unless set, it is accepted. */
  onCall: ((call: Call, ies: IeValues) => void) | undefined
  /** Status of its answer to another request. */
  status: number
  /** `altered`: what becomes of the body as it is written. */
  call(ies: IeValues, target: Endpoint, to: string, altered?: (body: string) => string): Call
  accept(call: Call, ies: IeValues): void
  /** A request of the profile outside of a dialog; resolves to the status of its answer. */
  send(name: string, ies: IeValues, target: Endpoint, to: string, inReplyTo?: string): Promise<string>
  /** Any message received so far, as text. */
  readonly received: string[]
  close(): Promise<void>
}

interface AgentOptions {
  readonly address: string
  readonly leg: 'from-client' | 'between-servers' | 'to-client'
  readonly profile?: string
  readonly service?: Service
  readonly port?: number
}

const ownByAgent = new Set(['contact', 'supported', 'content-type', 'allow'])

export async function testAgent(options: AgentOptions): Promise<TestAgent> {
  const { address, leg, profile = 'rel-18', service = 'mcptt', port = 0 } = options
  const messages = messagesOfServices(profiles[profile] ?? rel18, {}).of(service)
  const received: string[] = []
  const stack = await openSipStack({
    address: '127.0.0.1',
    port,
    timers: { t1: 60, t2: 240, t4: 300 },
    onRequest: () => undefined,
    onTrace: (trace) => {
      if (trace.direction === 'received') received.push(Buffer.from(trace.octets).toString('latin1'))
    },
  })
  const { featureTag, serviceIdentifier } = messages.values
  const contactParameters = `;+${featureTag};+g.3gpp.icsi-ref="${encodeURIComponent(serviceIdentifier)}"`
  const agent = createUserAgent(stack, { address, contactParameters })
  const parties = (to: string, inReplyTo?: string) => ({
    from: address,
    to,
    user: address,
    host: 'agent.example',
    contact: /<(.*)>/.exec(agent.contact)?.[1] ?? '',
    leg,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
  })
  const contentOf = (headers: readonly (readonly [string, string])[], octets: Uint8Array | undefined) => ({
    headers: headers.filter(([name]) => !ownByAgent.has(name.toLowerCase())),
    ...(octets === undefined
      ? {}
      : { body: { type: headers.find(([name]) => name === 'Content-Type')?.[1] ?? '', octets } }),
  })

  agent.onInvite = (call) => {
    const message = call.invite ?? readMessage(new Uint8Array())
    const ies = messages.read(message)?.ies ?? {}
    self.calls.push({ call, ies, message })
    if (self.onCall === undefined) self.accept(call, ies)
    else self.onCall(call, ies)
  }
  agent.onRequest = (transaction: UserServerTransaction) => {
    const read = messages.read(transaction.request)
    self.requests.push({ name: read?.name ?? 'unknown', ies: read?.ies ?? {}, message: transaction.request })
    transaction.respond(answerTo(read))
    return true
  }

  /** A partner MC service server grants every service authorization. */
  const answerTo = (read: Decoded | undefined) => {
    if (read?.name !== 'migration service authorization request')
      return { status: self.status, reason: 'Done', headers: [] }
    const granted = { ...read.ies, result: 'accepted' }
    const binding = messages.response('migration service authorization response')
    return binding.encode(granted, parties(address), messages.values, read.ies)
  }

  const self: TestAgent = {
    port: stack.local.port,
    calls: [],
    requests: [],
    received,
    onCall: undefined,
    status: 200,
    call(ies, target, to, altered = (body) => body) {
      const wire = messages.request('private call request').encode(ies, parties(to), messages.values)
      const body = Buffer.from(altered(Buffer.from(wire.body ?? []).toString()))
      return agent.invite(to, { target, ...contentOf(wire.headers, body) })
    },
    accept(call, ies) {
      const wire = messages
        .response('private call response')
        .encode(
          { result: 'accepted' },
          { ...parties(address), ...(call.invite === undefined ? {} : { answered: call.invite }) },
          messages.values,
          ies,
        )
      call.accept(contentOf(wire.headers, wire.body))
    },
    async send(name, ies, target, to, inReplyTo) {
      const wire = messages.request(name).encode(ies, parties(to, inReplyTo), messages.values)
      const outcome = await agent.request(wire.method, wire.requestUri, {
        target,
        headers: wire.headers.filter(([field]) => field !== 'Content-Type'),
        ...(wire.body === undefined
          ? {}
          : { body: { type: wire.headers.find(([field]) => field === 'Content-Type')?.[1] ?? '', octets: wire.body } }),
      }).final
      return outcome.kind === 'response' ? statusOf(outcome.message) : outcome.kind
    },
    async close() {
      agent.close()
      await stack.close()
    },
  }
  return self
}

/** `403 399 host "144 ..."`, or the kind of the end. */
export const endOf = (end: CallEnd | SipMessage): string => {
  if (!('by' in end)) return statusOf(end)
  if (end.by === 'refusal') return statusOf(end.message)
  return end.by === 'us' ? `us, ${end.message === undefined ? 'unanswered' : statusOf(end.message)}` : end.by
}

const statusOf = (message: SipMessage): string => {
  const status = message.startLine.kind === 'response' ? String(message.startLine.status) : 'request'
  const warning = header(message, 'Warning')
  return warning === undefined ? status : `${status} ${warning}`
}

import type { Endpoint, TransportName } from '#transport'
import { header, readUri } from '#wire/sip'
import { readTag } from '../tag.ts'
import { hostOf, linesOf } from '../write-request.ts'
import type { ClientTransaction, OutgoingHeaders, ResponseObserver, SipStack, UserServerTransaction } from '../stack.ts'
import { addressUri } from './address-uri.ts'
import { addUser, type AgentCore, type AgentLimits, defaultAgentLimits, type DialogUser } from './agent-core.ts'
import type { Call, InviteOptions } from './call.ts'
import { CallMachine } from './call-machine.ts'
import { type Content, headersWith, noContent } from './content.ts'
import { endpointOf, remembering } from './endpoint-of.ts'
import { createIdentifiers, type Random, systemRandom } from './identifiers.ts'
import type { IncomingSubscription } from './notifier.ts'
import { createForkReception, InviteRelay, receiveFinal } from './outgoing-invite.ts'
import { declinesSubscription, type ReceivedRefer, referDuration, sentRefer, type SentRefer } from './refer.ts'
import { receiveRequest } from './request-core.ts'
import { type SessionTimerPolicy, timerRequestHeaders } from './session-timer.ts'
import { Subscriber, type Subscription } from './subscriber.ts'

/** What a user agent is told; each may be set later. What nobody listens for is refused as its RFC says. */
export interface UserAgentEvents {
  /** An INVITE outside of a dialog; `replaces`: the call it is to replace, which ends when this one is accepted (RFC 3891). */
  onInvite?: ((call: Call, replaces: Call | undefined) => void) | undefined
  onSubscribe?: ((subscription: IncomingSubscription) => void) | undefined
  /** A REFER outside of a dialog; `call`: the one its Target-Dialog names (RFC 4538). */
  onRefer?: ((refer: ReceivedRefer, call: Call | undefined) => void) | undefined
  /** Any other request outside of a dialog, MESSAGE for instance; true: it is answered there. */
  onRequest?: ((transaction: UserServerTransaction, method: string) => boolean) | undefined
}

export interface UserAgentOptions extends UserAgentEvents {
  /** From of our requests: a URI or name-addr. */
  readonly address: string
  /** URI of Contact; unless said, the user of `address` at the address of the stack. */
  readonly contact?: string | undefined
  /** Feature tags behind it, each with its semicolon (RFC 3840 9). */
  readonly contactParameters?: string | undefined
  /** Transport of that Contact; UDP unless said. */
  readonly transport?: TransportName | undefined
  /** Where requests to names go: an outbound proxy. */
  readonly outbound?: Endpoint | undefined
  /** Where requests to a URI go, in place of RFC 3263 for IP addresses. */
  readonly route?: ((uri: string, otherwise: Endpoint) => Endpoint) | undefined
  /** Asks for session timers in our INVITEs (RFC 4028); the peer's are always taken up. */
  readonly sessionTimer?: SessionTimerPolicy | undefined
  readonly limits?: Partial<AgentLimits> | undefined
  readonly random?: Random | undefined
}

/** A request outside of a dialog. */
export interface OutsideOptions extends Content {
  readonly target?: Endpoint | undefined
  readonly to?: string | undefined
  readonly route?: readonly string[] | undefined
}

export interface SubscribeOptions extends OutsideOptions {
  /** Seconds; 3600 unless said. */
  readonly expires?: number | undefined
  readonly eventId?: string | undefined
}

/** A SIP user agent (RFC 3261 8, 12, 13): calls, subscriptions, references and single requests over one stack. */
export interface UserAgent extends UserAgentEvents {
  /** Value of Contact. */
  readonly contact: string
  /** Calls and subscriptions that live. */
  readonly count: number
  invite(uri: string, options?: InviteOptions): Call
  subscribe(uri: string, event: string, options?: SubscribeOptions): Subscription
  refer(uri: string, referTo: string, options?: OutsideOptions): SentRefer
  /** MESSAGE (RFC 3428). */
  message(uri: string, options: OutsideOptions): ClientTransaction
  request(method: string, uri: string, options?: OutsideOptions, observer?: ResponseObserver): ClientTransaction
  /** Ends everything without a word to the peers, and lets go of the stack. */
  close(): void
}

const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, SUBSCRIBE, NOTIFY, MESSAGE'
const supported = '100rel, timer, replaces, norefersub, tdialog'
const nowhere: Endpoint = { transport: 'udp', address: '', port: 0 }

/** Sets a user agent upon a stack: requests that come there are its own from now on. */
export function createUserAgent(stack: SipStack, options: UserAgentOptions): UserAgent {
  const { address, transport = 'udp', outbound = nowhere, route = endpointOf, random = systemRandom() } = options
  const host = hostOf(stack.local.address)
  const contact = `<${options.contact ?? contactUri(address, host, stack, transport)}>${options.contactParameters ?? ''}`
  const contactHeader: OutgoingHeaders = [['Contact', contact]]
  const identifiers = createIdentifiers(random)
  const inviteHeaders: OutgoingHeaders = [...contactHeader, ['Allow', allow], ['Supported', supported]]
  const agent: AgentCore = {
    stack,
    identifiers,
    limits: { ...defaultAgentLimits, ...options.limits },
    from: address.includes('<') ? address : `<${address}>`,
    contact,
    contactHeader,
    inviteHeaders,
    contactLine: linesOf(contactHeader),
    inviteLines: linesOf(inviteHeaders),
    allow,
    sessionTimer: options.sessionTimer,
    users: new Map<string, DialogUser>(),
    endpoint: remembering(1024, route),
    get successor() {
      return forkReception
    },
  }
  const forkReception = createForkReception(agent)

  const outside = (
    method: string,
    uri: string,
    { target, to = uri, route: routes = [], ...content }: OutsideOptions,
    identity: { readonly callId: string; readonly fromTag: string; readonly cseq: number },
    further: OutgoingHeaders,
    observer?: ResponseObserver,
    lines?: string,
  ): ClientTransaction => {
    const own: OutgoingHeaders =
      routes.length === 0 ? further : [...routes.map((one) => ['Route', one] as const), ...further]
    return stack.request(
      {
        method,
        requestUri: uri,
        from: agent.from,
        to,
        ...identity,
        branch: identifiers.branch(identity.fromTag),
        lines,
        headers: headersWith(own, content),
        body: content.body?.octets,
      },
      target ?? nextHop(uri, routes),
      undefined,
      observer,
    )
  }
  const nextHop = (uri: string, routes: readonly string[]): Endpoint =>
    agent.endpoint(addressUri(routes[0]) ?? uri, outbound)
  const newIdentity = () => {
    const fromTag = identifiers.token()
    return { callId: `${fromTag}@${host}`, fromTag, cseq: 1 }
  }

  const userAgent: UserAgent = {
    contact,
    onInvite: options.onInvite,
    onSubscribe: options.onSubscribe,
    onRefer: options.onRefer,
    onRequest: options.onRequest,
    get count() {
      return agent.users.size
    },
    invite(uri, inviteOptions = noContent) {
      const { callId, fromTag } = newIdentity()
      const call = new CallMachine(agent, 'outgoing', callId, fromTag)
      const { body, expires } = inviteOptions
      if (body !== undefined) call.describe(body)
      const { sessionTimer } = agent
      call.askedInterval = sessionTimer?.interval
      const target = inviteOptions.target ?? nextHop(uri, inviteOptions.route ?? [])
      call.outgoing = {
        from: agent.from,
        requestUri: uri,
        target,
        send(cseq, interval) {
          const timer = sessionTimer === undefined ? [] : timerRequestHeaders(sessionTimer, interval)
          const limit = expires === undefined ? [] : [['Expires', String(Math.ceil(expires / 1000))] as const]
          const further: OutgoingHeaders = timer.length + limit.length === 0 ? [] : [...timer, ...limit]
          call.relay = new InviteRelay(agent, call, uri, target)
          return outside(
            'INVITE',
            uri,
            inviteOptions,
            { callId, fromTag, cseq },
            further,
            call.relay,
            agent.inviteLines,
          )
        },
      }
      if (!addUser(agent, fromTag, call)) {
        queueMicrotask(() =>
          receiveFinal(call, { kind: 'transport-error', text: `${agent.users.size} dialogs live already` }),
        )
        return call
      }
      call.clientTransaction = call.outgoing.send(1, call.askedInterval)
      if (expires !== undefined) call.expiry = stack.queues.start(expires, giveUp, call)
      return call
    },
    subscribe(uri, event, { expires = 3600, eventId, ...rest } = {}) {
      const { callId, fromTag } = newIdentity()
      const own: OutgoingHeaders = [
        ...contactHeader,
        ['Event', eventId === undefined ? event : `${event};id=${eventId}`],
        ['Expires', String(expires)],
        ['Allow-Events', event],
      ]
      const subscriber = subscriberFor(uri, rest, { event, eventId, expires, callId, fromTag, implicit: false })
      outside('SUBSCRIBE', uri, rest, { callId, fromTag, cseq: 1 }, own, subscriber)
      return subscriber
    },
    refer(uri, referTo, rest = {}) {
      const { callId, fromTag } = newIdentity()
      const own: OutgoingHeaders = [...contactHeader, ['Refer-To', `<${referTo}>`]]
      const setting = { event: 'refer', eventId: undefined, expires: referDuration, callId, fromTag, implicit: true }
      const silent = declinesSubscription(rest.headers)
      const { refer, onFinal } = sentRefer(silent ? undefined : subscriberFor(uri, rest, setting))
      outside('REFER', uri, rest, { callId, fromTag, cseq: 1 }, own, { onFinal })
      return refer
    },
    message: (uri, content) => outside('MESSAGE', uri, content, newIdentity(), []),
    request: (method, uri, content = {}, observer) => outside(method, uri, content, newIdentity(), [], observer),
    close() {
      detach()
      for (const user of [...agent.users.values()]) user.drop()
    },
  }

  const subscriberFor = (
    uri: string,
    { target, route: routes = [], headers = [] }: OutsideOptions,
    { fromTag, ...setting }: SubscriberIdentity,
  ): Subscriber => {
    const subscriber = new Subscriber({
      ...setting,
      agent,
      localTag: fromTag,
      dialog: undefined,
      from: agent.from,
      requestUri: uri,
      target: target ?? nextHop(uri, routes),
      headers,
      onGone: () => void agent.users.delete(fromTag),
    })
    if (!addUser(agent, fromTag, subscriber)) queueMicrotask(() => subscriber.drop())
    return subscriber
  }

  const detach = stack.attach({
    refuseMerged: true,
    onRequest: (transaction) => receiveRequest(agent, userAgent, transaction),
    onAcknowledgement(message) {
      const user = agent.users.get(readTag(header(message, 'to')) ?? '')
      user?.acknowledge?.(message)
      return user !== undefined
    },
  })
  return userAgent
}

interface SubscriberIdentity {
  readonly event: string
  readonly eventId: string | undefined
  readonly expires: number
  readonly callId: string
  readonly fromTag: string
  readonly implicit: boolean
}

function contactUri(address: string, host: string, stack: SipStack, transport: TransportName): string {
  const uri = readUri(addressUri(address) ?? address)
  const user = uri?.user === undefined ? '' : `${uri.user}@`
  const port = transport === 'tls' ? (stack.secure ?? stack.local).port : stack.local.port
  return `sip:${user}${host}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`
}

// "The UAC MAY use the Expires header field to limit the validity of the invitation": CANCEL then (RFC 3261 13.2.1).
const giveUp = (call: CallMachine): void => {
  call.leavingText ||= 'nobody answered in time'
  call.handle('hang-up')
}

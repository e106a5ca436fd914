import type { Endpoint } from '#transport'
import type { SipMessage } from '#wire/sip'
import type {
  AcknowledgedObserver,
  ClientTransaction,
  OutgoingHeaders,
  ResponseObserver,
  SipStack,
  UserServerTransaction,
} from '../stack.ts'
import { type Content, headersWith } from './content.ts'
import type { Dialog } from './dialog.ts'
import type { Identifiers } from './identifiers.ts'
import { routingOf } from './route-set.ts'
import type { SessionTimerPolicy } from './session-timer.ts'

/** What a user agent holds at most; what comes beyond is answered 503. */
export interface AgentLimits {
  /** Calls and subscriptions that live at once. */
  readonly maxDialogs: number
  /** Dialogs that one INVITE may fork into. */
  readonly maxForks: number
}

export const defaultAgentLimits: AgentLimits = { maxDialogs: 65_536, maxForks: 16 }

/** Whoever has a local tag: requests with it in To are his. */
export interface DialogUser {
  readonly callId: string
  receive(transaction: UserServerTransaction, method: string): void
  acknowledge?(acknowledgement: SipMessage): void
  /** Ends without a word to the peer: the agent is closed. */
  drop(): void
}

/** What all dialogs of a user agent share. */
export interface AgentCore {
  readonly stack: SipStack
  readonly identifiers: Identifiers
  readonly limits: AgentLimits
  /** From of our requests, without tag. */
  readonly from: string
  /** Value of Contact. */
  readonly contact: string
  /** Contact alone, for every message that refreshes the target. */
  readonly contactHeader: OutgoingHeaders
  /** What INVITE and its 2xx say beyond that: Contact, Allow, Supported. */
  readonly inviteHeaders: OutgoingHeaders
  /** The same two as lines of a message. */
  readonly contactLine: string
  readonly inviteLines: string
  readonly allow: string
  readonly sessionTimer: SessionTimerPolicy | undefined
  readonly users: Map<string, DialogUser>
  /** Hears of further 2xx to INVITEs that have been acknowledged. */
  readonly successor: AcknowledgedObserver
  endpoint(uri: string, otherwise: Endpoint): Endpoint
}

/** Whether there was room. */
export function addUser(agent: AgentCore, localTag: string, user: DialogUser): boolean {
  if (agent.users.size >= agent.limits.maxDialogs) return false
  agent.users.set(localTag, user)
  return true
}

const refreshingTarget = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER'])

/** Sends a request inside a dialog (RFC 3261 12.2.1.1). */
export function sendInside(
  agent: AgentCore,
  dialog: Dialog,
  method: string,
  content: Content,
  observer?: ResponseObserver,
  further?: OutgoingHeaders,
): ClientTransaction {
  dialog.localSequence += 1
  const { requestUri, routes, next } = routingOf(dialog)
  let headers = routes.length === 0 ? noHeaders : routes.map((route) => ['Route', route] as const)
  if (further !== undefined) headers = [...headers, ...further]
  return agent.stack.request(
    {
      method,
      requestUri,
      from: dialog.local,
      fromTag: dialog.localTag,
      to: dialog.remote,
      callId: dialog.callId,
      branch: agent.identifiers.branch(dialog.localTag),
      cseq: dialog.localSequence,
      lines: refreshingTarget.has(method) ? agent.contactLine : undefined,
      headers: headersWith(headers, content),
      body: content.body?.octets,
    },
    agent.endpoint(next, dialog.source),
    undefined,
    observer,
  )
}

const noHeaders: OutgoingHeaders = []

/** Sends the ACK to a 2xx (RFC 3261 13.2.2.4): its own transaction-less request with the CSeq number of the INVITE. */
export function acknowledgeInside(
  agent: AgentCore,
  dialog: Dialog,
  sequence: number,
  content: Content,
): { readonly octets: Uint8Array; readonly target: Endpoint } {
  const { requestUri, routes, next } = routingOf(dialog)
  const target = agent.endpoint(next, dialog.source)
  const octets = agent.stack.acknowledge(
    {
      method: 'ACK',
      requestUri,
      from: dialog.local,
      fromTag: dialog.localTag,
      to: dialog.remote,
      callId: dialog.callId,
      branch: agent.identifiers.branch(dialog.localTag),
      cseq: sequence,
      headers: headersWith(routes.length === 0 ? noHeaders : routes.map((route) => ['Route', route]), content),
      body: content.body?.octets,
    },
    target,
  )
  return { octets, target }
}

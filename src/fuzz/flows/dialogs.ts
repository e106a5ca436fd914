import { header, headerValue, readNameAddress, writeMessage, type SipMessage, statusOf } from '#wire/sip'
import { isInside, tagOf } from '../oracle.ts'
import type { Passage, Role } from './disturbance.ts'

/** A dialog that stands between a role of the tester and the entity under test, as the messages made it (RFC 3261 12.1). */
export interface FlowDialog {
  readonly role: Role
  readonly callId: string
  readonly local: string
  readonly remote: string
  readonly target: string
  /** The highest number of a request of ours. */
  readonly sequence: number
  /** Whether the INVITE was ours. */
  readonly calling: boolean
  /** Where we are reached, where that is not where it is sent from. */
  readonly contact?: string
  /** What was offered or agreed by us last. */
  readonly body: { readonly type: string; readonly octets: Uint8Array } | undefined
}

/** The dialogs that an INVITE has made and no BYE has ended. */
export function dialogsIn(log: readonly Passage[]): readonly FlowDialog[] {
  const found = new Map<string, FlowDialog>()
  for (const { direction, role, message } of log) {
    const callId = header(message, 'Call-ID') ?? ''
    const { method, sequence = 0 } = headerValue(message, 'CSeq') ?? {}
    const key = `${role} ${callId}`
    if (message.startLine.kind === 'request') {
      const known = found.get(key)
      if (method === 'BYE') found.delete(key)
      else if (known && direction === 'sent' && method !== 'ACK') found.set(key, { ...known, sequence })
      continue
    }
    if (method !== 'INVITE' || statusOf(message) < 200 || statusOf(message) > 299) continue
    const calling = direction === 'received'
    const [from, to] = [header(message, 'From') ?? '', header(message, 'To') ?? '']
    const invite = log.find(
      (one) => methodOf(one.message) === 'INVITE' && header(one.message, 'Call-ID') === callId && one.role === role,
    )
    const own = calling ? invite?.message : message
    const peer = calling ? message : invite?.message
    const target = readNameAddress((peer && header(peer, 'Contact')) ?? '')?.uri
    if (target === undefined || own === undefined || tagOf(to) === undefined) continue
    const type = header(own, 'Content-Type')
    found.set(key, {
      role,
      callId,
      local: calling ? from : to,
      remote: calling ? to : from,
      target,
      sequence: Math.max(calling ? sequence : 0, found.get(key)?.sequence ?? 0),
      calling,
      body: type === undefined ? undefined : { type, octets: own.body },
    })
  }
  return [...found.values()]
}

export const methodOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.method : '')

/** A request inside of a dialog (RFC 3261 12.2.1.1). */
export function requestInside(
  dialog: FlowDialog,
  method: string,
  sequence: number,
  via: { readonly sentBy: string; readonly branch: string },
  headers: readonly (readonly [string, string])[] = [],
  body?: Uint8Array,
): Uint8Array {
  return writeMessage({
    startLine: { kind: 'request', method, requestUri: dialog.target },
    headers: [
      ['Via', `SIP/2.0/UDP ${via.sentBy};rport;branch=${via.branch}`],
      ['Max-Forwards', '70'],
      ['From', dialog.local],
      ['To', dialog.remote],
      ['Call-ID', dialog.callId],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', dialog.contact ?? `<sip:${via.sentBy}>`],
      ...headers,
      ['Content-Length', String(body?.length ?? 0)],
    ],
    ...(body && { body }),
  })
}

/** Whether it asks for a dialog that does not stand yet. */
export const beginsCall = (message: SipMessage): boolean => methodOf(message) === 'INVITE' && !isInside(message)

import { addressOf, callIdOf, methodOf, statusOf, tagOf } from './addressing.ts'
import type { SipEntry } from './conversation.ts'

/** A session that an INVITE asks for, over all hops. */
export interface Call {
  readonly callId: string
  readonly caller: string
  readonly callee: string
  /** The INVITE on its first hop. */
  readonly invite: SipEntry
  /** The first final response that came to it. */
  answer: SipEntry | undefined
  /** The BYE or CANCEL that ended it. */
  end: SipEntry | undefined
}

/** Sessions by Call-ID and tag of the caller. An INVITE inside a dialog belongs to the session it changes. */
export function findCalls(entries: readonly SipEntry[]): readonly Call[] {
  const calls = new Map<string, Call>()
  for (const entry of entries) {
    const { message } = entry
    const callId = callIdOf(message)
    const method = methodOf(message)
    const known = calls.get(callId)
    if (message.startLine.kind === 'request') {
      if (method === 'INVITE' && known === undefined && tagOf(message, 'to') === '')
        calls.set(callId, {
          callId,
          caller: addressOf(message, 'from')?.uri ?? '',
          callee: addressOf(message, 'to')?.uri ?? message.startLine.requestUri,
          invite: entry,
          answer: undefined,
          end: undefined,
        })
      else if (known !== undefined && (method === 'BYE' || method === 'CANCEL')) known.end ??= entry
    } else if (known !== undefined && method === 'INVITE' && (statusOf(message) ?? 0) >= 200) known.answer ??= entry
  }
  return [...calls.values()]
}

/** Dialogs that came to be: Call-ID and both tags, made by a response with a tag to INVITE, SUBSCRIBE or REFER (RFC 3261 12.1, RFC 6665 4.4.1). */
export function countDialogs(entries: readonly SipEntry[]): number {
  const dialogs = new Set<string>()
  for (const { message } of entries) {
    const status = statusOf(message)
    const tag = tagOf(message, 'to')
    if (status === undefined || status <= 100 || status >= 300 || tag === '') continue
    if (['INVITE', 'SUBSCRIBE', 'REFER'].includes(methodOf(message)))
      dialogs.add([callIdOf(message), tagOf(message, 'from'), tag].join(' '))
  }
  return dialogs.size
}

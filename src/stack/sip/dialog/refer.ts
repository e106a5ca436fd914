import { header, headers, readMessage, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders, Outcome, UserServerTransaction } from '../stack.ts'
import { sendInside } from './agent-core.ts'
import { addressUri } from './address-uri.ts'
import type { CallMachine } from './call-machine.ts'
import { sequenceOf } from './call-requests.ts'
import { type Content, plain } from './content.ts'
import { Notifier, type NotifierSetting } from './notifier.ts'
import { Subscriber, type SubscriberSetting, type Subscription } from './subscriber.ts'

/** Seconds that the subscription of a REFER lasts unless the notifier says otherwise. */
export const referDuration = 180

/** A REFER of ours (RFC 3515 2.4). */
export interface SentRefer {
  readonly response: Promise<Outcome>
  /** The subscription it implies; `undefined` when it was asked not to be made (RFC 4488). */
  readonly subscription: Subscription | undefined
  /** The status line that a NOTIFY tells of: how the reference fares. */
  onStatus: ((status: number, notify: SipMessage) => void) | undefined
}

export type ReferSubscriber = Subscriber

/** A REFER that came. */
export interface ReceivedRefer {
  readonly request: SipMessage
  /** The URI of Refer-To, its method and headers included. */
  readonly referTo: string
  /** Whether the peer asked for no subscription (RFC 4488 4). */
  readonly silent: boolean
  /** 202, and NOTIFY of 100 Trying unless silent. Then tell how it fares. */
  accept(): { report(status: number, reason: string): void }
  refuse(status: number, reason: string, headers?: OutgoingHeaders): void
}

/** The status of a `message/sipfrag` body (RFC 3515 2.4.5, RFC 3420). */
function sipfragStatus(notify: SipMessage): number | undefined {
  const { startLine } = readMessage(notify.body)
  return startLine.kind === 'response' ? startLine.status : undefined
}

/** Makes the two halves of a sent REFER out of its subscriber and its answer. */
export function sentRefer(subscriber: Subscriber | undefined): {
  readonly refer: SentRefer
  readonly onFinal: (outcome: Outcome) => void
} {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const refer: SentRefer = { response: promise, subscription: subscriber, onStatus: undefined }
  if (subscriber !== undefined)
    subscriber.onNotify = (notify) => {
      const status = sipfragStatus(notify)
      if (status !== undefined) refer.onStatus?.(status, notify)
    }
  return {
    refer,
    onFinal(outcome) {
      subscriber?.onFinal(outcome)
      resolve(outcome)
    },
  }
}

/** Whether the headers of a REFER decline its subscription (RFC 4488 4). */
export const declinesSubscription = (fields: OutgoingHeaders | undefined): boolean =>
  (fields ?? []).some(([name, value]) => name.toLowerCase() === 'refer-sub' && /^\s*false/i.test(value))

/** REFER inside the dialog of a call. */
export function sendRefer(call: CallMachine, referTo: string, content: Content): SentRefer {
  const { agent, dialog } = call
  if (dialog === undefined || call.state === 'ended') {
    const refused: Outcome = { kind: 'transport-error', text: `a call that is ${call.state} has no dialog to refer in` }
    return { response: Promise.resolve(refused), subscription: undefined, onStatus: undefined }
  }
  const setting: SubscriberSetting = {
    agent,
    event: 'refer',
    eventId: String(dialog.localSequence + 1),
    expires: referDuration,
    callId: call.callId,
    localTag: call.localTag,
    dialog,
    from: dialog.local,
    requestUri: dialog.remoteTarget,
    target: dialog.source,
    headers: [],
    implicit: true,
    onGone: () => (call.refers = call.refers?.filter((one) => one !== subscriber)),
  }
  const subscriber = declinesSubscription(content.headers) ? undefined : new Subscriber(setting)
  if (subscriber !== undefined) call.refers = [...(call.refers ?? []), subscriber]
  const { refer, onFinal } = sentRefer(subscriber)
  sendInside(agent, dialog, 'REFER', content, { onFinal }, [['Refer-To', `<${referTo}>`]])
  return refer
}

/** A REFER inside the dialog of a call. */
export function receiveRefer(call: CallMachine, transaction: UserServerTransaction): void {
  const { agent, dialog } = call
  if (call.onRefer === undefined || dialog === undefined)
    return void transaction.respond(plain(405, 'Method Not Allowed', [['Allow', agent.allow]]))
  const refer = takeRefer(transaction, { agent, dialog, onGone: () => undefined }, false)
  if (refer !== undefined) call.onRefer(refer, call)
}

/** Judges a REFER and makes its notifier; answers it, and gives nothing, when it breaks a rule (RFC 3515 2.4.2). */
export function takeRefer(
  transaction: UserServerTransaction,
  place: Pick<NotifierSetting, 'agent' | 'dialog' | 'onGone'>,
  alone: boolean,
  onNotifier?: (notifier: Notifier) => void,
): ReceivedRefer | undefined {
  const { request } = transaction
  const references = headers(request, 'refer-to')
  const referTo = addressUri(references[0])
  // "A REFER request [...] MUST contain exactly one Refer-To", else 400.
  if (references.length !== 1 || referTo === undefined) {
    transaction.respond(plain(400, 'Bad Request: exactly one Refer-To, RFC 3515 2.4.2'))
    return undefined
  }
  const silent = /^\s*false/i.test(header(request, 'refer-sub') ?? '')
  const sequence = String(sequenceOf(request))
  const setting = { transaction, event: 'refer', asked: referDuration, implicit: true, ...place }
  const notifier = new Notifier({ ...setting, eventId: alone ? undefined : sequence })
  return {
    request,
    referTo,
    silent,
    accept() {
      if (silent) {
        transaction.respond({
          ...plain(202, 'Accepted', [...place.agent.contactHeader, ['Refer-Sub', 'false']]),
          toTag: place.dialog.localTag,
        })
        return { report: () => undefined }
      }
      onNotifier?.(notifier)
      notifier.accept({ body: sipfrag(100, 'Trying') })
      return {
        report(status, reason) {
          const body = sipfrag(status, reason)
          if (status < 200) notifier.notify(body)
          else notifier.terminate('noresource', { body })
        },
      }
    },
    refuse: (status, reason, fields = []) => notifier.refuse(status, reason, fields),
  }
}

const sipfrag = (status: number, reason: string) => ({
  type: 'message/sipfrag;version=2.0',
  octets: Buffer.from(`SIP/2.0 ${status} ${reason}\r\n`),
})

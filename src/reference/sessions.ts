import type { WireRequest, WireResponse } from '#bindings'
import {
  dialogOfRequest,
  dialogOfResponse,
  endpointOf,
  readTag,
  refreshTarget,
  routingOf,
  SuccessRepetition,
} from '#stack/sip'
import { takeSequence } from '#stack/sip'
import type { ClientTransaction, Dialog, Outcome, SipStack, UserServerTransaction } from '#stack/sip'
import type { Endpoint } from '#transport'
import { header, headers, readCSeq, splitList } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'
import { boundedTable } from './bounded-table.ts'
import { sequenceOf } from './flawed-reading.ts'
import { mostEntries } from './mc-function.ts'
import type { IncomingRequest, Sent, Session } from './mc-function.ts'

/** What the dialogs of one functional entity need of its signalling. */
export interface SessionsOptions {
  readonly stack: SipStack
  readonly defective: (name: DefectName) => boolean
  /** A branch parameter (RFC 3261 8.1.1.7) that follows from the words. */
  readonly branch: (cause: string, purpose: string) => string
}

/** An INVITE of ours, as it was sent. */
interface SentInvite {
  readonly from: string
  readonly fromTag: string
  readonly callId: string
  readonly cseq: number
  readonly requestUri: string
  readonly cause: string
}

/** What a request that says it is inside a dialog is. */
type InDialog =
  | { readonly kind: 'in order'; readonly deliver: (request: IncomingRequest) => void; readonly modify: Modify }
  | Outside
  | OutOfOrder
/** Answers a re-INVITE (RFC 3261 14.2). */
type Modify = (transaction: UserServerTransaction) => void
/** RFC 3261 12.2.2: 481. */
interface Outside {
  readonly kind: 'outside'
}
/** RFC 3261 12.2.2: 500. */
interface OutOfOrder {
  readonly kind: 'out of order'
}

/** The dialogs that INVITEs have made at one functional entity (RFC 3261 12, 13). */
export interface Sessions {
  /** Answers an INVITE with a 2xx, which is sent again until its ACK comes (RFC 3261 13.3.1.4). */
  accept(transaction: UserServerTransaction, response: WireResponse, localTag: string): Session
  /** Answers a SUBSCRIBE with a 2xx, which makes a dialog at once (RFC 6665 4.2.1). */
  subscribe(transaction: UserServerTransaction, response: WireResponse, localTag: string): Session
  /** Acknowledges the 2xx to an INVITE of ours, each time it comes (RFC 3261 13.2.2.4). */
  acknowledge(sent: SentInvite, target: Endpoint, transaction: ClientTransaction, success: SipMessage): Session
  find(request: SipMessage): InDialog
  /** Whether it names a dialog of ours. */
  knows(message: SipMessage): boolean
  onAcknowledgement(message: SipMessage): void
  clear(): void
}

interface Held {
  readonly dialog: Dialog
  readonly session: Session
  repetition: SuccessRepetition | undefined
  /** What was offered and answered, where the peer offered. */
  readonly agreed: Agreement | undefined
  /** Octets of the answer to the first re-INVITE (only ever used by a defect). */
  refreshed: Uint8Array | undefined
  /** Lets requests of ours go. */
  readonly confirm: () => void
}

interface Agreement {
  readonly offer: string
  readonly response: WireResponse
}

export function openSessions({ stack, defective, branch }: SessionsOptions): Sessions {
  const held = boundedTable<Held>(mostEntries, (oldest) => oldest.repetition?.stop())

  function hold(dialog: Dialog, agreed?: Agreement): Held {
    const key = `${dialog.callId} ${dialog.localTag}`
    const { promise: confirmed, resolve } = Promise.withResolvers<void>()
    if (dialog.confirmed) resolve()
    const session: Session = {
      callId: dialog.callId,
      onRequest: undefined,
      onUnacknowledged: undefined,
      request: (wire, cause, purpose, astray): Sent => ({
        callId: dialog.callId,
        final: confirmed.then(() => sendInside(dialog, wire, branch(cause, purpose), astray)),
      }),
      leave() {
        held.get(key)?.repetition?.stop()
        resolve()
        if (!defective('dialog-outlives-bye')) return void held.delete(key)
        stack.clock.after(64 * stack.timers.t1, () => {
          if (held.get(key) === one) held.delete(key)
        })
      },
    }
    const one: Held = { dialog, session, repetition: undefined, agreed, refreshed: undefined, confirm: resolve }
    held.set(key, one)
    return one
  }

  function sendInside(dialog: Dialog, wire: WireRequest, ownBranch: string, astray?: string): Promise<Outcome> {
    const { requestUri, routes, next } = routingOf(dialog)
    dialog.localSequence += 1
    return stack.request(
      {
        ...identityOf(dialog),
        method: wire.method,
        requestUri: astray ?? requestUri,
        branch: ownBranch,
        cseq: dialog.localSequence,
        headers: [...routes.map((route) => ['Route', route] as const), ...wire.headers],
        body: wire.body,
      },
      nextHop(next, dialog.source),
    ).final
  }

  /** Until the ACK comes. */
  function repeat(one: Held, transaction: UserServerTransaction, octets: Uint8Array, sequence: number): void {
    one.repetition?.stop()
    const repeater = defective('success-sent-once')
      ? silent
      : defective('repeated-success-with-another-tag')
        ? { retransmit: (sent: Uint8Array) => transaction.retransmit(withAnotherTag(sent)) }
        : transaction
    const { timers: right } = stack
    const timers = defective('acknowledgement-awaited-briefly') ? { ...right, t1: right.t1 / 8 } : right
    one.repetition = new SuccessRepetition(stack.queues, timers, repeater, octets, sequence, () => {
      one.repetition = undefined
      one.confirm()
      if (!defective('unacknowledged-session-kept')) one.session.onUnacknowledged?.()
    })
  }

  /** RFC 3261 14.2: the session that was agreed is answered as it was, and no other one is taken. */
  function refresh(one: Held, transaction: UserServerTransaction): void {
    const { request } = transaction
    const { agreed, dialog } = one
    if (defective('route-set-replaced'))
      dialog.routeSet = headers(request, 'Record-Route').flatMap((field) => splitList(field))
    if (one.refreshed !== undefined && defective('reinvite-answered-from-cache'))
      return transaction.retransmit(one.refreshed)
    if (agreed === undefined || sessionDescriptionOf(request) !== agreed.offer) {
      if (defective('refused-reinvite-moves-target')) refreshTarget(dialog, request)
      const { localTag: toTag } = dialog
      return void transaction.respond({ status: 488, reason: 'Not Acceptable Here', headers: [], toTag })
    }
    refreshTarget(dialog, request)
    const octets = transaction.respond({ ...agreed.response, toTag: dialog.localTag })
    one.refreshed ??= octets
    repeat(one, transaction, octets, dialog.remoteSequence)
  }

  /** Whatever its tags. */
  const ofCall = (request: SipMessage): Held | undefined =>
    [...held.values()].find(({ dialog }) => dialog.callId === header(request, 'Call-ID'))

  return {
    accept(transaction, response, localTag) {
      const { request, transport, remote } = transaction
      const sequence = readCSeq(header(request, 'CSeq') ?? '')?.sequence ?? 0
      const agreed = { offer: sessionDescriptionOf(request), response }
      const dialog = dialogOfRequest(request, localTag, sequence, { transport, ...remote })
      const one = hold(defective('route-set-of-caller-forgotten') ? { ...dialog, routeSet: [] } : dialog, agreed)
      repeat(one, transaction, transaction.respond({ ...response, toTag: localTag }), sequence)
      return one.session
    },
    subscribe(transaction, response, localTag) {
      const { request, transport, remote } = transaction
      const sequence = readCSeq(header(request, 'cseq') ?? '')?.sequence ?? 0
      const one = hold(dialogOfRequest(request, localTag, sequence, { transport, ...remote }))
      transaction.respond({ ...response, toTag: localTag })
      one.confirm()
      return one.session
    },
    acknowledge(sent, target, transaction, success) {
      const dialogOf = (answer: SipMessage): Dialog => {
        const dialog = dialogOfResponse(answer, sent, sent.requestUri, target)
        return defective('route-set-not-reversed') ? { ...dialog, routeSet: dialog.routeSet.toReversed() } : dialog
      }
      const one = hold(dialogOf(success))
      const acknowledgeIn = (dialog: Dialog, purpose: string): (() => void) => {
        const { requestUri, routes, next } = routingOf(dialog)
        const hop = nextHop(next, target)
        const octets = stack.acknowledge(
          {
            ...identityOf(dialog),
            method: 'ACK',
            requestUri,
            branch: branch(sent.cause, purpose),
            cseq: sent.cseq,
            headers: routes.map((route) => ['Route', route] as const),
          },
          hop,
        )
        return () => stack.sendOctets(octets, hop)
      }
      const acknowledgements = new Map<string, () => void>()
      acknowledgements.set(one.dialog.remoteTag, acknowledgeIn(one.dialog, `ACK ${sent.callId}`))
      // RFC 3261 13.2.2.4: each 2xx of a fork is acknowledged, and those that are not wanted are ended.
      transaction.onSuccessAgain = (again) => {
        const tag = readTag(header(again, 'To')) ?? ''
        const known = acknowledgements.get(tag)
        if (known !== undefined) return defective('repeated-success-not-acknowledged') ? undefined : known()
        if (defective('forked-success-left') || acknowledgements.size === mostForks) return
        const fork = dialogOf(again)
        acknowledgements.set(tag, acknowledgeIn(fork, `ACK ${sent.callId} ${tag}`))
        void sendInside(fork, bye(sent), branch(sent.cause, `BYE ${sent.callId} ${tag}`))
      }
      return one.session
    },
    find(request) {
      const { startLine } = request
      const isEnd = startLine.kind === 'request' && startLine.method === 'BYE'
      const found = held.get(keyIn(request)) ?? (isEnd && defective('any-tag-ends-call') ? ofCall(request) : undefined)
      if (found === undefined || found.dialog.remoteTag !== (readTag(header(request, 'From')) ?? ''))
        return { kind: 'outside' }
      const inOrder = takeSequence(found.dialog, sequenceOf(request, defective))
      if (!inOrder && !defective('earlier-sequence-taken')) return { kind: 'out of order' }
      const { onRequest } = found.session
      const modify: Modify = (transaction) => refresh(found, transaction)
      return onRequest === undefined ? { kind: 'outside' } : { kind: 'in order', deliver: onRequest, modify }
    },
    knows: (message) => held.get(keyIn(message)) !== undefined,
    onAcknowledgement(message) {
      const found = held.get(keyIn(message))
      const isItsOwn = found?.repetition?.sequence === readCSeq(header(message, 'CSeq') ?? '')?.sequence
      if (!isItsOwn && !defective('acknowledgement-of-any-number-taken')) return
      found?.confirm()
      if (found === undefined || defective('acknowledgement-ignored')) return
      found.repetition?.stop()
      found.repetition = undefined
    },
    clear() {
      for (const { repetition } of held.values()) repetition?.stop()
      held.clear()
    },
  }
}

/** The lines of the session description in a message, itself or in a part. */
const sessionDescriptionOf = ({ body }: SipMessage): string =>
  /^v=0\r?\n(?:[a-z]=.*\r?\n)+/m.exec(Buffer.from(body).toString('latin1'))?.[0] ?? ''

/** A response whose To has another tag (only ever by a defect). */
const withAnotherTag = (octets: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(octets)
      .toString('latin1')
      .replace(/^(To:.*;tag=)/im, '$1another-'),
    'latin1',
  )

/** Sends nothing again (only ever by a defect). */
const silent = { retransmit: (): void => undefined }

/** Called parties of one INVITE who answer. */
const mostForks = 16

const bye = ({ from, requestUri }: SentInvite): WireRequest => ({
  ...{ method: 'BYE', from, to: requestUri, requestUri, headers: [] },
})

const identityOf = ({ local, localTag, remote, callId }: Dialog) => ({
  from: local,
  fromTag: localTag,
  to: remote,
  callId,
})

const keyIn = (message: SipMessage): string =>
  `${header(message, 'Call-ID') ?? ''} ${readTag(header(message, 'To')) ?? ''}`

/** The port and transport that a URI says; never another address than that of the peer, and TLS for TLS alone, whatever it says. */
export function nextHop(uri: string, peer: Endpoint): Endpoint {
  const said = endpointOf(uri, peer)
  const isSame = said.address === peer.address && (said.transport === 'tls') === (peer.transport === 'tls')
  return isSame ? { ...said, name: peer.name } : peer
}

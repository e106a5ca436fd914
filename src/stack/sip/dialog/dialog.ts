import type { Endpoint } from '#transport'
import { header, headerField, headers, type SipMessage, splitList, statusOf } from '#wire/sip'
import { readTag } from '../tag.ts'
import { addressUri } from './address-uri.ts'

/** The state of a dialog (RFC 3261 12). Its identifier is Call-ID, local tag and remote tag. */
export interface Dialog {
  readonly callId: string
  readonly localTag: string
  /** Empty when the peer is an element of RFC 2543 without tags (RFC 3261 12.1.1). */
  readonly remoteTag: string
  /** From of our requests, without its tag. */
  readonly local: string
  /** To of our requests, with its tag. */
  readonly remote: string
  localSequence: number
  /** -1 as long as it is empty. */
  remoteSequence: number
  remoteTarget: string
  routeSet: readonly string[]
  confirmed: boolean
  /** RSeq of the latest reliable provisional response taken in order (RFC 3262 4); -1 before the first. */
  reliableSequence: number
  /** Where the message came from that made the dialog. */
  readonly source: Endpoint
}

const noRoutes: readonly string[] = []

function recordRoutes(message: SipMessage): readonly string[] {
  if (headerField(message, 'record-route') === undefined) return noRoutes
  const fields = headers(message, 'record-route')
  return fields.flatMap((field) => splitList(field))
}

// "The route set MUST be set to the list of URIs in the Record-Route header field from the response, taken in reverse order."
function routesOfResponse(response: SipMessage): readonly string[] {
  const routes = recordRoutes(response)
  return routes.length === 0 ? noRoutes : routes.toReversed()
}

/** A From or To with its address in brackets: written without, what follows the address is none of the URI (RFC 3261 20.10). */
function inBrackets(field: string): string {
  if (field === '' || field.includes('<')) return field
  const end = field.indexOf(';')
  return end === -1 ? `<${field}>` : `<${field.slice(0, end).trimEnd()}>${field.slice(end)}`
}

/** The dialog that a response with a To tag makes at the client (RFC 3261 12.1.2). */
export function dialogOfResponse(
  response: SipMessage,
  sent: { readonly from: string; readonly fromTag: string; readonly callId: string; readonly cseq: number },
  target: string,
  source: Endpoint,
): Dialog {
  const remote = header(response, 'to') ?? ''
  const status = statusOf(response)
  return {
    callId: sent.callId,
    localTag: sent.fromTag,
    remoteTag: readTag(remote) ?? '',
    local: sent.from,
    remote: inBrackets(remote),
    localSequence: sent.cseq,
    remoteSequence: -1,
    remoteTarget: addressUri(header(response, 'contact')) ?? target,
    routeSet: routesOfResponse(response),
    confirmed: status >= 200,
    reliableSequence: -1,
    source,
  }
}

/** The dialog that a response with a To tag makes at the server (RFC 3261 12.1.1). */
export function dialogOfRequest(request: SipMessage, localTag: string, sequence: number, source: Endpoint): Dialog {
  const remote = header(request, 'from') ?? ''
  return {
    callId: header(request, 'call-id') ?? '',
    localTag,
    remoteTag: readTag(remote) ?? '',
    local: inBrackets(header(request, 'to') ?? ''),
    remote: inBrackets(remote),
    // "The local sequence number MUST be empty": the first request chooses one (12.2.1.1).
    localSequence: 0,
    remoteSequence: sequence,
    remoteTarget: addressUri(header(request, 'contact')) ?? addressUri(remote) ?? '',
    routeSet: recordRoutes(request),
    confirmed: false,
    reliableSequence: -1,
    source,
  }
}

/** A 2xx makes an early dialog a confirmed one: its route set is computed anew, its target too (RFC 3261 13.2.2.4, 12.1.2). */
export function confirmDialog(dialog: Dialog, response: SipMessage): void {
  if (!dialog.confirmed) dialog.routeSet = routesOfResponse(response)
  dialog.confirmed = true
  refreshTarget(dialog, response)
}

/** A target refresh request or its 2xx replaces the remote target, never the route set (RFC 3261 12.2.1.2, 12.2.2). */
export function refreshTarget(dialog: Dialog, message: SipMessage): void {
  dialog.remoteTarget = addressUri(header(message, 'contact')) ?? dialog.remoteTarget
}

/** Takes the CSeq of a request inside the dialog; false when it is out of order: answer 500 then (RFC 3261 12.2.2). */
export function takeSequence(dialog: Dialog, sequence: number): boolean {
  if (sequence <= dialog.remoteSequence) return false
  dialog.remoteSequence = sequence
  return true
}

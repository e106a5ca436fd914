import type { Address, TransportName } from '#transport'
import { header, headers, parameter, readCSeq, readNameAddress, type SipMessage, splitList } from '#wire/sip'
import { type Binding, isReachable } from './binding.ts'

/** What a REGISTER asks for (RFC 3261 10.2). */
export type Requested =
  /** No Contact: what is registered? */
  | { readonly kind: 'query' }
  /** `Contact: *` with `Expires: 0`. */
  | { readonly kind: 'remove-all'; readonly callId: string; readonly sequence: number }
  | { readonly kind: 'bind'; readonly bindings: readonly RequestedBinding[] }
  /** The rule that is broken. */
  | { readonly kind: 'malformed'; readonly text: string }

/** A binding with the seconds that it asks for. */
export type RequestedBinding = Omit<Binding, 'expiresAt'> & { readonly seconds: number | undefined }

/** Reads the Contacts of a REGISTER; `most` is how many are looked at. */
export function readRequested(
  request: SipMessage,
  flow: Address & { readonly transport: TransportName },
  most: number,
): Requested {
  const callId = header(request, 'call-id')
  const sequence = readCSeq(header(request, 'cseq') ?? '')?.sequence
  if (callId === undefined || sequence === undefined) return malformed('Call-ID and CSeq are mandatory (RFC 3261 10.2)')
  const contacts = headers(request, 'contact').flatMap((field) => splitList(field))
  const expires = header(request, 'expires')
  if (contacts.length === 0) return { kind: 'query' }
  if (contacts.includes('*')) {
    if (contacts.length > 1) return malformed('Contact * stands alone (RFC 3261 10.2.2)')
    if (expires === undefined || Number(expires) !== 0)
      return malformed('Contact * asks for Expires: 0 (RFC 3261 10.2.2)')
    return { kind: 'remove-all', callId, sequence }
  }
  if (contacts.length > most) return malformed(`at most ${most} Contacts are taken`)
  const path = headers(request, 'path').flatMap((field) => splitList(field))
  const bindings: RequestedBinding[] = []
  for (const contact of contacts) {
    const address = readNameAddress(contact)
    if (address === undefined || !isReachable(address.uri))
      return malformed(`no Contact that can be reached: ${JSON.stringify(contact.slice(0, 80))} (RFC 3261 20.10)`)
    const said = (name: string): string | undefined => parameter(address.parameters, name)
    const identifier = said('reg-id')
    bindings.push({
      contact: address.uri,
      parameters: address.parameters.filter(({ name }) => name.toLowerCase() !== 'expires'),
      preference: preferenceOf(said('q')),
      callId,
      sequence,
      path,
      instance: said('+sip.instance')?.replaceAll(/^<|>$/g, ''),
      // A reg-id without an instance is of no account (RFC 5626 6).
      registrationId: said('+sip.instance') === undefined ? undefined : numberOf(identifier),
      flow,
      seconds: secondsOf(said('expires') ?? expires),
    })
  }
  // "MUST NOT contain more than one non-zero expiration" with reg-id: the flow is one (RFC 5626 6).
  const flows = bindings.filter(({ registrationId, seconds }) => registrationId !== undefined && seconds !== 0)
  if (flows.length > 0 && bindings.filter(({ seconds }) => seconds !== 0).length > 1)
    return malformed('reg-id binds one Contact at a time (RFC 5626 6)')
  return { kind: 'bind', bindings }
}

const malformed = (text: string): Requested => ({ kind: 'malformed', text })

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined

// "If this is malformed, treat it as 3600": the registrar's default stands in (RFC 3261 20.19, 10.2.1.1).
const secondsOf = (text: string | undefined): number | undefined => {
  const seconds = numberOf(text?.trim())
  return seconds === undefined ? undefined : Math.min(seconds, 2 ** 32 - 1)
}

const preferenceOf = (q: string | undefined): number =>
  q !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Math.round(Number(q) * 1000) : 1000

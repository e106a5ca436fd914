import type { WireRequest, WireResponse } from '#bindings'
import { partHeader, readMultipart } from '#wire/multipart'
import { header, readMediaType, type SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'

/** Header fields that a user agent between two dialogs writes anew, or leaves out: what the bindings know. */
const known =
  /^(via|v|from|f|to|t|call-id|i|cseq|max-forwards|contact|m|content-.*|c|l|e|route|record-route|supported|k|require|allow|accept|accept-contact|a|answer-mode|in-reply-to|user-agent|server|event|o|expires|date|session-expires|x|min-se|p-.*|authorization|proxy-authorization|mime-version|timestamp)$/i

/** What a gateway server sends on, with the header fields that it does not know (only ever by a defect). */
export function withUnlistedHeaders(wire: WireRequest, from: SipMessage): WireRequest {
  const unlisted = from.headers.filter(({ name }) => !known.test(name.trim()))
  return { ...wire, headers: [...unlisted.map(({ name, value }) => [name.trim(), value] as const), ...wire.headers] }
}

/** What a gateway server sends on, with the name that the user agent of the inside gives itself (only ever by a defect). */
export function withUserAgent(wire: WireRequest, from: SipMessage): WireRequest {
  const agent = header(from, 'User-Agent')
  return agent === undefined ? wire : { ...wire, headers: [['User-Agent', agent], ...wire.headers] }
}

const text = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

/** The session description in a body, up to the end of its part. */
const description = /^v=0\r?\n(?:[a-z]=.*\r?\n)+/m

/** What a gateway server sends on, with the streams behind the first that say an address of their own (only ever by a defect). */
export function withInnerStreams(wire: WireRequest, from: SipMessage): WireRequest {
  const [offered = ''] = description.exec(text(from.body)) ?? []
  const [, , ...behindFirst] = offered.split(/^(?=m=)/m)
  const inner = behindFirst.filter((stream) => /^c=/m.test(stream))
  if (inner.length === 0 || wire.body === undefined) return wire
  const body = text(wire.body).replace(description, (whole) => `${whole}${inner.join('')}`)
  return { ...wire, body: Buffer.from(body, 'latin1') }
}

/** The types of what the bindings know. */
const knownTypes = /^application\/(?:sdp|resource-lists|vnd\.3gpp)/i

const boundaryIn = (type: string | undefined): string | undefined =>
  readMediaType(type ?? '')?.parameters.find(({ name }) => name === 'boundary')?.value

/** What a gateway server sends on, with the parts of the body that it does not know (only ever by a defect). */
export function withUnknownParts(wire: WireRequest, from: SipMessage): WireRequest {
  const theirs = boundaryIn(header(from, 'Content-Type'))
  const own = boundaryIn(wire.headers.find(([name]) => name === 'Content-Type')?.[1])
  if (theirs === undefined || own === undefined || wire.body === undefined) return wire
  const unknown = readMultipart(from.body, theirs)
    .parts.filter((part) => !knownTypes.test(partHeader(part, 'Content-Type') ?? ''))
    .map(({ span: { start, end } }) => `--${own}\r\n${text(from.body.subarray(start, end))}\r\n`)
  const body = text(wire.body).replace(`--${own}--`, (close) => unknown.join('') + close)
  return { ...wire, body: Buffer.from(body, 'latin1') }
}

/** A 2xx that does not say by whom its request came (only ever by a defect). */
export function withoutRecordRoute(octets: Uint8Array): Uint8Array {
  const message = text(octets)
  if (!message.startsWith('SIP/2.0 2')) return octets
  return Buffer.from(message.replaceAll(/^Record-Route:.*\r\n/gim, ''), 'latin1')
}

/** A refusal of a gateway server as the defects show it; `inner` is the MC service server behind it, `address:port`. */
export function flawedRefusal(
  response: WireResponse,
  inner: string | undefined,
  defective: (name: DefectName) => boolean,
): WireResponse {
  if (inner === undefined || response.status < 400) return response
  const via = defective('inner-via-on-refusals') ? [['Via', `SIP/2.0/UDP ${inner};branch=z9hG4bKinner`] as const] : []
  const headers = defective('inner-host-in-warning')
    ? response.headers.map(
        ([name, value]) => [name, name === 'Warning' ? value.replace(/"$/, ` (${inner})"`) : value] as const,
      )
    : response.headers
  return { ...response, headers: [...via, ...headers] }
}

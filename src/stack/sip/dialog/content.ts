import { header, type SipMessage } from '#wire/sip'
import type { OutgoingHeaders } from '../stack.ts'

/** A message body with its Content-Type. */
export interface Body {
  readonly type: string
  readonly octets: Uint8Array
}

/** What a caller adds to a message. */
export interface Content {
  readonly headers?: OutgoingHeaders | undefined
  readonly body?: Body | undefined
}

export const noHeaders: OutgoingHeaders = []
export const noContent: Content = {}

/** Header fields of a message: those the layer writes, those of the caller, Content-Type. */
export function headersWith(own: OutgoingHeaders, { headers = noHeaders, body }: Content): OutgoingHeaders {
  if (headers.length === 0 && body === undefined) return own
  return body === undefined ? [...own, ...headers] : [...own, ...headers, ['Content-Type', body.type]]
}

/** Whether the body takes part in offer and answer (RFC 3261 13.2.1: `application/sdp`, alone or in a multipart). */
export function hasDescription(message: SipMessage): boolean {
  const { start, end } = message.bodySpan
  return end > start && isDescription(header(message, 'content-type') ?? '')
}

export const isDescription = (type: string): boolean => /^(?:application\/sdp|multipart\/)/i.test(type)

/** A response without further content. */
export const plain = (status: number, reason: string, headers: OutgoingHeaders = noHeaders) => ({
  status,
  reason,
  headers,
})

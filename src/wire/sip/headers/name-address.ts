import { endOfQuoted, indexOutside, unquote } from '../grammar.ts'
import type { NameAddress } from '../message.ts'
import { readParameters } from '../parameters.ts'

/**
 * Reads one value of From, To, Contact, Route, P-Asserted-Identity and their like (RFC 3261 20.10, 25.1): split a list first.
 * `undefined` when a quote or bracket never closes, or something stands where it must not. The URI itself is not judged: see `readUri`.
 */
export function readNameAddress(value: string): NameAddress | undefined {
  const parts = readAddressParts(value)
  return parts && { displayName: parts.displayName, uri: parts.uri, parameters: readParameters(parts.rest) }
}

/** A name-addr or addr-spec cut at its brackets and its first parameter. */
export interface AddressParts {
  readonly displayName: string | undefined
  readonly uri: string
  /** Whether the URI stood in angle brackets. */
  readonly bracketed: boolean
  /** The parameters as they came, beginning with a semicolon; or empty. */
  readonly rest: string
}

export function readAddressParts(value: string): AddressParts | undefined {
  const text = value.trim()
  const quotedEnd = text.startsWith('"') ? endOfQuoted(text, 0) : 0
  if (quotedEnd === -1) return undefined
  const open = text.indexOf('<', quotedEnd)
  const semicolon = indexOutside(text, ';', quotedEnd)
  if (open === -1 || (semicolon !== -1 && semicolon < open))
    return quotedEnd === 0 ? readBareAddress(text, semicolon) : undefined
  const close = text.indexOf('>', open)
  const uri = text.slice(open + 1, close)
  const rest = text.slice(close + 1).trim()
  if (close === -1 || uri === '' || (rest !== '' && !rest.startsWith(';')) || hasOpenQuote(rest)) return undefined
  const between = text.slice(quotedEnd, open).trim()
  if (between.includes('"') || (quotedEnd > 0 && between !== '')) return undefined
  const displayName = quotedEnd > 0 ? unquote(text.slice(0, quotedEnd)) : between === '' ? undefined : between
  return { displayName, uri, bracketed: true, rest }
}

// Without brackets the parameters are those of the header field, not of the URI (RFC 3261 20.10).
function readBareAddress(text: string, semicolon: number): AddressParts | undefined {
  const uri = (semicolon === -1 ? text : text.slice(0, semicolon)).trim()
  const rest = semicolon === -1 ? '' : text.slice(semicolon)
  return uri === '' || hasOpenQuote(rest) ? undefined : { displayName: undefined, uri, bracketed: false, rest }
}

function hasOpenQuote(text: string): boolean {
  let quote = text.indexOf('"')
  while (quote !== -1) {
    const end = endOfQuoted(text, quote)
    if (end === -1) return true
    quote = text.indexOf('"', end)
  }
  return false
}

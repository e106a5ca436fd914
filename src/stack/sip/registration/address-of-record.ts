import { readUri } from '#wire/sip'

/**
 * A URI as an address of record is looked up by (RFC 3261 10.3 step 5): without parameters and headers, escapes undone where they need not be,
 * the host in lower case. `undefined` when it is no SIP, SIPS or tel URI.
 */
export function addressOfRecord(text: string): string | undefined {
  const uri = readUri(text)
  if (uri === undefined) return undefined
  if (uri.scheme === 'tel') return `tel:${uri.opaque.split(';', 1)[0]?.replaceAll(/[-.()]/g, '') ?? ''}`
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return undefined
  const user = uri.user === undefined ? '' : `${canonical(uri.user)}@`
  return `${uri.scheme}:${user}${uri.host.toLowerCase()}${uri.port === undefined ? '' : `:${uri.port}`}`
}

/** The domain of a SIP URI in lower case; empty for any other. */
export const domainOf = (text: string): string => readUri(text)?.host.toLowerCase() ?? ''

const canonical = (user: string): string =>
  user.replaceAll(/%([0-9a-f]{2})/gi, (escape, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16))
    return /[A-Za-z0-9\-_.!~*'()]/.test(character) ? character : escape.toUpperCase()
  })

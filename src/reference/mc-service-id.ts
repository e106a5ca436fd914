import { readUri } from '#wire/sip'

/** An MC service ID: a SIP URI whose domain names the primary MC system of the user (TR 23.781 5.1.2.2). */
export interface McServiceId {
  /** As it came. */
  readonly uri: string
  /** Equal for two MC service IDs that name the same user (RFC 3261 19.1.4: the host has no letter case). */
  readonly key: string
  /** The MC system, in lower case. */
  readonly system: string
}

/** Longer ones are refused: no identity of a person needs more. */
const longest = 512
const userPart = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/%]+$/
const domain = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$|^\[[0-9a-f:.]+\]$/

/** `undefined` when the text is no SIP URI with a user part and a domain. */
export function readMcServiceId(text: string): McServiceId | undefined {
  if (text.length > longest) return undefined
  const uri = readUri(text)
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return undefined
  const system = uri.host.toLowerCase()
  if (uri.user === undefined || !userPart.test(uri.user) || !domain.test(system)) return undefined
  if (uri.headers.length > 0) return undefined
  return { uri: text, key: `${uri.user}@${system}`, system }
}

/** The same user under another name of that system, for whom nobody asked. */
export const anotherUserOf = (id: McServiceId): string => `sip:somebody.else@${id.system}`

/** What two spellings of the same user share; `undefined` for anything that names no user. */
export const keyOf = (uri: string | undefined): string | undefined =>
  uri === undefined ? undefined : readMcServiceId(uri)?.key

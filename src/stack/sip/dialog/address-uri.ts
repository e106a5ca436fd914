import { readNameAddress, splitList } from '#wire/sip'

/** The URI of the first address of a Contact, From, To, Refer-To or Route value; `undefined` when it cannot be read. */
export function addressUri(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  // Nearly always `<...>` with nothing that could hide a bracket.
  if (value.charCodeAt(0) === 0x3c) {
    const close = value.indexOf('>')
    return close > 1 ? value.slice(1, close) : undefined
  }
  return readNameAddress(splitList(value)[0] ?? '')?.uri
}

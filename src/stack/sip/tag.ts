import { parameter, readNameAddress } from '#wire/sip'

/** The tag of a From or To value (RFC 3261 19.3); `undefined` when it has none or cannot be read. */
export function readTag(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const close = value.lastIndexOf('>')
  const plain = value.indexOf(';tag=', close + 1)
  // Nearly always `<...>;tag=...` and nothing behind: no need to take the address apart.
  if (plain !== -1 && value.indexOf('"', close + 1) === -1) {
    const end = value.indexOf(';', plain + 5)
    return value.slice(plain + 5, end === -1 ? undefined : end).trim()
  }
  if (close !== -1 && close === value.length - 1 && !value.includes('"')) return undefined
  const address = readNameAddress(value)
  return address && parameter(address.parameters, 'tag')
}

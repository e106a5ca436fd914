import { many } from '../header-family.ts'
import type { NameAddress } from '../message.ts'
import { error, quoted } from '../rule.ts'
import { type AddressReading, scanAddress, writeNameAddress } from './name-address.ts'

const malformed = error('history-info-malformed', 'RFC 7044 5')
const badIndex = error('history-info-index-malformed', 'RFC 7044 5')

/** History-Info (RFC 7044 5, before it RFC 4244 4): addresses, each with its index `1.1.2`. */
export const historyInfo = many<AddressReading, NameAddress>('RFC 7044 5', {
  value(source, from, end, clause) {
    const entry = scanAddress(source, from, end, clause, true)
    const { at } = source
    const index = entry?.parameter('index')
    if (entry !== undefined && (index === undefined || !/^\d+(?:\.\d+)*$/.test(index)))
      source.report(
        badIndex,
        entry.place('index')?.start ?? entry.start,
        `expected index=1.1, came ${quoted(index ?? '')}`,
      )
    source.at = at
    return entry
  },
  malformed,
  write: writeNameAddress,
})

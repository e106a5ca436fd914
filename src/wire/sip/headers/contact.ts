import { many } from '../header-family.ts'
import type { NameAddress } from '../message.ts'
import { readNumber } from '../grammar.ts'
import { scannedValue } from '../parameters.ts'
import { error, quoted } from '../rule.ts'
import { skipWhite, octetAt } from '../source.ts'
import { AddressReading, scanAddress, writeNameAddress } from './name-address.ts'
import { largestSeconds } from './seconds.ts'

const malformed = error('name-address-malformed', 'RFC 3261 20.10')
const badExpires = error('contact-expires-out-of-range', 'RFC 3261 20.10')
const badPreference = error('contact-q-out-of-range', 'RFC 3261 25.1')
const starBesideOthers = error('contact-star-beside-others', 'RFC 3261 10.2.2')
const STAR = 0x2a

/** Contact (RFC 3261 20.10): `*` alone, or addresses with q from 0 to 1 and expires in seconds. */
export const contact = many<AddressReading, NameAddress>('RFC 3261 20.10', {
  value(source, from, end, clause) {
    const at = skipWhite(source, from, end)
    if (octetAt(source.octets, at) === STAR) {
      source.at = skipWhite(source, at + 1, end)
      if (source.at === end || octetAt(source.octets, source.at) === 0x2c)
        return new AddressReading(source, at, at, at, at + 1, at + 1, at + 1)
    }
    const address = scanAddress(source, from, end, clause, true)
    if (address === undefined || address.parametersStart === address.end) return address
    const { at: stop } = source
    const expires = scannedValue(source, 'expires') === -1 ? undefined : address.parameter('expires')
    if (expires !== undefined && readNumber(expires, largestSeconds) === undefined) {
      const offset = address.place('expires')?.start ?? at
      source.report(badExpires, offset, `expected seconds up to 2**32-1, came ${quoted(expires)}`)
    }
    const preference = scannedValue(source, 'q') === -1 ? undefined : address.parameter('q')
    if (preference !== undefined && !isQualityValue(preference)) {
      const offset = address.place('q')?.start ?? at
      source.report(badPreference, offset, `expected 0 to 1 with up to three decimals, came ${quoted(preference)}`)
    }
    source.at = stop
    return address
  },
  malformed,
  together(source, values) {
    const star = values.find(
      ({ uriStart, uriEnd }) => uriEnd === uriStart + 1 && octetAt(source.octets, uriStart) === STAR,
    )
    if (star !== undefined) source.report(starBesideOthers, star.uriStart, 'expected * alone')
  },
  write: (address) => (address.uri === '*' ? '*' : writeNameAddress(address)),
})

/** qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ) (RFC 3261 25.1). */
export const isQualityValue = (text: string): boolean => /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text)

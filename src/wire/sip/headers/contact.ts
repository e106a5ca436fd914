import { readNumber } from '../grammar.ts'
import { splitList } from '../list.ts'
import { parameter } from '../parameters.ts'
import { error, type JudgeField, quoted } from '../rule.ts'
import { judgeAddress } from './name-address-rules.ts'
import { largestSeconds } from './seconds.ts'

const badExpires = error('contact-expires-out-of-range', 'RFC 3261 20.10')
const badPreference = error('contact-q-out-of-range', 'RFC 3261 25.1')
const starBesideOthers = error('contact-star-beside-others', 'RFC 3261 10.2.2')

/** Contact (RFC 3261 20.10): `*` alone, or addresses with q from 0 to 1 and expires in seconds. */
export const judgeContact: JudgeField = (field, report) => {
  const values = splitList(field.value)
  for (const value of values) {
    if (value === '*') {
      if (values.length > 1) report(starBesideOthers, 'expected * alone')
      continue
    }
    const address = judgeAddress(value, report)
    if (address === undefined) continue
    const expires = parameter(address.parameters, 'expires')
    if (expires !== undefined && readNumber(expires, largestSeconds) === undefined) {
      report(badExpires, `expected seconds up to 2**32-1, came ${quoted(expires)}`)
    }
    const preference = parameter(address.parameters, 'q')
    if (preference !== undefined && !isQualityValue(preference)) {
      report(badPreference, `expected 0 to 1 with up to three decimals, came ${quoted(preference)}`)
    }
  }
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
const isQualityValue = (text: string): boolean => /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text)

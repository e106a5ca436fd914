import { isUtf8 } from 'node:buffer'
import { isToken } from './grammar.ts'
import type { FieldReading } from './field-reading.ts'
import { error, quoted, type Rule } from './rule.ts'

const badName = error('header-field-name-malformed', 'RFC 3261 7.3.1')
const notUtf8 = error('header-field-not-utf-8', 'RFC 3261 7.3.1')
const carriageReturn = error('carriage-return-alone', 'RFC 3261 7')
const control = error('control-character', 'RFC 3261 25.1')

const [COLON, CR, LF] = [0x3a, 13, 10]

/** Octets of ASCII that may stand anywhere in a value: LF and tab belong to folds. */
const plain = Uint8Array.from({ length: 256 }, (_, octet) =>
  (octet > 31 && octet < 127) || octet === 9 || octet === LF ? 1 : 0,
)

const [words, every] = [new Int32Array(16_384), 0x80808080]
const copy = new Uint8Array(words.buffer)

/** An offset before which all octets are visible characters or spaces: of a long value four are looked at at once. */
function afterPlain(octets: Uint8Array, start: number, end: number): number {
  if (end - start < 1024 || end - start > copy.length) return start
  copy.set(octets.subarray(start, end))
  const count = (end - start) >> 2
  for (let index = 0; index < count; index += 1) {
    const word = words[index] as number
    const deleted = word ^ 0x7f7f7f7f
    // The highest bit of each octet: whether it is below a space, is DEL, or is beyond ASCII.
    const odd = ((word - 0x20202020) & ~word) | ((deleted - 0x01010101) & ~deleted) | word
    if ((odd & every) !== 0) return start + 4 * index
  }
  return start + 4 * count
}

/** A line without one has no name that could be judged. */
function hasColon(octets: Uint8Array, { nameEnd, valueStart }: FieldReading): boolean {
  for (let at = nameEnd; at < valueStart; at += 1) if (octets[at] === COLON) return true
  return false
}

/** What holds for every header field: a token for a name, UTF-8 without bare control characters for a value (RFC 3261 25.1). */
export function judgeFieldText(
  octets: Uint8Array,
  field: FieldReading,
  report: (rule: Rule, offset: number, text: string) => void,
): void {
  if (!isToken(field.name) && hasColon(octets, field)) {
    report(badName, field.start, `expected a token as field name, came ${quoted(field.name)}`)
  }
  const { valueStart: start, valueEnd: end } = field
  const judgeReturn = (at: number): void => {
    if (octets[at] === CR && octets[at + 1] !== LF)
      report(carriageReturn, at, `${field.name}: expected CR only before LF`)
  }
  // White space around a value is none of it.
  for (let at = field.nameEnd; at < start; at += 1) judgeReturn(at)
  for (let at = end; at < field.end; at += 1) judgeReturn(at)
  let ascii = true
  for (let at = afterPlain(octets, start, end); at < end; at += 1) {
    const octet = octets[at] as number
    if (plain[octet] === 1) continue
    if (octet > 127) ascii = false
    else if (octet === CR) judgeReturn(at)
    // After a backslash a control character is quoted.
    else if (octets[at - 1] !== 0x5c) report(control, at, `${field.name}: expected no control character, came ${octet}`)
  }
  if (!ascii && !isUtf8(octets.subarray(start, end))) {
    report(notUtf8, start, `${field.name}: expected UTF-8, came ${quoted(field.value)}`)
  }
}

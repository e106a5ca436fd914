import { characters, classes, endOfQuoted } from './grammar.ts'
import type { Rule } from './rule.ts'

/** A rule that is broken, with the place in the source. */
export interface Fault {
  readonly rule: Rule
  readonly offset: number
  readonly text: string
}

/**
 * The text typed readers read: one character an octet, so that an index is an offset. A character that belongs to no
 * set of the grammar follows every value, so that loops over a set need not look for the end.
 * A reader leaves in `at` where it stopped, and reports what is wrong as it goes.
 */
export class Source {
  readonly text: string
  /** Whether every octet is ASCII, so that pieces need no decoding. */
  readonly ascii: boolean
  at = 0
  /** Something came that only the judge of characters can tell apart: a control character, a lone CR, a fold. */
  odd = false
  faults: Fault[] | undefined = undefined

  constructor(text: string, ascii: boolean) {
    this.text = text
    this.ascii = ascii
  }

  /** The text of the octets between two offsets; what is not UTF-8 reads as U+FFFD. */
  cut(start: number, end: number): string {
    const piece = this.text.slice(start, end)
    return this.ascii ? piece : decode(piece)
  }

  report(rule: Rule, offset: number, text: string): void {
    this.faults ??= []
    if (this.faults.length < 200) this.faults.push({ rule, offset, text })
  }
}

function decode(piece: string): string {
  for (let index = 0; index < piece.length; index += 1) {
    if (piece.charCodeAt(index) > 127) return Buffer.from(piece, 'latin1').toString('utf8')
  }
  return piece
}

/** A value on its own as a source; its last character, a line feed, is not part of it. */
export function sourceOf(value: string): Source {
  const octets = Buffer.from(value, 'utf8')
  // A text of as many octets as characters is ASCII.
  return octets.length === value.length
    ? new Source(`${value}\n`, true)
    : new Source(`${octets.toString('latin1')}\n`, false)
}

/** The offset of the first character that is no white space. */
export function skipWhite(source: Source, from: number, end: number): number {
  const { text } = source
  let at = from
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === 13 || code === 10) source.odd = true
    else if (code !== 32 && code !== 9) return at
    at += 1
  }
  return at
}

/** The offset of the last white space before `end` that only white space follows. */
export function trimEnd(text: string, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(text.charCodeAt(at - 1))) at -= 1
  return at
}

export const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10

/** The offset of the first character outside a set. A character of no set must follow the value. */
export function endOfSet(text: string, from: number, set: number): number {
  let at = from
  while (((classes[text.charCodeAt(at)] ?? 0) & set) !== 0) at += 1
  return at
}

/** The offset after a token (RFC 3261 25.1); `from` itself when there is none. */
export const endOfToken = (text: string, from: number): number => endOfSet(text, from, characters.token)

/** The offset after the quoted string that opens at `start`; -1 when it does not close before `end`. */
export function endOfQuotedIn(source: Source, start: number, end: number): number {
  const { text } = source
  let at = start + 1
  while (at < end) {
    const code = text.charCodeAt(at)
    if (((classes[code] ?? 0) & characters.quoted) === 0) {
      if (code === 0x22) return at + 1
      if (code === 0x5c) at += 1
      else source.odd = true
    }
    at += 1
  }
  return -1
}

/** The offset of a separator outside quoted strings and angle brackets, or `end`. */
export function indexOfOutside(text: string, from: number, end: number, separator: number): number {
  let bracket = false
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at)
    if (bracket) {
      if (code === 0x3e) bracket = false
    } else if (code === 0x22) {
      const close = endOfQuoted(text, at)
      if (close === -1 || close > end) return end
      at = close - 1
    } else if (code === separator) return at
    else if (code === 0x3c) bracket = true
  }
  return end
}

import { isAscii } from 'node:buffer'
import { characters, classes } from './grammar.ts'
import type { Rule } from './rule.ts'

// A constant of this module is known to the compiler; one of another module is loaded every time.
const table = classes
const { token: TOKEN, quoted: QUOTED } = characters

/** A rule that is broken, with the place in the source. */
export interface Fault {
  readonly rule: Rule
  readonly offset: number
  readonly text: string
}

/**
 * The octets typed readers read. An octet that belongs to no set of the grammar follows every value, or the end, so that
 * loops over a set need not look for where the value ends. A reader leaves in `at` where it stopped, and reports what is
 * wrong as it goes.
 */
export class Source {
  readonly octets: Buffer
  /** How many octets there are. */
  readonly length: number
  /** Whether no octet beyond ASCII has been seen, so that pieces need no decoding. */
  ascii = true
  at = 0
  /** Whether values are judged only, so that their strings need not be cut. */
  judging = false
  faults: Fault[] | undefined = undefined
  /** Where strings are cut from: the octets up to here. */
  #end: number
  #ended = false
  /** What has been decoded of it so far, one character an octet. */
  #text = ''

  constructor(octets: Buffer, end: number) {
    this.octets = octets
    // Lengths of buffers are wider than 32 bits to the compiler, and so would every offset be that is compared with one.
    this.length = octets.length | 0 // oxlint-disable-line unicorn/prefer-math-trunc
    this.#end = end
  }

  /** Says where the head ends, once it is known, so that no body is decoded. */
  endAt(end: number): void {
    this.#end = Math.min(this.#end, end)
    this.#ended = true
  }

  /** The text of the octets between two offsets; what is not UTF-8 reads as U+FFFD. */
  cut(start: number, end: number): string {
    if (end > this.#text.length) this.#decodeTo(end)
    const piece = this.#text.slice(start, end)
    return this.ascii ? piece : decode(piece)
  }

  // Decoding every piece on its own is slower than cutting it out of one text; few pieces lie in the first octets.
  #decodeTo(end: number): void {
    this.#text = this.octets.toString('latin1', 0, end <= 1024 && !this.#ended ? Math.min(1024, this.#end) : this.#end)
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

/** A value on its own as a source, a line feed after it that is no part of it. */
export function sourceOf(value: string): Source {
  const octets = Buffer.from(`${value}\n`, 'utf8')
  const source = new Source(octets, octets.length)
  source.ascii = isAscii(octets)
  return source
}

/** The octet at an offset; 0, which no value holds unquoted, beyond the end. */
export const octetAt = (octets: Buffer, at: number): number => octets[at] ?? 0

/** The offset of the first octet that is no white space; most often none stands there, which is seen without a call. */
export const skipWhite = (source: Source, from: number, end: number): number =>
  (source.octets[from] ?? 0) > 0x20 ? from : skipSome(source.octets, from, end)

function skipSome(octets: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isBlank(octetAt(octets, at))) at += 1
  return at
}

/** Where a value ends once the white space at its end is left out. */
export function trimEnd(octets: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(octetAt(octets, at - 1))) at -= 1
  return at
}

export const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10

/** The offset of the first octet outside a set. An octet of no set must follow the value. */
export function endOfSet(octets: Buffer, from: number, set: number): number {
  let at = from
  while (((table[octetAt(octets, at)] ?? 0) & set) !== 0) at += 1
  return at
}

/** The offset after a token (RFC 3261 25.1); `from` itself when there is none. */
export const endOfToken = (octets: Buffer, from: number): number => endOfSet(octets, from, TOKEN)

/** The offset after the quoted string that opens at `start`; -1 when it does not close before `end`. */
export function endOfQuotedIn(source: Source, start: number, end: number): number {
  const { octets } = source
  let at = start + 1
  while (at < end) {
    const code = octetAt(octets, at)
    if (((table[code] ?? 0) & QUOTED) === 0) {
      if (code === 0x22) return at + 1
      if (code === 0x5c) at += 1
    }
    at += 1
  }
  return -1
}

/** The offset of a separator outside quoted strings and angle brackets, or `end`. */
export function indexOfOutside(octets: Buffer, from: number, end: number, separator: number): number {
  let bracket = false
  let quotes = false
  for (let at = from; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (quotes) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) quotes = false
    } else if (bracket) {
      if (code === 0x3e) bracket = false
    } else if (code === 0x22) quotes = true
    else if (code === separator) return at
    else if (code === 0x3c) bracket = true
  }
  return end
}

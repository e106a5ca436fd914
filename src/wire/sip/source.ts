import { isAscii } from 'node:buffer'
import { characters, classes } from './grammar.ts'
import { longestQuoted, quoted, type Rule } from './rule.ts'

// A constant of this module is known to the compiler; one of another module is loaded every time.
const table = classes
const { token: TOKEN, quoted: QUOTED } = characters

const LF = 10
const CR = 13
/** Of one field: who sends thousands of empty values has broken no more rules than who sends these. */
const mostFaults = 200
const padding = new Uint8Array(4)

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
  octets: Buffer
  /** How many octets there are, without those put after them. */
  readonly length: number
  /** Whether no octet is beyond ASCII, so that pieces need no decoding. */
  ascii: boolean
  at = 0
  /** Whether values are judged only, so that their strings need not be cut. */
  judging = false
  /** Whether a reader passed over octets of any kind, so that the text of the field is to be judged apart. */
  passed = false
  faults: Fault[] | undefined = undefined
  /** Where strings are cut from: the octets up to here. */
  #end: number
  /** What has been decoded of it so far, one character an octet. */
  #text = ''

  constructor(octets: Buffer, end: number) {
    this.octets = octets
    // Lengths of buffers are wider than 32 bits to the compiler, and so would every offset be that is compared with one.
    this.length = octets.length | 0 // oxlint-disable-line unicorn/prefer-math-trunc
    this.ascii = isAscii(octets)
    this.#end = end
  }

  /** Says where the head ends, once it is known, so that no body is decoded. */
  endAt(end: number): void {
    this.#end = Math.min(this.#end, end)
    if (!this.ascii) this.ascii = isAscii(this.octets.subarray(0, this.#end))
  }

  /** The offset of the next line feed; -1 when there is none. */
  lineFeedFrom(at: number): number {
    if (at >= this.#text.length && at < this.#end) this.#decodeTo(at + 1)
    const found = this.#text.indexOf('\n', at)
    return found === -1 ? this.octets.indexOf(LF, at) : found
  }

  /**
   * Puts octets that are in no set after a head that ends in the middle of a field: to read a single octet beyond the end
   * would make all reading of octets slow from then on.
   */
  pad(): void {
    if (this.octets.length === this.length) this.octets = Buffer.concat([this.octets, padding])
  }

  /** The text of the octets between two offsets; what is not UTF-8 reads as U+FFFD. */
  cut(start: number, end: number): string {
    if (end > this.#text.length) this.#decodeTo(end)
    const piece = this.#text.slice(start, end)
    return this.ascii ? piece : decode(piece)
  }

  /** Whether no more diagnostics of the field are kept. */
  get full(): boolean {
    return this.faults !== undefined && this.faults.length >= mostFaults
  }

  /**
   * The text of the octets between two offsets as a diagnostic quotes it: of a long one no more is decoded than it shows,
   * and nothing once no more diagnostics are kept.
   */
  quote(start: number, end: number): string {
    if (this.full) return ''
    return quoted(this.cut(start, Math.min(end, start + longestQuoted)))
  }

  // Decoding every piece on its own is slower than cutting it out of one text; most of them lie in the first octets.
  #decodeTo(end: number): void {
    this.#text = this.octets.toString('latin1', 0, Math.min(end <= 1024 ? 1024 : 2 * end, this.#end))
  }

  /** Says that all of the head is about to be read, so that it is decoded at once, were it as long as most are. */
  expectAll(): void {
    if (this.#text === '') this.#decodeTo(1025)
  }

  report(rule: Rule, offset: number, text: string): void {
    this.faults ??= []
    if (this.faults.length < mostFaults) this.faults.push({ rule, offset, text })
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
  return new Source(octets, octets.length)
}

/** The octet at an offset: an octet follows every value. */
export const octetAt = (octets: Buffer, at: number): number => octets[at] as number

/** The offset of the first octet that is no white space; most often none stands there, which is seen without a call. */
export const skipWhite = (source: Source, from: number, end: number): number =>
  (source.octets[from] as number) > 0x20 ? from : skipSome(source, from, end)

function skipSome(source: Source, from: number, end: number): number {
  let at = from
  while (at < end) {
    const code = octetAt(source.octets, at)
    if (!isBlank(code)) break
    if (code === CR) source.passed = true
    at += 1
  }
  return at
}

/** Where a value ends once the white space at its end is left out. */
export function trimEnd(octets: Buffer, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(octetAt(octets, at - 1))) at -= 1
  return at
}

export const isBlank = (code: number): boolean =>
  code <= 32 && (code === 32 || code === 9 || code === 13 || code === 10)

/** The offset of the first octet outside a set. An octet of no set must follow the value. */
export function endOfSet(octets: Buffer, from: number, set: number): number {
  let at = from
  while (((table[octetAt(octets, at)] as number) & set) !== 0) at += 1
  return at
}

/** The offset of the last of that octet from there on, nothing but blanks between them; `from` itself where another one stands there. */
export function lastOfRun(octets: Buffer, from: number, end: number, octet: number): number {
  let last = from
  for (let at = from; at < end; at += 1) {
    const code = octetAt(octets, at)
    if (code === octet) last = at
    else if (code !== 32 && code !== 9) break
  }
  return last
}

/** The offset after a token (RFC 3261 25.1); `from` itself when there is none. */
export const endOfToken = (octets: Buffer, from: number): number => endOfSet(octets, from, TOKEN)

/** The offset after the quoted string that opens at `start`; -1 when it does not close before `end`. */
export function endOfQuotedIn(source: Source, start: number, end: number): number {
  const { octets } = source
  let at = start + 1
  for (;;) {
    at = endOfSet(octets, at, QUOTED)
    if (at >= end) return -1
    const code = octetAt(octets, at)
    if (code === 0x22) return at + 1
    source.passed = true
    at += code === 0x5c ? 2 : 1
  }
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

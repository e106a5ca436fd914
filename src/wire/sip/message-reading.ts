import { characters, classes } from './grammar.ts'
import { FieldReading } from './field-reading.ts'
import { familyAt } from './header-name.ts'
import { familiesByName } from './headers/families.ts'
import type { HeaderFamily } from './header-family.ts'
import { judgeReading } from './judge-message.ts'
import type { Diagnostic, SipMessage, Span, StartLine } from './message.ts'
import { error } from './rule.ts'
import { endOfToken, type Fault, isBlank, octetAt, Source, trimEnd } from './source.ts'
import { startLineOf, type StartLineReading } from './start-line.ts'

// A constant of this module is known to the compiler; one of another module is loaded every time.
const table = classes
const { line: LINE } = characters

const bareLineFeed = error('line-end-without-carriage-return', 'RFC 3261 7')
const noEmptyLine = error('head-without-empty-line', 'RFC 3261 7')
const noColon = error('header-field-without-colon', 'RFC 3261 7.3.1')
const foldedStartLine = error('start-line-folded', 'RFC 3261 7.1')

const CR = 13
const LF = 10
const COLON = 58
const lengthFamily = familiesByName.get('content-length')

/**
 * A message being read (RFC 3261 7). Its lines are scanned as far as they are asked for: who wants the first Via alone
 * does not pay for the fields after it.
 */
export class MessageReading implements SipMessage {
  readonly octets: Uint8Array
  readonly fragment: boolean
  readonly source: Source
  readonly startSpan: Span
  #start: StartLineReading | undefined = undefined
  /** What is wrong with the lines; complete with the fields. */
  readonly lineFaults: Fault[] = []
  readonly #fields: FieldReading[] = []
  /** Where the next line begins. */
  #next: number
  /** Where the body begins, -1 until the empty line is found. */
  #headEnd = -1
  #bodySpan: Span | undefined = undefined
  #body: Uint8Array | undefined = undefined
  #diagnostics: readonly Diagnostic[] | undefined = undefined

  /** A fragment need have neither a start line nor an empty line at its end (RFC 3420 2). */
  constructor(octets: Uint8Array, fragment = false) {
    this.octets = octets
    this.fragment = fragment
    this.source = sourceOfHead(octets)
    const { octets: bytes, length } = this.source
    let at = 0
    // Empty lines before the start line are ignored (RFC 3261 7.5).
    while (at < length && isLineEnd(bytes, at)) at += 1
    const lineFeed = bytes.indexOf(LF, at)
    if (lineFeed === -1) this.source.pad()
    this.#next = lineFeed === -1 ? length : lineFeed + 1
    const end = lineFeed === -1 ? length : this.#endOfLine(at, lineFeed)
    this.startSpan = { start: at, end }
    if (fragment && this.startLine.kind === 'unreadable') {
      this.startSpan = { start: at, end: at }
      this.#next = at
    }
  }

  /** The start line taken apart. */
  get start(): StartLineReading {
    this.#start ??= startLineOf(this.source, this.startSpan.start, this.startSpan.end)
    return this.#start
  }
  get startLine(): StartLine {
    return this.start.startLine
  }
  get headers(): readonly FieldReading[] {
    this.source.expectAll()
    while (this.#readField());
    return this.#fields
  }
  /** Where the body begins. */
  get headEnd(): number {
    while (this.#readField());
    return this.#headEnd
  }
  get bodySpan(): Span {
    this.#bodySpan ??= this.#findBody()
    return this.#bodySpan
  }
  get body(): Uint8Array {
    this.#body ??= this.octets.subarray(this.bodySpan.start, this.bodySpan.end)
    return this.#body
  }
  get diagnostics(): readonly Diagnostic[] {
    this.#diagnostics ??= judgeReading(this)
    return this.#diagnostics
  }

  /** The first field of a family; the lines after it are left for later. */
  first(family: HeaderFamily): FieldReading | undefined {
    const fields = this.#fields
    for (let at = 0; ; at += 1) {
      if (at === fields.length && !this.#readField()) return undefined
      const field = fields[at]
      if (field !== undefined && field.family === family) return field
    }
  }

  // Octets beyond the declared body are no part of the message (RFC 3261 18.3).
  #findBody(): Span {
    const start = this.headEnd
    const { length } = this.source
    const declared = lengthFamily && this.first(lengthFamily)?.readings[0]
    return {
      start,
      end: typeof declared === 'number' && declared < length - start ? start + declared : length,
    }
  }

  // Where the content of a line ends that ends with that line feed.
  #endOfLine(line: number, lineFeed: number): number {
    if (lineFeed > line && this.source.octets[lineFeed - 1] === CR) return lineFeed - 1
    if (!this.lineFaults.some(({ rule }) => rule === bareLineFeed))
      this.#fault(bareLineFeed, lineFeed, 'expected lines to end with CR LF, came LF alone')
    return lineFeed
  }

  #fault(rule: Fault['rule'], offset: number, text: string): void {
    if (this.lineFaults.length < 200) this.lineFaults.push({ rule, offset, text })
  }

  /** Reads the next field; `false` when there is none. */
  #readField(): boolean {
    if (this.#headEnd !== -1) return false
    const { octets, length } = this.source
    const start = this.#next
    if (start >= length) {
      if (!this.fragment) this.#fault(noEmptyLine, length, 'expected an empty line after the fields')
      this.#headEnd = length
      return false
    }
    const first = octets[start]
    if (isLineEnd(octets, start)) {
      if (first === LF) this.#endOfLine(start, start)
      this.#headEnd = start + (first === LF ? 1 : 2)
      this.source.endAt(this.#headEnd)
      return false
    }
    if ((first === 32 || first === 9) && this.#fields.length === 0)
      this.#fault(foldedStartLine, start, 'expected the start line on one line')
    this.#readLine(octets, start)
    return true
  }

  /** Reads the field that begins there; most are a known name, a colon and a value on one line that ends with CR LF. */
  #readLine(octets: Buffer, start: number): void {
    const { source } = this
    const lineFeed = source.lineFeedFrom(start)
    if (lineFeed === -1) source.pad()
    let colon = start
    while (colon < lineFeed && octets[colon] !== COLON) colon += 1
    const family = familyAt(octets, start, colon)
    let valueEnd = lineFeed - 1
    const after = lineFeed + 1 < source.length ? octets[lineFeed + 1] : LF
    if (family === undefined || octets[valueEnd] !== CR || after === 32 || after === 9) {
      this.#readOddField(start)
      return
    }
    let valueStart = colon + 1
    let odd = false
    for (; valueStart < valueEnd && isBlank(octetAt(octets, valueStart)); valueStart += 1)
      odd ||= octets[valueStart] === CR
    for (; valueEnd > valueStart && isBlank(octetAt(octets, valueEnd - 1)); valueEnd -= 1)
      odd ||= octets[valueEnd - 1] === CR
    this.#next = lineFeed + 1
    this.#fields.push(new FieldReading(source, family, start, colon, valueStart, valueEnd, lineFeed + 1, odd))
  }

  /** Reads any other field: an unknown name, white space before the colon, a fold, a lone LF, the end of the octets. */
  #readOddField(start: number): void {
    const { octets, length } = this.source
    const nameEnd = endOfToken(octets, start)
    let at = nameEnd
    let odd = false
    let lineEnd = -1
    let end = -1
    // To the end of the line, and on while the next one is a fold of it (RFC 3261 7.3.1).
    for (;;) {
      while (at < length && ((table[octetAt(octets, at)] as number) & LINE) !== 0) at += 1
      if (at >= length) {
        end = length
        at = length
      } else if (octets[at] === LF) {
        end = this.#endOfLine(start, at)
        at += 1
      } else if (octets[at] === CR && at + 1 < length && octets[at + 1] === LF) {
        end = at
        at += 2
      } else {
        odd = true
        at += 1
        continue
      }
      if (lineEnd === -1) lineEnd = end
      if (at >= length || (octets[at] !== 32 && octets[at] !== 9)) break
      odd = true
    }
    this.#next = at
    if (at === length) this.source.pad()
    this.#fields.push(this.#fieldOf(start, nameEnd, lineEnd, end, at, odd))
  }

  #fieldOf(
    start: number,
    tokenEnd: number,
    lineEnd: number,
    contentEnd: number,
    next: number,
    odd: boolean,
  ): FieldReading {
    const { source } = this
    const { octets } = source
    let nameEnd = tokenEnd
    let colon = nameEnd
    while (colon < lineEnd && isBlank(octetAt(octets, colon))) colon += 1
    let family: HeaderFamily | undefined
    if (colon < lineEnd && octets[colon] === COLON) family = familyAt(octets, start, nameEnd)
    else {
      colon = colonIn(octets, start, lineEnd)
      if (colon === -1) this.#fault(noColon, start, 'expected a field name and a colon')
      nameEnd = trimEnd(octets, start, colon === -1 ? contentEnd : colon)
    }
    let valueStart = colon === -1 ? contentEnd : colon + 1
    while (valueStart < contentEnd && isBlank(octetAt(octets, valueStart))) valueStart += 1
    const valueEnd = trimEnd(octets, valueStart, contentEnd)
    return new FieldReading(source, family, start, nameEnd, valueStart, valueEnd, next, odd)
  }
}

function colonIn(octets: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (octets[at] === COLON) return at
  return -1
}

const isLineEnd = (octets: Buffer, at: number): boolean =>
  octets[at] === LF || (octets[at] === CR && at + 1 < octets.length && octets[at + 1] === LF)

/** The octets of the head; what of a short message follows it does no harm. */
function sourceOfHead(octets: Uint8Array): Source {
  const bytes = Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  return new Source(bytes, bytes.length > 16_384 ? endOfHead(bytes) : bytes.length)
}

function endOfHead(bytes: Buffer): number {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const after = bytes[at + 1] === CR ? at + 2 : at + 1
    if (bytes[after] === LF) return after + 1
  }
  return bytes.length
}

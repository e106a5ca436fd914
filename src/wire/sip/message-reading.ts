import { isAscii } from 'node:buffer'
import { characters, classes } from './grammar.ts'
import { FieldReading } from './field-reading.ts'
import { familyAt, hashed } from './header-name.ts'
import { familiesByName } from './headers/families.ts'
import { contentLengthOf } from './headers/content-length.ts'
import type { HeaderFamily } from './header-family.ts'
import { judgeReading } from './judge-message.ts'
import type { Diagnostic, SipMessage, Span, StartLine } from './message.ts'
import { error } from './rule.ts'
import { endOfSet, type Fault, isBlank, Source, trimEnd } from './source.ts'
import { readStartLine, type StartLineReading } from './start-line.ts'

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
  readonly source: Source
  readonly startSpan: Span
  readonly start: StartLineReading
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

  constructor(octets: Uint8Array) {
    this.octets = octets
    this.source = sourceOfHead(octets)
    const { text } = this.source
    const { length } = octets
    let at = 0
    // Empty lines before the start line are ignored (RFC 3261 7.5).
    while (
      at < length &&
      (text.charCodeAt(at) === LF || (text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF))
    )
      at += 1
    const lineFeed = at < length ? text.indexOf('\n', at) : -1
    const found = lineFeed !== -1 && lineFeed < length
    this.#next = found ? lineFeed + 1 : length
    const end = found ? this.#endOfLine(at, lineFeed) : length
    this.startSpan = { start: at, end }
    this.start = readStartLine(this.source.cut(at, end))
  }

  get startLine(): StartLine {
    return this.start.startLine
  }
  get headers(): readonly FieldReading[] {
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
    const { length } = this.octets
    const field = lengthFamily && this.first(lengthFamily)
    const declared = contentLengthOf(field?.value)
    return { start, end: declared !== undefined && declared < length - start ? start + declared : length }
  }

  // Where the content of a line ends that ends with that line feed.
  #endOfLine(line: number, lineFeed: number): number {
    if (lineFeed > line && this.source.text.charCodeAt(lineFeed - 1) === CR) return lineFeed - 1
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
    const { text } = this.source
    const { length } = this.octets
    const start = this.#next
    if (start >= length) {
      this.#fault(noEmptyLine, length, 'expected an empty line after the fields')
      this.#headEnd = length
      return false
    }
    let lineFeed = text.indexOf('\n', start)
    const last = lineFeed === -1 || lineFeed >= length
    let contentEnd = last ? length : this.#endOfLine(start, lineFeed)
    let next = last ? length : lineFeed + 1
    if (contentEnd === start) {
      this.#headEnd = next
      return false
    }
    const first = text.charCodeAt(start)
    if ((first === 32 || first === 9) && this.#fields.length === 0)
      this.#fault(foldedStartLine, start, 'expected the start line on one line')
    const lineEnd = contentEnd
    // A line that begins with white space belongs to the field before it (RFC 3261 7.3.1).
    while (next < length) {
      const code = text.charCodeAt(next)
      if (code !== 32 && code !== 9) break
      lineFeed = text.indexOf('\n', next)
      const ended = lineFeed !== -1 && lineFeed < length
      contentEnd = ended ? this.#endOfLine(next, lineFeed) : length
      next = ended ? lineFeed + 1 : length
    }
    this.#next = next
    this.#fields.push(this.#fieldOf(start, lineEnd, contentEnd, next))
    return true
  }

  #fieldOf(start: number, lineEnd: number, contentEnd: number, next: number): FieldReading {
    const { source } = this
    const { text } = source
    let hash = 0
    let nameEnd = start
    let code = text.charCodeAt(nameEnd)
    while (((classes[code] ?? 0) & characters.token) !== 0) {
      hash = hashed(hash, code)
      nameEnd += 1
      code = text.charCodeAt(nameEnd)
    }
    let colon = nameEnd
    while (colon < lineEnd && isBlank(text.charCodeAt(colon))) colon += 1
    if (colon >= lineEnd || text.charCodeAt(colon) !== COLON) {
      colon = colonIn(text, start, lineEnd)
      if (colon === -1) this.#fault(noColon, start, 'expected a field name and a colon')
      nameEnd = trimEnd(text, start, colon === -1 ? contentEnd : colon)
      if (nameEnd < endOfSet(text, start, characters.token)) hash = -1
    }
    const family = colon === -1 ? undefined : familyAt(text, start, nameEnd, hash)
    let valueStart = colon === -1 ? contentEnd : colon + 1
    while (valueStart < contentEnd && isBlank(text.charCodeAt(valueStart))) valueStart += 1
    const valueEnd = trimEnd(text, valueStart, contentEnd)
    return new FieldReading(source, family, start, nameEnd, valueStart, valueEnd, next, contentEnd !== lineEnd)
  }
}

function colonIn(text: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === COLON) return at
  return -1
}

/** Decodes once: all of a short message, else its head alone, with a line feed after it. */
function sourceOfHead(octets: Uint8Array): Source {
  const bytes = Buffer.isBuffer(octets) ? octets : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const end = bytes.length > 16_384 ? endOfHead(bytes) : bytes.length
  const head = end === bytes.length ? bytes : bytes.subarray(0, end)
  const text = bytes.toString('latin1', 0, end)
  const closed = end > 0 && bytes[end - 1] === LF
  return new Source(closed ? text : `${text}\n`, isAscii(head))
}

function endOfHead(bytes: Buffer): number {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const after = bytes[at + 1] === CR ? at + 2 : at + 1
    if (bytes[after] === LF && bytes.subarray(0, at).some((octet) => octet !== CR && octet !== LF)) return after + 1
  }
  return bytes.length
}

import { one } from '../header-family.ts'
import type { CSeq, Span } from '../message.ts'
import type { Placed } from '../placed.ts'
import { error } from '../rule.ts'
import { octetAt, endOfToken, skipWhite, type Source, sourceOf, trimEnd } from '../source.ts'
import { numberIn } from './number.ts'

/** "The sequence number MUST be expressible as a 32-bit unsigned integer" and less than 2**31 (RFC 3261 8.1.1.5, 20.16). */
export const largestSequence = 2 ** 31 - 1

/** CSeq where it lies. */
export class CSeqReading implements CSeq, Placed {
  readonly source: Source
  readonly start: number
  readonly numberEnd: number
  readonly methodStart: number
  readonly end: number
  readonly sequence: number

  constructor(source: Source, start: number, numberEnd: number, methodStart: number, end: number, sequence: number) {
    this.source = source
    this.start = start
    this.numberEnd = numberEnd
    this.methodStart = methodStart
    this.end = end
    this.sequence = sequence
  }
  get method(): string {
    return this.source.cut(this.methodStart, this.end)
  }
  /** Whether its method is that one, which is compared without cutting it out. */
  isMethod(method: string): boolean {
    if (method.length !== this.end - this.methodStart) return false
    for (let at = 0; at < method.length; at += 1) {
      if (octetAt(this.source.octets, this.methodStart + at) !== method.charCodeAt(at)) return false
    }
    return true
  }
  place(part: string): Span | undefined {
    if (part === '') return { start: this.start, end: this.end }
    if (part === 'sequence') return { start: this.start, end: this.numberEnd }
    return part === 'method' ? { start: this.methodStart, end: this.end } : undefined
  }
}

const malformed = error('cseq-malformed', 'RFC 3261 20.16')
const outOfRange = error('cseq-out-of-range', 'RFC 3261 8.1.1.5')

function scanCSeq(source: Source, from: number, end: number): CSeqReading | undefined {
  const { octets } = source
  const start = skipWhite(source, from, end)
  const numberEnd = Math.min(endOfToken(octets, start), end)
  const sequence = numberIn(octets, start, numberEnd, Number.POSITIVE_INFINITY)
  const method = skipWhite(source, numberEnd, end)
  const methodEnd = Math.min(endOfToken(octets, method), end)
  const came = (): string => source.quote(start, end)
  if (sequence === -1) source.report(malformed, start, `expected a number and a method, came ${came()}`)
  else if (sequence > largestSequence) source.report(outOfRange, start, `expected a number below 2**31, came ${came()}`)
  else if (methodEnd === method || method === numberEnd)
    source.report(malformed, method, `expected a method after the number, came ${came()}`)
  else {
    source.at = methodEnd
    return new CSeqReading(source, start, numberEnd, method, methodEnd, sequence)
  }
  return undefined
}

export const cseq = one<CSeqReading, CSeq>('RFC 3261 20.16', {
  value: scanCSeq,
  malformed,
  write: (value) => `${value.sequence} ${value.method}`,
})

/** Reads CSeq (RFC 3261 20.16): a sequence number and a method; `undefined` when it breaks the grammar or the range. */
export function readCSeq(value: string): CSeq | undefined {
  const source = sourceOf(value)
  const end = trimEnd(source.octets, 0, source.octets.length - 1)
  const read = scanCSeq(source, 0, end)
  return read === undefined || source.at < end ? undefined : { sequence: read.sequence, method: read.method }
}

import { createReadStream } from 'node:fs'
import type { RunEvent } from '#verdict'
import { problemOfEvent } from './event-shape.ts'

/** A line of the record that could not be used. */
export interface LineProblem {
  /** Counted from 1. */
  readonly line: number
  /** `torn`: the last line has no end, as after a kill. `garbage`: not an event. `long`: above the limit. */
  readonly kind: 'torn' | 'garbage' | 'long'
  readonly text: string
}

const longestLine = 256 * 1024 * 1024

type Line = { readonly kind: 'line' | 'torn'; readonly octets: Buffer } | { readonly kind: 'long' }

/** Lines of a file, holding one line at most; a line above the limit is passed over. */
async function* linesOf(path: string, limit: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let held = 0
  let long = false
  const take = (part: Buffer): void => {
    held += part.length
    if (held > limit) {
      long = true
      parts = []
    } else if (part.length > 0) parts.push(part)
  }
  const cut = (kind: 'line' | 'torn'): Line => {
    const line: Line = long ? { kind: 'long' } : { kind, octets: Buffer.concat(parts) }
    parts = []
    held = 0
    long = false
    return line
  }
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, start)) {
      take(piece.subarray(start, end))
      yield cut('line')
      start = end + 1
    }
    take(piece.subarray(start))
  }
  if (held > 0) yield cut('torn')
}

/**
 * The values of a record of one JSON value a line, in order, however it ended. Lines that are none of them, as `problemOf`
 * says, are reported and passed over; a last line without end counts if it is whole. Throws only when the file cannot be read.
 */
export async function* readLines<Value>(
  path: string,
  problemOf: (value: unknown) => string | undefined,
  report: (problem: LineProblem) => void = () => {},
  limit = longestLine,
): AsyncGenerator<Value> {
  let number = 0
  for await (const line of linesOf(path, limit)) {
    number += 1
    if (line.kind === 'long') {
      report({ line: number, kind: 'long', text: `longer than ${limit} octets` })
      continue
    }
    if (line.octets.every((octet) => octet === 32 || octet === 13)) continue
    const parsed = parse(line.octets)
    const problem = parsed === undefined ? 'not JSON' : problemOf(parsed.value)
    if (parsed !== undefined && problem === undefined) yield parsed.value as Value
    else if (line.kind === 'torn') report({ line: number, kind: 'torn', text: 'the record ends within this line' })
    else report({ line: number, kind: 'garbage', text: problem ?? '' })
  }
}

/** The events of a run. */
export const readEvents = (
  path: string,
  report?: (problem: LineProblem) => void,
  limit?: number,
): AsyncGenerator<RunEvent> => readLines<RunEvent>(path, problemOfEvent, report, limit)

function parse(octets: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(octets.toString('utf8')) }
  } catch {
    return undefined
  }
}

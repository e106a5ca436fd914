import { contentLengthOf } from './headers/content-length.ts'
import { endOfWholeMessage } from './whole-message.ts'

export interface FramerLimits {
  /** Octets of start line and header fields together. */
  readonly maxHead: number
  /** Octets of a body. */
  readonly maxBody: number
}

/**
 * What a stream yields. `keep-alive` is a double CRLF between messages (RFC 5626 3.5.1).
 * After `too-large` and `unframeable` nothing more is yielded: the place of the next message is unknown, so close the stream.
 */
export type Framed =
  | { readonly kind: 'message'; readonly octets: Uint8Array }
  | { readonly kind: 'keep-alive' }
  | {
      readonly kind: 'too-large'
      readonly part: 'head' | 'body'
      /** Octets allowed. */
      readonly limit: number
      readonly text: string
      /** What came of it until then, at most `maxHead`. */
      readonly octets: Uint8Array
    }
  | { readonly kind: 'unframeable'; readonly text: string; /** The head. */ readonly octets: Uint8Array }

export interface Framer {
  /** Takes the next octets of the stream; yields what they complete, in order. */
  push(chunk: Uint8Array): readonly Framed[]
  /** Octets held back, waiting for the rest of a message. */
  readonly pending: number
}

const CR = 13
const LF = 10

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 18.3). Every octet is looked at a few times at most, however small the chunks, and never more
 * than `maxHead + maxBody` octets are held. A message without Content-Length ends with its head: the field is mandatory on streams (20.14).
 */
export function createFramer({ maxHead, maxBody }: FramerLimits): Framer {
  let held = Buffer.alloc(0)
  let length = 0
  /** Octets of the message still to come once its head is known, else -1. */
  let missing = -1
  let lineStart = 0
  let blankLines = 0
  let dead = false

  const hold = (chunk: Uint8Array, start: number, end: number): void => {
    const needed = length + end - start
    if (needed > held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, held.length * 2, 512), maxHead + maxBody))
      held.copy(grown, 0, 0, length)
      held = grown
    }
    held.set(chunk.subarray(start, end), length)
    length = needed
  }
  const reset = (): void => {
    held = Buffer.alloc(0)
    length = 0
    missing = -1
    lineStart = 0
  }
  const die = (framed: Framed): Framed => {
    reset()
    dead = true
    return framed
  }

  /** Takes octets up to the end of a line; says whether that line was the empty one after the head. */
  const takeLine = (chunk: Uint8Array, start: number, end: number): 'more' | 'blank' | 'head' | 'full' => {
    if (length + end - start > maxHead) {
      hold(chunk, start, start + maxHead - length)
      return 'full'
    }
    hold(chunk, start, end)
    if (held[length - 1] !== LF) return 'more'
    const octets = length - lineStart
    const empty = octets === 1 || (octets === 2 && held[lineStart] === CR)
    if (empty && lineStart === 0) {
      length = 0
      return 'blank'
    }
    lineStart = length
    return empty ? 'head' : 'more'
  }

  /** Judges the head that has just been completed; says what is wrong with it, if anything. */
  const openBody = (): Framed | undefined => {
    const head = held.subarray(0, length)
    const declared = declaredLength(head)
    if (declared.kind === 'malformed') return { kind: 'unframeable', text: declared.text, octets: Buffer.from(head) }
    if (declared.octets > maxBody) {
      const text = `Content-Length ${declared.octets} is above the limit of ${maxBody} octets`
      return { kind: 'too-large', part: 'body', limit: maxBody, text, octets: Buffer.from(head) }
    }
    missing = declared.octets
    return undefined
  }

  const push = (chunk: Uint8Array): readonly Framed[] => {
    const framed: Framed[] = []
    let at = 0
    while (at < chunk.length || missing === 0) {
      if (dead) break
      if (missing >= 0) {
        const end = Math.min(at + missing, chunk.length)
        hold(chunk, at, end)
        missing -= end - at
        at = end
        if (missing > 0) break
        framed.push({ kind: 'message', octets: length === held.length ? held : Buffer.from(held.subarray(0, length)) })
        reset()
        continue
      }
      // Most messages lie whole in what comes: then nothing has to be held.
      const whole = length === 0 ? endOfWholeMessage(chunk, at, maxHead, maxBody) : -1
      if (whole !== -1) {
        framed.push({ kind: 'message', octets: Buffer.from(chunk.subarray(at, whole)) })
        blankLines = 0
        at = whole
        continue
      }
      const lineFeed = chunk.indexOf(LF, at)
      const end = lineFeed === -1 ? chunk.length : lineFeed + 1
      const taken = takeLine(chunk, at, end)
      at = end
      if (taken === 'blank') {
        blankLines += 1
        if (blankLines === 2) {
          blankLines = 0
          framed.push({ kind: 'keep-alive' })
        }
        continue
      }
      if (length > 0 && held[0] !== CR) blankLines = 0
      if (taken === 'full') {
        const text = `start line and header fields are above the limit of ${maxHead} octets`
        framed.push(
          die({ kind: 'too-large', part: 'head', limit: maxHead, text, octets: Buffer.from(held.subarray(0, length)) }),
        )
      } else if (taken === 'head') {
        const wrong = openBody()
        if (wrong !== undefined) framed.push(die(wrong))
      }
    }
    return framed
  }

  return {
    push,
    get pending() {
      return length
    },
  }
}

type DeclaredLength = { kind: 'length'; octets: number } | { kind: 'malformed'; text: string }

// Only Content-Length is looked for, so that a message is read in full once, by the reader.
function declaredLength(head: Buffer): DeclaredLength {
  let declared: number | undefined
  let line = head.indexOf(LF) + 1
  while (line < head.length) {
    let next = nextLine(head, line)
    // Folded lines belong to the field (RFC 3261 7.3.1).
    while (head[next] === 32 || head[next] === 9) next = nextLine(head, next)
    const first = head[line]
    if (first === 0x43 || first === 0x63 || first === 0x4c || first === 0x6c) {
      const field = head.toString('latin1', line, next)
      const colon = field.indexOf(':')
      const name = field.slice(0, Math.max(colon, 0)).trim().toLowerCase()
      if (name === 'content-length' || name === 'l') {
        const value = field.slice(colon + 1).trim()
        const octets = contentLengthOf(value)
        if (octets === undefined)
          return {
            kind: 'malformed',
            text: `Content-Length is no number of octets: ${JSON.stringify(value.slice(0, 60))}`,
          }
        if (declared !== undefined && declared !== octets) {
          return { kind: 'malformed', text: `Content-Length stands twice, as ${declared} and as ${octets}` }
        }
        declared = octets
      }
    }
    line = next
  }
  return { kind: 'length', octets: declared ?? 0 }
}

function nextLine(head: Buffer, from: number): number {
  const lineFeed = head.indexOf(LF, from)
  return lineFeed === -1 ? head.length : lineFeed + 1
}

import { header, headerField, type SipMessage } from '#wire/sip'
import { partHeader, readMediaType, readMultipart } from '#wire/multipart'
import type { Span } from './binding.ts'

/** One part of a body, or the whole of one that is no multipart. */
export interface Piece {
  /** Type and subtype in lower case. */
  readonly essence: string
  readonly octets: Uint8Array
  readonly span: Span
}

/** Which rule of the body is broken, what was found, and where. */
interface BrokenBody {
  readonly rule: 'type' | 'boundary' | 'multipart'
  readonly actual: string
  readonly span?: Span | undefined
}

export interface BodyPieces {
  readonly pieces: readonly Piece[]
  readonly broken: readonly BrokenBody[]
}

const read = new WeakMap<SipMessage, BodyPieces>()

/** The parts of a body. Never throws; each message is taken apart once. */
export function bodyPieces(message: SipMessage): BodyPieces {
  const known = read.get(message)
  if (known !== undefined) return known
  const found = takeApart(message)
  read.set(message, found)
  return found
}

/** Media types of the parts, in order. */
export const bodyTypes = (message: SipMessage): readonly string[] =>
  bodyPieces(message).pieces.map(({ essence }) => essence)

function takeApart(message: SipMessage): BodyPieces {
  if (message.body.length === 0) return { pieces: [], broken: [] }
  const value = header(message, 'Content-Type')
  const span = headerField(message, 'Content-Type')?.valueSpan
  if (value === undefined)
    return { pieces: [], broken: [{ rule: 'type', actual: 'no Content-Type', span: message.bodySpan }] }
  const type = readMediaType(value)
  if (type === undefined) return { pieces: [], broken: [{ rule: 'type', actual: value, span }] }
  if (!type.essence.startsWith('multipart/'))
    return { pieces: [{ essence: type.essence, octets: message.body, span: message.bodySpan }], broken: [] }
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined) return { pieces: [], broken: [{ rule: 'boundary', actual: 'no boundary', span }] }
  const { parts, diagnostics } = readMultipart(message.body, boundary, message.bodySpan.start)
  return {
    pieces: parts.map((part) => ({
      // RFC 2046 5.1: a part that does not say is text/plain.
      essence: readMediaType(partHeader(part, 'Content-Type') ?? 'text/plain')?.essence ?? 'unreadable',
      octets: part.body,
      span: part.bodySpan,
    })),
    broken: diagnostics.map(({ rule, message: actual, span: at }) => ({
      rule: rule === 'boundary' ? ('boundary' as const) : ('multipart' as const),
      actual,
      span: at,
    })),
  }
}

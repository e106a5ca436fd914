import { writeParameter } from './media-type.ts'
import { maximalBoundary } from './multipart.ts'

export interface PartDraft {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** A body and the Content-Type value that goes with it. */
export interface WrittenMultipart {
  readonly contentType: string
  readonly body: Uint8Array
}

/**
 * Writes a `multipart/mixed` body (RFC 2046 5.1). Same parts, same octets: the boundary is the preferred one, with a
 * number behind it only where a part holds it already.
 */
export function writeMultipart(parts: readonly PartDraft[], preferredBoundary: string): WrittenMultipart {
  const boundary = freeBoundary(parts, preferredBoundary)
  const text = new TextEncoder()
  const pieces: Uint8Array[] = []
  for (const { headers, body } of parts) {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    pieces.push(text.encode(`--${boundary}\r\n${lines}\r\n`), body, text.encode('\r\n'))
  }
  pieces.push(text.encode(`--${boundary}--\r\n`))
  return { contentType: `multipart/mixed;${writeParameter('boundary', boundary)}`, body: Buffer.concat(pieces) }
}

function freeBoundary(parts: readonly PartDraft[], preferred: string): string {
  const start = preferred.slice(0, maximalBoundary - 8)
  let boundary = preferred
  for (let number = 1; parts.some(({ body }) => Buffer.from(body).includes(`--${boundary}`)); number += 1)
    boundary = `${start}-${number}`
  return boundary
}

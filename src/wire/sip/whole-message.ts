const CR = 13
const LF = 10
const COLON = 58
const name = Buffer.from('content-length')
const mostDigits = 9

/**
 * Where the message ends that begins at `start` of a stream's octets, when all of it is there and written as nearly all are: no empty line
 * before it, at most one Content-Length, of digits and without folds. -1 when any of that is not so, or may not be: another reader decides then.
 */
export function endOfWholeMessage(octets: Uint8Array, start: number, maxHead: number, maxBody: number): number {
  const end = Math.min(octets.length, start + maxHead)
  if (octets[start] === CR || octets[start] === LF) return -1
  let body = -1
  let at = endOfLine(octets, start, end)
  while (at < end) {
    const first = octets[at] as number
    if (first === LF) return endOfBody(octets, at + 1, Math.max(body, 0), maxBody)
    if (first === CR && at + 1 < end && octets[at + 1] === LF)
      return endOfBody(octets, at + 2, Math.max(body, 0), maxBody)
    const letter = first | 0x20
    // `C` or `L`, of Content-Length and its compact form (RFC 3261 20.14).
    if (letter === 0x63 || letter === 0x6c) {
      const colon = colonOfLength(octets, at, end)
      if (colon === -1) return -1
      if (colon > 0) {
        if (body !== -1) return -1
        body = digitsAt(octets, colon + 1, end)
        if (body === -1) return -1
      }
    }
    at = endOfLine(octets, at, end)
  }
  return -1
}

function endOfLine(octets: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && octets[at] !== LF) at += 1
  return at + 1
}

const endOfBody = (octets: Uint8Array, from: number, length: number, maxBody: number): number =>
  length <= maxBody && from + length <= octets.length ? from + length : -1

/** The colon after the name Content-Length or `l`; 0 when the field is another, -1 when that is not plain. */
function colonOfLength(octets: Uint8Array, start: number, end: number): number {
  let at = start + 1
  if (((octets[start] as number) | 0x20) === 0x63) {
    for (let letter = 1; letter < name.length; letter += 1, at += 1) {
      if (at >= end) return -1
      if (((octets[at] as number) | 0x20) !== name[letter]) return 0
    }
  } else if (at < end && isLetter(octets[at] as number)) return 0
  return at < end && octets[at] === COLON ? at : -1
}

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a

/** A number on the rest of a line that is not folded; -1 when it is anything else. */
function digitsAt(octets: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && octets[at] === 0x20) at += 1
  const first = at
  let value = 0
  let code = at < end ? (octets[at] as number) : 0
  while (code >= 0x30 && code <= 0x39) {
    value = value * 10 + code - 0x30
    at += 1
    code = at < end ? (octets[at] as number) : 0
  }
  if (at === first || at - first > mostDigits || at + 2 >= end || code !== CR || octets[at + 1] !== LF) return -1
  const after = octets[at + 2]
  return after === 0x20 || after === 0x09 ? -1 : value
}

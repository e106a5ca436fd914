// RFC 3261 25.1, the basic rules, as a table of character classes and byte scans: no regular expression, no backtracking.

const TOKEN = 1
const URI_USER = 2
const URI_PASSWORD = 4
const URI_PARAMETER = 8
const URI_HEADER = 16
const UNRESERVED = 32
const DIGIT = 64
const HEX = 128
const HOST = 256
const WORD = 512
const SCHEME = 1024
const QUOTED = 2048
const LINE = 4096

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const mark = "-_.!~*'()"

/** The sets each of 256 characters belongs to. */
export const classes = new Uint16Array(256)
const allow = (characters: string, bits: number): void => {
  for (let index = 0; index < characters.length; index += 1) {
    const code = characters.charCodeAt(index)
    classes[code] = (classes[code] ?? 0) | bits
  }
}
allow(alphanumeric, TOKEN | URI_USER | URI_PASSWORD | URI_PARAMETER | URI_HEADER | UNRESERVED | HOST | WORD | SCHEME)
allow(mark, URI_USER | URI_PASSWORD | URI_PARAMETER | URI_HEADER | UNRESERVED)
allow("-.!%*_+`'~", TOKEN)
allow('&=+$,;?/', URI_USER)
allow('&=+$,', URI_PASSWORD)
allow('[]/:&+$', URI_PARAMETER)
allow('[]/?:+$', URI_HEADER)
allow('0123456789', DIGIT | HEX)
allow('ABCDEFabcdef', HEX)
allow('-._', HOST) // underscore is no host character by RFC 1034, yet names in the field carry it
allow('-.!%*_+`\'~()<>:\\"/[]?{}', WORD)
allow('+-.', SCHEME)
for (let code = 0; code < 256; code += 1) {
  // Octets beyond ASCII stand for UTF8-NONASCII here; whether they are UTF-8 is judged apart.
  const plain = code === 9 || (code >= 32 && code !== 127)
  const bits = (plain && code < 128 ? LINE : 0) | (plain && code !== 0x22 && code !== 0x5c ? QUOTED : 0)
  classes[code] = (classes[code] ?? 0) | bits
}

/** The sets of RFC 3261 25.1 that strings are tested against. */
export const characters = {
  token: TOKEN,
  user: URI_USER,
  password: URI_PASSWORD,
  uriParameter: URI_PARAMETER,
  uriHeader: URI_HEADER,
  unreserved: UNRESERVED,
  digit: DIGIT,
  hex: HEX,
  host: HOST,
  word: WORD,
  scheme: SCHEME,
  /** qdtext: a quoted string without quotes and backslashes. */
  quoted: QUOTED,
  /** ASCII without control characters but tab: what most lines are made of. */
  line: LINE,
} as const

/** Whether the character at `index` belongs to the set. */
export function isIn(text: string, index: number, set: number): boolean {
  const code = text.charCodeAt(index)
  return code < 256 && ((classes[code] ?? 0) & set) !== 0
}

/** The index of the first character outside the set, -1 when all are in it. With `escapes`, `%HH` counts as one of them. */
export function firstOutside(text: string, set: number, escapes = false): number {
  for (let index = 0; index < text.length; index += 1) {
    if (escapes && text.charCodeAt(index) === 0x25) {
      if (!isIn(text, index + 1, HEX) || !isIn(text, index + 2, HEX)) return index
      index += 2
    } else if (!isIn(text, index, set)) return index
  }
  return -1
}

/** `token` of RFC 3261 25.1. */
export const isToken = (text: string): boolean => text !== '' && firstOutside(text, TOKEN) === -1

/** `1*DIGIT` as a number up to `largest`, else `undefined`. */
export function readNumber(text: string, largest: number): number | undefined {
  if (text === '' || firstOutside(text, DIGIT) !== -1) return undefined
  const value = Number(text)
  return value <= largest ? value : undefined
}

/** The index after the closing quote of the quoted string that opens at `start`, -1 when it never closes. */
function endOfQuoted(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x5c) index += 1
    else if (code === 0x22) return index + 1
  }
  return -1
}

/** A quoted string without its quotes and escapes; other text as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined)
  if (!inner.includes('\\')) return inner
  let plain = ''
  for (let index = 0; index < inner.length; index += 1) {
    if (inner[index] === '\\' && index + 1 < inner.length) index += 1
    plain += inner[index]
  }
  return plain
}

/** "Any folding is replaced by a single SP" (RFC 3261 7.3.1). White space is looked at once, however much there is. */
export const unfolded = (text: string): string =>
  text.includes('\n') ? text.replace(/[ \t\r\n]+/g, (white) => (white.includes('\n') ? ' ' : white)) : text

/** The index of a separator outside quoted strings and angle brackets, -1 when there is none. */
function indexOutside(text: string, separator: string, start: number): number {
  const wanted = separator.charCodeAt(0)
  let bracket = false
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (bracket) {
      if (code === 0x3e) bracket = false
    } else if (code === 0x22) {
      const end = endOfQuoted(text, index)
      if (end === -1) return -1
      index = end - 1
    } else if (code === wanted) return index
    else if (code === 0x3c) bracket = true
  }
  return -1
}

/** The parts between separators outside quoted strings and angle brackets, trimmed. */
export function splitOutside(text: string, separator: string): readonly string[] {
  let end = indexOutside(text, separator, 0)
  if (end === -1) return [text.trim()]
  const parts: string[] = []
  let start = 0
  while (end !== -1) {
    parts.push(text.slice(start, end).trim())
    start = end + 1
    end = indexOutside(text, separator, start)
  }
  parts.push(text.slice(start).trim())
  return parts
}

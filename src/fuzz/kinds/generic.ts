import { utf8, type Kind, type Rows } from '../kind.ts'
import { table } from '../kind.ts'

const without = (): readonly [] => []

/** Lengths around which buffers end. */
const lengths = [
  1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 8192,
]
const counts = [2, 32, 33, 64, 65, 255, 256, 1024]

const insertions: Rows = {
  NUL: (text) => inserted(text, '\0'),
  CR: (text) => inserted(text, '\r'),
  LF: (text) => inserted(text, '\n'),
  CRLF: (text) => inserted(text, '\r\n'),
  DEL: (text) => inserted(text, '\x7f'),
  'octet 0x80': (text) => inserted(text, '\x80'),
  'octet 0xff': (text) => inserted(text, '\xff'),
  'overlong UTF-8': (text) => inserted(text, '\xc0\xaf'),
  'surrogate in UTF-8': (text) => inserted(text, '\xed\xa0\x80'),
  'UTF-8 cut off': (text) => `${text}\xe2\x82`,
  'byte order mark': (text) => `\xef\xbb\xbf${text}`,
  'bidirectional control': (text) => inserted(text, utf8('\u202e')),
  'combining sequence': (text) => inserted(text, utf8('e\u0301')),
  'leading space': (text) => ` ${text}`,
  'trailing space': (text) => `${text} `,
  'leading tab': (text) => `\t${text}`,
  folding: (text) => `\r\n ${text}`,
  'format string': (text) => `${text}%s%n%x`,
  'backslash at the end': (text) => `${text}\\`,
  'quote unbalanced': (text) => `${text}"`,
  'single quote': (text) => `${text}'`,
  'percent alone': (text) => `${text}%`,
  'percent, one digit': (text) => `${text}%4`,
  'percent, no digits': (text) => `${text}%GG`,
  'double escape': (text) => `${text}%2541`,
  'escaped NUL': (text) => `${text}%00`,
}

const inserted = (text: string, what: string): string => {
  const middle = text.length >> 1
  return text.slice(0, middle) + what + text.slice(middle)
}

const words: Rows = Object.fromEntries(
  ['null', 'undefined', '__proto__', 'constructor', 'toString', 'NaN', 'true', '0', '-1', '../../etc/passwd', '*'].map(
    (word) => [word, word],
  ),
)

const delimiters: Rows = Object.fromEntries(Array.from(';,<>:@=&%"', (one) => [one.repeat(8), one.repeat(64)]))

/** So long that who reads them in the square of their length, or goes back in them, shows it (CWE-407, CWE-1333). */
const longest = 50_000
const run = (what: string) => (text: string) => `${text}${what.repeat(longest / what.length)}x`
export const runs: Rows = {
  spaces: run(' '),
  tabs: run('\t'),
  letters: run('a'),
  digits: run('1'),
  commas: run(','),
  semicolons: run(';'),
  'semicolons with spaces': run(' ; '),
  'quotation marks': run('"'),
  'open parentheses': run('('),
  'open brackets': run('<'),
  dots: run('.'),
  'escaped letters': run('%41'),
}

/** Kinds that make sense wherever a text stands (5.1 of the taxonomy: every field). */
export const genericKinds: readonly Kind[] = [
  { name: 'remove', layer: 'a', of: 'whole', parameters: without, apply: () => '' },
  { name: 'empty', layer: 'a', of: 'value', parameters: without, apply: () => '' },
  { name: 'duplicate', layer: 'a', of: 'whole', parameters: without, apply: (text) => text + text },
  {
    name: 'repeat',
    layer: 'a',
    on: ['header-line', 'parameter', 'element', 'part', 'sdp-line'],
    of: 'whole',
    parameters: () => counts,
    apply: (text, p) => text.repeat(Math.min(Number(p), 1024)),
  },
  {
    name: 'case flipped',
    layer: 'a',
    of: 'value',
    parameters: without,
    apply: (text) => text.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())),
  },
  {
    name: 'extend',
    layer: 'a',
    of: 'value',
    parameters: () => lengths,
    apply: (text, p) => text + 'A'.repeat(Math.min(Number(p), 60_000)),
  },
  {
    name: 'truncate',
    layer: 'a',
    of: 'value',
    parameters: (text) => [...new Set([1, text.length >> 1, text.length - 1])].filter((n) => n > 0 && n < text.length),
    apply: (text, p) => text.slice(0, Number(p)),
  },
  table('insert', [], insertions),
  table('word', [], words),
  table('delimiters', [], delimiters),
  {
    name: 'flip bit',
    layer: 'b',
    of: 'value',
    parameters: (text) => [...new Set([0, text.length >> 1, text.length - 1])].filter((n) => n >= 0).map((n) => 8 * n),
    apply(text, p) {
      const at = Number(p) >> 3
      const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << (Number(p) & 7)))
      return at < text.length ? text.slice(0, at) + flipped + text.slice(at + 1) : text
    },
  },
  {
    name: 'delete octet',
    layer: 'b',
    of: 'value',
    parameters: (text) => [...new Set([0, text.length >> 1, text.length - 1])].filter((n) => n >= 0),
    apply: (text, p) => text.slice(0, Number(p)) + text.slice(Number(p) + 1),
  },
]

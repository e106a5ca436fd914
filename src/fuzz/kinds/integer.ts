import { table, type Kind } from '../kind.ts'
import type { Place } from '../place.ts'

/** Boundaries that have caught implementations out, as numerals: widths of integers, of doubles, of timers. */
const boundaries = [
  ...[
    '-1',
    '-0',
    '0',
    '1',
    '127',
    '128',
    '129',
    '255',
    '256',
    '257',
    '32767',
    '32768',
    '32769',
    '65535',
    '65536',
    '65537',
  ],
  ...['2147483', '2147484', '4294967', '4294968', '1000000000'],
  ...['2147483647', '2147483648', '2147483649', '4294967295', '4294967296', '4294967297'],
  ...['9007199254740991', '9007199254740992', '9007199254740993'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616'],
  ...['100000000000000000000', `1${'0'.repeat(100)}`],
]

/** The limits of the field and their neighbours. */
const around = ({ limits }: Place): readonly string[] =>
  limits === undefined ? [] : limits.flatMap((limit) => [limit - 1, limit, limit + 1]).map((one) => String(one))

const forms = {
  'leading zero': (text: string) => `0${text}`,
  '200 leading zeros': (text: string) => '0'.repeat(200) + text,
  'plus sign': (text: string) => `+${text}`,
  'minus sign': (text: string) => `-${text}`,
  hexadecimal: (text: string) => `0x${Number(text).toString(16)}`,
  exponent: (text: string) => `${text}e0`,
  'decimal point': (text: string) => `${text}.0`,
  'thousands separator': '1,000',
  'space inside': '1 0',
  'Arabic-Indic digits': '\xd9\xa1\xd9\xa2',
}

/** Numbers (5.5): never drawn uniformly, always from the table. */
export const integerKinds: readonly Kind[] = [
  {
    name: 'number',
    layer: 'a',
    on: ['integer', 'content-length', 'port', 'integer-text'],
    of: 'value',
    parameters: (text, place) => [...new Set([...around(place), ...boundaries])].filter((one) => one !== text),
    apply: (_text, p) => String(p),
  },
  {
    name: 'number beside',
    layer: 'a',
    on: ['integer', 'content-length', 'integer-text'],
    of: 'value',
    parameters: () => [-1, 1],
    apply: (text, p) => (/^\d+$/.test(text) ? String(BigInt(text) + BigInt(Number(p))) : text),
  },
  table('number form', ['integer', 'content-length', 'port', 'integer-text'], forms),
]

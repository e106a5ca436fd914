import { table, utf8, type Kind, type Rows } from '../kind.ts'
import { runs } from './generic.ts'

/** 5.2: tokens, quoted strings, display names. */
const tokens: Rows = {
  'every punctuation mark of a token': "-.!%*_+`'~",
  'one character': 'a',
  'space inside': 'a b',
  quoted: (text) => `"${text}"`,
  'comment nested 1': (text) => `${text} (a)`,
  'comment nested 100': (text) => `${text} ${'('.repeat(100)}a${')'.repeat(100)}`,
  'not ASCII': utf8('tök'),
  'look-alike letters': (text) => text.replace('e', utf8('\u0435')),
  'control character': '\u0001',
}

const displayNames: Rows = {
  'quoted, nothing inside': '"" ',
  'quoted quotation mark': '"a\\"b" ',
  'escaped pair at the end': '"a\\" ',
  'quote that stays open': '"a ',
  'not ASCII, not quoted': utf8('Ä '),
  'not ASCII, quoted': utf8('"Ä" '),
  'brackets inside': '"<sip:x@y>" ',
  'a URI inside': '"sip:x@y.example" ',
  'a tag inside': '"a;tag=b" ',
  'NUL inside': '"a\0b" ',
  'many spaces': ' '.repeat(2000),
  'what names the sender': (_text, { sender: { host } }) => `"at ${host}" `,
  '50000 spaces': ' '.repeat(50_000),
  'spaces, then a quotation mark': `${' '.repeat(2000)}"`,
  '50000 spaces between words': `a${' '.repeat(50_000)}b `,
  '10000 words': 'a '.repeat(10_000),
}

/** What may stand behind an address. */
const addressParameters: Rows = {
  unknown: (text) => `${text};unknown=1`,
  'quoted value': (text) => `${text};x="a b"`,
  'quoted value that ends in a backslash': (text) => `${text};x="a\\"`,
  'quoted value that stays open': (text) => `${text};x="a`,
  'empty value': (text) => `${text};x=`,
  'empty name': (text) => `${text};=x`,
  'second tag': (text) => `${text};tag=another`,
  'tag of nobody': (text) => `${text.replace(/;tag=[^;]*/, '')};tag=of-nobody`,
  '100 parameters': (text) => `${text}${Array.from({ length: 100 }, (_, index) => `;p${index}=1`).join('')}`,
  semicolon: (text) => `${text};`,
  'semicolons alone': (text) => `${text};;;;`,
  'second address': (text) => `${text}, ${text}`,
  'brackets nested': (text) => text.replace('<', '<<').replace('>', '>>'),
  'bracket missing': (text) => text.replace('>', ''),
  'no brackets': (text) => text.replace(/[<>]/g, ''),
}

const dates: Rows = {
  legal: 'Sat, 21 Nov 2026 06:00:00 GMT',
  'other zone': 'Sat, 21 Nov 2026 06:00:00 CET',
  'numeric zone': 'Sat, 21 Nov 2026 06:00:00 +0000',
  'other weekday': 'Mon, 21 Nov 2026 06:00:00 GMT',
  '29 February': 'Thu, 29 Feb 2024 06:00:00 GMT',
  '31 April': 'Fri, 31 Apr 2026 06:00:00 GMT',
  '24:00': 'Sat, 21 Nov 2026 24:00:00 GMT',
  'second 60': 'Sat, 21 Nov 2026 06:00:60 GMT',
  'two digits of year': 'Sat, 21 Nov 26 06:00:00 GMT',
  'year 0': 'Sat, 21 Nov 0000 06:00:00 GMT',
  'year 2038': 'Tue, 19 Jan 2038 03:14:08 GMT',
  'year 10000': 'Sat, 21 Nov 10000 06:00:00 GMT',
  ISO: '2026-11-21T06:00:00Z',
}

/** Tokens, names and dates (5.2, 5.6). */
export const tokenKinds: readonly Kind[] = [
  table('token', ['token', 'method', 'parameter'], tokens),
  {
    ...table('display name', ['address'], displayNames),
    apply(text, p, around) {
      const row = Object.hasOwn(displayNames, p ?? '') ? displayNames[p ?? ''] : undefined
      if (row === undefined) return text
      const name = typeof row === 'string' ? row : row(text, around)
      return `${name}${text.slice(Math.max(text.indexOf('<'), 0))}`
    },
  },
  table('behind the address', ['address'], addressParameters),
  table('date', ['date'], dates),
  table('long run', ['header-value', 'text', 'uri-text', 'domain-text', 'sdp-value'], runs),
]

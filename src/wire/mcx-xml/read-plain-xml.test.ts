import { expect, test } from 'vitest'
import { readPlainXml } from './read-plain-xml.ts'
import { readXml } from './read-xml.ts'

const plain = [
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<a xmlns="urn:x">\r\n  <b t="1" u="">text &gt</b>\r\n</a>\r\n'.replace(
    ' &gt',
    ' >',
  ),
  '<a><b/><c d="e"/>\r\rf\n<g >h</g ></a>',
  '<p:a xmlns:p="urn:p" xmlns="urn:d" p:q="1"><b xmlns=""><c/></b><p:b xmlns:p="urn:r"/></p:a>',
  '<a\r\n b="1"\tc="2" />',
]
const others = [
  '<a>&amp;</a>',
  '<a><!-- b --></a>',
  '<a><![CDATA[b]]></a>',
  '<?b?><a/>',
  '<a>\u00e9</a>',
  "<a b='1'/>",
  '<a b="1" b="2"/>',
  '<p:a/>',
  '<a p:b="1"/>',
  '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>',
  '<a xmlns:p=""/>',
  '<a xml:lang="x"/>',
  '<a>]]></a>',
  '<a></b>',
  '<a>',
  '</a>',
  '<a/><b/>',
  'a<b/>',
  '<a/>b',
  '',
  '<a b="<"/>',
  '<a b="1"c="2"/>',
  '<a b="\r\n"/>',
  '<a\0/>',
  '<1/>',
  '<a:b:c xmlns:a="urn:x"/>',
]

/** The same with a comment behind it, so that it is read by who reads everything. */
const otherwise = (text: string) => readXml(Buffer.from(`${text}<!---->`), 7)

test.each(plain)('%j is read as it is with a comment behind it', (text) => {
  const root = readPlainXml(text, 7, 32)
  expect(root).toBeDefined()
  expect(root).toEqual(otherwise(text).root)
})

test.each(others)('%j is left to who reads everything', (text) => {
  expect(readPlainXml(text, 0, 32)).toBeUndefined()
})

test('what is not left to it is read the same, whatever is done to a document', () => {
  const pieces = [
    '<',
    '>',
    '/',
    '"',
    "'",
    '=',
    ' ',
    '\r\n',
    'a',
    ':',
    '-',
    '1',
    'xmlns',
    'xmlns:p="urn:p"',
    'p:',
    '</',
    '/>',
    '<b/>',
    ']]>',
    '\t',
  ]
  let seed = 1
  const below = (most: number): number => (seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) % most
  let read = 0
  for (let round = 0; round < 40_000; round += 1) {
    let text = plain[below(plain.length)] ?? ''
    for (let change = below(3); change >= 0; change -= 1) {
      const at = below(text.length + 1)
      text =
        text.slice(0, at) + (below(3) === 0 ? '' : (pieces[below(pieces.length)] ?? '')) + text.slice(at + below(3))
    }
    const root = readPlainXml(text, 7, 32)
    if (root === undefined) continue
    read += 1
    expect(root, text).toEqual(otherwise(text).root)
  }
  expect(read).toBeGreaterThan(3000)
})

test('what lies deeper than allowed is left to who reads everything', () => {
  expect(readPlainXml('<a><b><c/></b></a>', 0, 3)).toBeDefined()
  expect(readPlainXml('<a><b><c/></b></a>', 0, 2)).toBeUndefined()
})

test('ten times as many namespaces take ten times as long, not a hundred', { timeout: 10_000 }, () => {
  const declarations = Array.from({ length: 20_000 }, (_, index) => ` xmlns:n${index}="urn:n"`).join('')
  const inside = Array.from({ length: 2000 }, (_, index) => `<b xmlns:m="urn:m" n${index}:c="1"/>`).join('')
  expect(readPlainXml(`<a${declarations}>${inside}</a>`, 0, 32)?.children.length).toBe(2000)
})
